//! What verification asks of an implementation of BN254.

use super::one_by_one;
use alloc::vec::Vec;
use ark_bn254::{Fq, Fq12, Fr, G1Affine, G2Affine};
use bn254_kzg::{Lanes, Part};

/// Arithmetic on BN254 as verification needs it. Every point given is on the curve.
pub trait Arithmetic {
    /// What is prepared for one trusted setup.
    type Setup: Send + Sync;
    /// A key's points, prepared for being multiplied again and again.
    type Bases: Clone + Send + Sync;

    /// Prepares the pairing with G2 and \[s\]G2, for a few proofs.
    fn prepare_setup(s_g2: &G2Affine) -> Self::Setup;

    /// The same for many proofs: preparing may take longer, so that each check takes less.
    fn prepare_lasting_setup(s_g2: &G2Affine) -> Self::Setup {
        Self::prepare_setup(s_g2)
    }

    /// The same setup with what is computed under it computed in these lanes, or with `None` one element at a time.
    /// Verdicts are the same. An implementation that knows one way keeps what it has.
    fn with_lanes(setup: Self::Setup, lanes: Option<Lanes>) -> Self::Setup {
        let _ = lanes;
        setup
    }

    /// Whether what is computed under this setup is computed in lanes. If so, the points of a short proof are found all
    /// at once, by [`decompress_all`](Self::decompress_all).
    fn is_in_lanes(setup: &Self::Setup) -> bool {
        let _ = setup;
        false
    }

    /// Takes over a key's points, none of them the identity.
    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases;

    /// Memory that prepared points take, in bytes; for caches that are bounded in bytes.
    fn size_of_bases(bases: &Self::Bases) -> usize;

    /// The same with precomputed tables, of at most `budget` bytes. An implementation without tables
    /// keeps what it has.
    fn with_tables(bases: &Self::Bases, budget: usize) -> Self::Bases {
        let _ = budget;
        bases.clone()
    }

    /// `Σ scalars[i] · points[i] + Σ base_scalars[j] · bases[j]`. `None` if a list of scalars is not
    /// as long as its list of points. The setup is the one that the sum will be checked under.
    fn multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine>;

    /// One of so many parts of `Σ scalars[i] · points[i]`, for threads to share: the parts add up to the sum. An
    /// implementation that does not divide a sum gives all of it as part 0, and the identity for the others.
    fn part_of_multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        part: Part,
    ) -> Option<G1Affine> {
        match part.index {
            0 => {
                let none = Self::prepare_bases(Vec::new());
                Self::multi_exponentiation(setup, points, scalars, &none, &[])
            }
            _ => Some(G1Affine::identity()),
        }
    }

    /// The point with this x whose y, as an integer below q, is odd or even as said. `None` if no point of the
    /// curve has this x.
    fn decompress(x: &Fq, y_is_odd: bool) -> Option<G1Affine> {
        bn254_kzg::decompress(x, y_is_odd)
    }

    /// By position what [`decompress`](Self::decompress) says of each x and parity of y.
    fn decompress_all(setup: &Self::Setup, compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
        let _ = setup;
        one_by_one::decompress(compressed, Self::decompress)
    }

    /// Replaces every element that is not zero by its inverse, with one inversion in all.
    fn batch_inverse(setup: &Self::Setup, values: &mut [Fr]) {
        let _ = setup;
        one_by_one::batch_inverse(values);
    }

    /// `Σ a[i] · b[i]`, up to the end of the shorter list.
    fn inner_product(setup: &Self::Setup, a: &[Fr], b: &[Fr]) -> Fr {
        let _ = setup;
        one_by_one::inner_product(a, b)
    }

    /// `e(left, G2) = e(right, [s]G2)`
    fn pairing_check(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> bool;

    /// `e(left, G2) / e(right, [s]G2)` in the target group, 1 exactly if the pairing check holds; with it a batch
    /// finds invalid proofs sooner. `None` from an implementation that decides and does not tell the value.
    fn pairing_ratio(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> Option<Fq12> {
        let _ = (setup, left, right);
        None
    }
}
