//! The endomorphism of G1 and the splitting of scalars along it (R. Gallant, R. Lambert and
//! S. Vanstone, *Faster point multiplication on elliptic curves with efficient endomorphisms*,
//! CRYPTO 2001).
//!
//! φ(x, y) = (β·x, y) with β³ = 1 is multiplication by λ, a cube root of 1 modulo r. A scalar k is
//! written as k1 + k2·λ with k1 and k2 of half the length, by subtracting from (k, 0) the nearest
//! vector of the lattice {(a, b): a + b·λ ≡ 0 mod r}. For BN curves with parameter X that lattice
//! has the short basis (A, -B), (B, C) with
//!
//! A = 6X² + 2X,  B = 2X + 1,  C = A + B = 6X² + 4X + 1,  A·C + B² = r.
//!
//! # Bounds
//!
//! (k, 0) has the coordinates k·C/r and k·B/r in that basis. They are rounded to the
//! nearest integers by way of g = round(2²⁵⁶·C/r) and round(2²⁵⁶·B/r): k·g/2²⁵⁶ is off by at most
//! 2⁻¹·k/2²⁵⁶ < 0.1, so the rounded value is off by less than 0.6. Hence |k1| ≤ 0.6·(A + B) and
//! |k2| ≤ 0.6·(B + C), both below 2¹²⁶·¹; arithmetic modulo 2¹²⁸ read as signed is therefore exact.

use ark_bn254::Fr;

use crate::fp::Fp;
use crate::limbs::Limbs;

const A: u128 = 147_946_756_881_789_319_000_765_030_803_803_410_728;
const B: u128 = 9_931_322_734_385_697_763;
const C: u128 = A.wrapping_add(B);
/// round(2²⁵⁶·C/r)
const G1: [u64; 3] = [0x5398_fd03_00ff_6565, 0x4cce_f014_a773_d2d2, 2];
/// round(2²⁵⁶·B/r)
const G2: [u64; 3] = [0xd91d_232e_c7e0_b3d7, 2, 0];

/// λ, the cube root of 1 modulo r that the endomorphism multiplies by. A scalar a + b·λ with short a and b takes a
/// multi-exponentiation as many additions as a and b have windows.
pub const LAMBDA: Fr = ark_ff::MontFp!(
    "21888242871839275217838484774961031246154997185409878258781734729429964517155"
);

/// β in Montgomery form. φ with this β multiplies by λ.
pub(crate) const BETA: Fp = Fp([
    0x3350_c88e_13e8_0b9c,
    0x7dce_557c_db5e_56b9,
    0x6001_b4b8_b615_564a,
    0x2682_e617_0202_17e0,
]);

/// `round(k·g / 2²⁵⁶)`, for a result below 2¹²⁸.
fn mul_round(k: &Limbs, g: &[u64; 3]) -> u128 {
    let row = |t: &[u64; 5], b: u64| crate::limbs::shift_add_row(t, k, b);
    let r0 = crate::limbs::mul_row(k, g[0]);
    let r1 = row(&r0, g[1]);
    let [_, t3, t4, t5, _] = row(&r1, g[2]);
    // limbs 4 and 5 of the product, rounded by the top bit of limb 3
    (u128::from(t4) | u128::from(t5) << 64).wrapping_add(u128::from(t3 >> 63))
}

/// (k1, k2) with k ≡ k1 + k2·λ mod r and |k1|, |k2| < 2¹²⁷, for k < r.
pub(crate) fn split(k: &Limbs) -> (i128, i128) {
    let (c1, c2) = (mul_round(k, &G1), mul_round(k, &G2));
    let low = u128::from(k[0]) | u128::from(k[1]) << 64;
    let k1 = low
        .wrapping_sub(c1.wrapping_mul(A))
        .wrapping_sub(c2.wrapping_mul(B));
    let k2 = c1.wrapping_mul(B).wrapping_sub(c2.wrapping_mul(C));
    (k1 as i128, k2 as i128)
}
