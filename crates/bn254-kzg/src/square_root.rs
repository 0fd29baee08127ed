//! Square roots in the base field, and the points that they give.
//!
//! p ≡ 3 modulo 4, so a square's roots are ± its power with exponent (p + 1)/4 (Cohen, *A Course in
//! Computational Algebraic Number Theory*, section 1.5.1). Of any other element that power squares to the
//! element's negative, so one squaring tells.
//!
//! The chain takes sliding windows of the exponent from its highest bit (Brauer's method with odd powers:
//! Knuth, *The Art of Computer Programming*, volume 2, section 4.6.3). Odd powers up to 27 give the fewest
//! multiplications of all sets of odd powers that a search tried: 251 squarings and 52 others. It is fixed, so
//! every root takes the same time.

use ark_bn254::{Fq, G1Affine};
use ark_ff::{BigInteger, PrimeField};

use crate::fp::Fp;

/// Odd powers that the chain uses: 1, 3, … 27.
pub(crate) const NUM_POWERS: usize = 14;

/// The chain begins with the power of this exponent.
pub(crate) const FIRST: u8 = 3;

/// Squarings, then a multiplication by the power of the odd exponent. One squaring follows the last.
#[rustfmt::skip]
pub(crate) const STEPS: [(u8, u8); 39] = [
    (7, 3), (7, 17), (5, 7), (5, 7), (7, 23), (9, 19), (7, 13), (8, 1), (5, 9), (5, 23), (7, 5), (10, 17),
    (6, 27), (5, 13), (8, 3), (7, 1), (5, 11), (9, 23), (6, 25), (5, 15), (10, 11), (6, 21), (7, 17), (5, 13),
    (7, 7), (6, 7), (7, 21), (7, 13), (6, 15), (5, 1), (6, 1), (5, 3), (9, 11), (6, 27), (5, 1), (4, 15),
    (6, 15), (4, 13), (5, 9),
];

/// Where the table of odd powers has this exponent.
const fn position(exponent: u8) -> usize {
    assert!(exponent % 2 == 1 && (exponent as usize) < 2 * NUM_POWERS);
    exponent as usize / 2
}

/// Where the table has [`FIRST`].
pub(crate) const FIRST_POSITION: usize = position(FIRST);

/// [`STEPS`] with positions for exponents.
#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
pub(crate) const CHAIN: [(u8, usize); STEPS.len()] = {
    let mut chain = [(0, 0); STEPS.len()];
    let mut i = 0;
    while i < STEPS.len() {
        chain[i] = (STEPS[i].0, position(STEPS[i].1));
        i += 1;
    }
    chain
};

impl Fp {
    /// A square root: the one that is itself a square. `None` if there is none.
    pub(crate) fn square_root(&self) -> Option<Fp> {
        let root = self.root_candidate();
        (root.square() == *self).then_some(root)
    }

    /// The power with exponent (p + 1)/4.
    #[allow(
        clippy::indexing_slicing,
        reason = "the compiler has checked every position"
    )]
    fn root_candidate(&self) -> Fp {
        let square = self.square();
        let mut powers = [*self; NUM_POWERS];
        let mut power = *self;
        for later in powers.iter_mut().skip(1) {
            power = power.mul(&square);
            *later = power;
        }
        let mut root = powers[FIRST_POSITION];
        for &(squarings, position) in &CHAIN {
            for _ in 0..squarings {
                root = root.square();
            }
            root = root.mul(&powers[position]);
        }
        root.square()
    }
}

/// The point of G1 with this x whose y, as an integer below p, is odd or even as said; `None` if no point of
/// the curve has this x. It is never the identity, and no point has y = 0, so the parity tells y from -y.
///
/// ```
/// use ark_bn254::{Fq, G1Affine};
/// use ark_ec::AffineRepr;
///
/// let (one, g) = (Fq::from(1), G1Affine::generator());
/// assert_eq!(bn254_kzg::decompress(&one, false), Some(g));
/// assert_eq!(bn254_kzg::decompress(&one, true), Some(-g));
/// // 4³ + 3 is no square, nor is 0³ + 3.
/// assert_eq!(bn254_kzg::decompress(&Fq::from(4), false), None);
/// assert_eq!(bn254_kzg::decompress(&Fq::from(0), false), None);
/// ```
pub fn decompress(x: &Fq, y_is_odd: bool) -> Option<G1Affine> {
    let fp = Fp::from(*x);
    let three = Fp::ONE.triple();
    let root = fp.square().mul(&fp).add(&three).square_root()?;
    let is_odd = Fq::from(root).into_bigint().is_odd();
    let y = Fp::select(is_odd == y_is_odd, &root, &root.neg());
    Some(G1Affine::new_unchecked(*x, y.into()))
}
