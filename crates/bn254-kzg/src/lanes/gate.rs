//! Where code without AVX-512 calls code with it: each function takes the token that proves that the processor
//! has the features. `fearless_simd` holds the `unsafe` call and the detection behind the token.

use alloc::vec::Vec;

use ark_bn254::{Fq, Fr, G1Affine};
use fearless_simd::{Level, x86::Avx512};

use super::avx512::kernels::miller_loop::miller_loop;
use super::avx512::kernels::tower::E12;
use super::avx512::kernels::{msm, scalars, square_root};
use super::pairing::Coefficients;
use crate::curve::{Affine, Jacobian};
use crate::part::Part;
use crate::tables::FixedBases;
use crate::tower::Fp12;

/// The processor's features, asked for once in a process.
pub(crate) fn detect() -> Option<Avx512> {
    Level::new().as_avx512()
}

fearless_simd::kernel!(
    /// Whether the product of the pairings is 1.
    #[inline(never)]
    pub(crate) fn pairing_check(
        token: Avx512,
        points: &[Affine; 2],
        windows: [Option<&[Coefficients]>; 2],
    ) -> bool {
        miller_loop(points, windows).final_exponentiation().is_one()
    }
);

fearless_simd::kernel!(
    /// Whether the final exponentiation maps this value to 1.
    #[inline(never)]
    pub(crate) fn is_one_after_final_exponentiation(token: Avx512, f: &Fp12) -> bool {
        E12::from_fp12(f).final_exponentiation().is_one()
    }
);

fearless_simd::kernel!(
    /// The product of the pairings.
    #[inline(never)]
    pub(crate) fn pairing_product(
        token: Avx512,
        points: &[Affine; 2],
        windows: [Option<&[Coefficients]>; 2],
    ) -> Fp12 {
        miller_loop(points, windows)
            .final_exponentiation()
            .to_fp12()
    }
);

fearless_simd::kernel!(
    /// What the final exponentiation maps this value to.
    #[inline(never)]
    pub(crate) fn final_exponentiation(token: Avx512, f: &Fp12) -> Fp12 {
        E12::from_fp12(f).final_exponentiation().to_fp12()
    }
);

/// What calls of [`multi_exponentiation`] share.
pub(crate) use msm::Scratch;

fearless_simd::kernel!(
    /// `Σ scalars[i]·points[i] + Σ fixed_scalars[j]·fixed[j]`, for lists of equal lengths.
    #[inline(never)]
    pub(crate) fn multi_exponentiation(
        token: Avx512,
        points: &[Affine],
        scalars: &[Fr],
        fixed: Option<(&FixedBases, &[Fr])>,
        scratch: &mut Scratch,
    ) -> Jacobian {
        msm::msm(points, scalars, fixed, scratch)
    }
);

fearless_simd::kernel!(
    /// One of so many parts of the sum.
    #[inline(never)]
    pub(crate) fn part_of_multi_exponentiation(
        token: Avx512,
        points: &[Affine],
        scalars: &[Fr],
        part: Part,
        scratch: &mut Scratch,
    ) -> Jacobian {
        msm::msm_part(points, scalars, part, scratch)
    }
);

fearless_simd::kernel!(
    /// For each x and parity of y what [`decompress`](crate::decompress) finds.
    #[inline(never)]
    pub(crate) fn decompress(token: Avx512, compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
        square_root::decompress(compressed)
    }
);

fearless_simd::kernel!(
    /// Replaces every element that is not zero by its inverse.
    #[inline(never)]
    pub(crate) fn batch_inverse(token: Avx512, values: &mut [Fr]) {
        scalars::batch_inverse(values);
    }
);

fearless_simd::kernel!(
    /// `Σ a[i]·b[i]`, up to the end of the shorter list.
    #[inline(never)]
    pub(crate) fn inner_product(token: Avx512, a: &[Fr], b: &[Fr]) -> Fr {
        scalars::inner_product(a, b)
    }
);
