//! Where code without AVX-512 calls code with it: each function takes the token that proves that the processor
//! has the features. `fearless_simd` holds the `unsafe` call and the detection behind the token.

use ark_bn254::Fr;
use fearless_simd::{Level, x86::Avx512};

use super::avx512::kernels::miller_loop::miller_loop;
use super::avx512::kernels::msm;
use super::avx512::kernels::tower::E12;
use super::pairing::Coefficients;
use crate::curve::{Affine, Jacobian};
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
        part: (u32, u32),
        scratch: &mut Scratch,
    ) -> Jacobian {
        msm::msm_part(points, scalars, part, scratch)
    }
);
