//! Field elements as five limbs of 52 bits, least significant first, in Montgomery form with R = 2²⁶⁰: the form
//! that lanes compute in, one element at a time.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "loops over five limbs; sums below 2⁶⁴, or below 2¹²⁸ where they are wide"
)]

use ark_bn254::{Fr, FrConfig};
use ark_ff::{MontConfig, PrimeField};

use crate::fp::Fp;
use crate::limbs::Limbs;

/// An integer: the sum of limb i times 2^(52·i). *Normal* if every limb is below 2⁵².
pub(crate) type Limbs52 = [u64; 5];

/// 52 ones.
pub(crate) const LOW: u64 = (1 << 52) - 1;

/// The modulus m of a field. 2²⁶⁰ is 84.642 m.
pub(crate) trait Modulus: Copy {
    /// m
    const MODULUS: Limbs52;
    /// -m⁻¹ mod 2⁵².
    const NEG_INVERSE: u64;
    /// N = 2⁻⁵² mod m, which is at most 0.1269 m.
    const INVERSE_OF_LIMB: Limbs52;
    /// 2²⁶⁰ - m.
    const COMPLEMENT: Limbs52 = [
        (1 << 52) - Self::MODULUS[0],
        LOW - Self::MODULUS[1],
        LOW - Self::MODULUS[2],
        LOW - Self::MODULUS[3],
        LOW - Self::MODULUS[4],
    ];
}

/// The modulus p of the base field.
#[derive(Clone, Copy)]
pub(crate) struct BaseField;

impl Modulus for BaseField {
    const MODULUS: Limbs52 = from_limbs(&crate::fp::MODULUS);
    const NEG_INVERSE: u64 = crate::fp::NEG_INVERSE & LOW;
    const INVERSE_OF_LIMB: Limbs52 = [
        0x000c_93a3_dee2_2c55,
        0x000e_15f4_ea25_0777,
        0x0003_7f0b_49e7_cd63,
        0x0002_079e_650a_0895,
        0x0000_0623_4192_d7a1,
    ];
}

/// The modulus r of the scalar field.
#[derive(Clone, Copy)]
pub(crate) struct ScalarField;

impl Modulus for ScalarField {
    const MODULUS: Limbs52 = from_limbs(&Fr::MODULUS.0);
    const NEG_INVERSE: u64 = <FrConfig as MontConfig<4>>::INV & LOW;
    const INVERSE_OF_LIMB: Limbs52 = [
        0x0008_2e64_4ee4_c3d2,
        0x000f_9389_3c98_b1de,
        0x000d_46fe_04d0_a4c7,
        0x0008_f0aa_d55e_2a1f,
        0x0000_05ed_0447_de83,
    ];
}

const fn from_limbs(a: &Limbs) -> Limbs52 {
    [
        a[0] & LOW,
        (a[0] >> 52 | a[1] << 12) & LOW,
        (a[1] >> 40 | a[2] << 24) & LOW,
        (a[2] >> 28 | a[3] << 36) & LOW,
        a[3] >> 16,
    ]
}

/// k·m, limb by limb, for k below 2¹².
pub(crate) const fn multiple<M: Modulus>(k: u64) -> Limbs52 {
    [
        M::MODULUS[0] * k,
        M::MODULUS[1] * k,
        M::MODULUS[2] * k,
        M::MODULUS[3] * k,
        M::MODULUS[4] * k,
    ]
}

/// From R = 2²⁵⁶ to R = 2²⁶⁰: a shift by four bits. Normal and below 16p.
#[inline(always)]
pub(crate) fn from_fp(a: &Fp) -> Limbs52 {
    let [a0, a1, a2, a3] = a.0;
    [
        a0 << 4 & LOW,
        (a0 >> 48 | a1 << 16) & LOW,
        (a1 >> 36 | a2 << 28) & LOW,
        (a2 >> 24 | a3 << 40) & LOW,
        a3 >> 12,
    ]
}

/// Back, for a canonical value: (a + k·p)/16 for the k below 16 that makes it exact. It is below p.
#[inline(always)]
pub(crate) fn to_fp(a: &Limbs52) -> Fp {
    let k = u128::from(a[0].wrapping_mul(BaseField::NEG_INVERSE) & 15);
    let mut carry = 0;
    let [l0, l1, l2, l3, l4] = core::array::from_fn(|i| {
        let sum = u128::from(a[i]) + u128::from(BaseField::MODULUS[i]) * k + carry;
        carry = sum >> 52;
        sum as u64 & LOW
    });
    // below 16p < 2²⁶⁰, so nothing is carried out of the top limb
    Fp([
        l0 >> 4 | l1 << 48,
        l1 >> 16 | l2 << 36,
        l2 >> 28 | l3 << 24,
        l3 >> 40 | l4 << 12,
    ])
}
