//! The base field of BN254, in Montgomery form with R = 2²⁵⁶, the same representation as arkworks'.
//!
//! # Reduction
//!
//! A wide integer T is divided by R in four steps of 64 bits. Montgomery's step (*Modular
//! multiplication without trial division*, 1985) adds the multiple of p that clears the lowest
//! limb. The first three steps here use instead that dividing by 2⁶⁴ is multiplying by
//! N = 2⁻⁶⁴ mod p: with t the lowest limb, `(T - t)/2⁶⁴ + t·N ≡ T·2⁻⁶⁴` (a trick ascribed to
//! Y. Domb). That needs neither the factor `t·(-p⁻¹)` nor the product whose lowest limb is thrown
//! away, but leaves t·N at its full 318 bits, so the last step is Montgomery's. Measured: a
//! reduction takes a fifth less time.
//!
//! After the first three steps the value is below `T/2¹⁹² + 2⁶⁴·N·(1 + 2⁻⁶³)`; after the last it is
//! below `T/2²⁵⁶ + N·(1 + 2⁻⁶³) + p`. N is 0.5306 p, so the result is below 2p, and one conditional
//! subtraction makes it canonical, whenever `T ≤ 0.469 · 2²⁵⁶ · p`. As `2²⁵⁶ = 5.29 p`, this
//! admits `T ≤ 2.48 p²`: products of canonical elements, sums of two of them, and products of a
//! canonical element with a sum of two.

use ark_bn254::Fq;
use ark_ff::BigInt;
use core::hint::select_unpredictable;
#[cfg(target_has_atomic = "64")]
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::inversion::Divisor;
use crate::limbs::{self, Limbs, Wide};

/// p = 36x⁴ + 36x³ + 24x² + 6x + 1 for x = 4965661367192848881.
pub(crate) const MODULUS: Limbs = [
    0x3c20_8c16_d87c_fd47,
    0x9781_6a91_6871_ca8d,
    0xb850_45b6_8181_585d,
    0x3064_4e72_e131_a029,
];
/// -p⁻¹ mod 2⁶⁴.
pub(crate) const NEG_INVERSE: u64 = 0x87d2_0782_e486_6389;
/// The modulus, prepared for inversion.
const DIVISOR: Divisor = Divisor::new(&MODULUS, NEG_INVERSE);
/// N = 2⁻⁶⁴ mod p.
const INVERSE_OF_LIMB: Limbs = [
    0x327d_7c1b_18f7_bd41,
    0xdb8e_d52f_824e_d32f,
    0x29b6_7b05_eb29_a6a1,
    0x19ac_9912_6b45_9dda,
];
/// p·2²⁵⁴, a multiple of p above p², so that differences of products stay positive.
const MODULUS_SHIFTED: [u64; 5] = [
    MODULUS[0] << 62,
    MODULUS[0] >> 2 | MODULUS[1] << 62,
    MODULUS[1] >> 2 | MODULUS[2] << 62,
    MODULUS[2] >> 2 | MODULUS[3] << 62,
    MODULUS[3] >> 2,
];
/// R mod p: one in Montgomery form.
const ONE: Limbs = [
    0xd35d_438d_c58f_0d9d,
    0x0a78_eb28_f5c7_0b3d,
    0x666e_a36f_7879_462c,
    0x0e0a_77c1_9a07_df2f,
];
/// R³ mod p.
const R_CUBED: Limbs = [
    0xb1cd_6daf_da15_30df,
    0x62f2_10e6_a728_3db6,
    0xef7f_0b0c_0ada_0afb,
    0x20fd_6e90_2d59_2544,
];

/// An element of the base field; always canonical, that is below p.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Fp(pub(crate) Limbs);

/// The modulus once more, as a value that the optimiser may not assume: with known limbs LLVM turns
/// the borrow chain of `r - p` into comparisons and loses a third of the pairing's speed. `#[used]`
/// tells it that others may refer to this static; nobody writes to it.
#[cfg(target_has_atomic = "64")]
#[used]
static OPAQUE_MODULUS: [AtomicU64; 4] = [
    AtomicU64::new(MODULUS[0]),
    AtomicU64::new(MODULUS[1]),
    AtomicU64::new(MODULUS[2]),
    AtomicU64::new(MODULUS[3]),
];

#[cfg(target_has_atomic = "64")]
#[inline(always)]
fn opaque_modulus() -> Limbs {
    let [p0, p1, p2, p3] = &OPAQUE_MODULUS;
    [
        p0.load(Relaxed),
        p1.load(Relaxed),
        p2.load(Relaxed),
        p3.load(Relaxed),
    ]
}

#[cfg(not(target_has_atomic = "64"))]
#[inline(always)]
fn opaque_modulus() -> Limbs {
    MODULUS
}

/// `r mod p` for r < 2p. No branch: which way it goes is a coin toss.
#[inline(always)]
fn subtract_once(r: &Limbs) -> Fp {
    let s = limbs::sub(r, &opaque_modulus());
    // r - p > -2²⁵⁴ and < 2²⁵⁴, so its top bit is its sign
    let negative = s[3] >> 63 == 1;
    Fp::select(negative, &Fp(*r), &Fp(s))
}

/// Montgomery's step, the last of the four: `(r + p·(-r·p⁻¹ mod 2⁶⁴)) / 2⁶⁴`, for r below
/// `2⁶⁴·(2²⁵⁶ - p)`.
#[inline(always)]
fn last_step(r: &[u64; 5]) -> Limbs {
    let [_, r1, r2, r3, r4] = limbs::add_row(r, &MODULUS, r[0].wrapping_mul(NEG_INVERSE));
    [r1, r2, r3, r4]
}

/// `T / R mod p`, for T ≤ 0.469·2²⁵⁶·p (see the module's documentation).
#[inline(always)]
pub(crate) fn reduce(t: &Wide) -> Fp {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = *t;
    let r = limbs::shift_add_row(&[t0, t1, t2, t3, 0], &INVERSE_OF_LIMB, t0);
    let r = limbs::shift_add_row(&r, &INVERSE_OF_LIMB, r[0]);
    let r = limbs::shift_add_row(&r, &INVERSE_OF_LIMB, r[0]);
    subtract_once(&limbs::add(&last_step(&r), &[t4, t5, t6, t7]))
}

/// `a·b / R mod p` for a·b ≤ 2.48 p² and a < 2p: product and reduction interleaved.
#[inline(always)]
pub(crate) fn mul_reduce(a: &Limbs, b: &Limbs) -> Fp {
    // Before the last step every value is below 2²⁵⁶ + 2⁶⁴·(N + a) < 2³²⁰.
    let r = limbs::mul_row(a, b[0]);
    let r = limbs::add_row(&limbs::shift_add_row(&r, &INVERSE_OF_LIMB, r[0]), a, b[1]);
    let r = limbs::add_row(&limbs::shift_add_row(&r, &INVERSE_OF_LIMB, r[0]), a, b[2]);
    let r = limbs::add_row(&limbs::shift_add_row(&r, &INVERSE_OF_LIMB, r[0]), a, b[3]);
    subtract_once(&last_step(&r))
}

/// `a - b + p·2²⁵⁴` for a, b ≤ p²: a positive representative of a - b, at most
/// `p² + p·2²⁵⁴ = 0.439·2²⁵⁶·p`, which [`reduce`] accepts.
#[inline(always)]
pub(crate) fn sub_products(a: &Wide, b: &Wide) -> Wide {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = limbs::sub_wide(a, b);
    let (s3, c) = r3.carrying_add(MODULUS_SHIFTED[0], false);
    let (s4, c) = r4.carrying_add(MODULUS_SHIFTED[1], c);
    let (s5, c) = r5.carrying_add(MODULUS_SHIFTED[2], c);
    let (s6, c) = r6.carrying_add(MODULUS_SHIFTED[3], c);
    let (s7, _) = r7.carrying_add(MODULUS_SHIFTED[4], c);
    [r0, r1, r2, s3, s4, s5, s6, s7]
}

/// (i - 1)·p modulo 2²⁵⁶, for i = 0 to 15.
#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
const MULTIPLES: [Limbs; 16] = {
    // -p, as its lowest limb is not zero
    let minus_one = [
        MODULUS[0].wrapping_neg(),
        !MODULUS[1],
        !MODULUS[2],
        !MODULUS[3],
    ];
    let mut multiples = [minus_one; 16];
    let mut i = 1;
    while i < 16 {
        let mut carry = 0;
        let mut limb = 0;
        while limb < 4 {
            let sum = multiples[i - 1][limb] as u128 + MODULUS[limb] as u128 + carry;
            multiples[i][limb] = sum as u64;
            carry = sum >> 64;
            limb += 1;
        }
        i += 1;
    }
    multiples
};

/// `v mod p` for v in (-p, 10p), given v modulo 2²⁵⁶ and an integer `top` with
/// `v/2²⁰⁶ - 10 ≤ top ≤ v/2²⁰⁶ + 1` and `top ≥ -⌊p/2²⁰⁶⌋`.
///
/// With P = p/2²⁰⁶ (48 bits), `(v + p)/p` is estimated as `(top + ⌊P⌋)·2708/2⁵⁹`. As 2⁵⁹/P is
/// 2708.56, the factor is low by 1 part in 5,000, which outweighs top's excess of 1 wherever the
/// quotient is not 0 anyway, so the estimate's floor never exceeds that of the true quotient; it falls short by
/// less than 0.01, so by at most one after rounding down. What is left is in [0, 2p).
#[inline(always)]
fn reduce_small(v: &Limbs, top: i64) -> Fp {
    let estimate = (top.wrapping_add((MODULUS[3] >> 14) as i64) as u64).wrapping_mul(2708) >> 59;
    #[allow(clippy::indexing_slicing, reason = "masked to the table's length")]
    let multiple = &MULTIPLES[estimate as usize & 15];
    subtract_once(&limbs::sub(v, multiple))
}

impl Fp {
    pub(crate) const ZERO: Fp = Fp([0; 4]);
    pub(crate) const ONE: Fp = Fp(ONE);

    #[inline(always)]
    pub(crate) fn is_zero(&self) -> bool {
        self.0[0] | self.0[1] | self.0[2] | self.0[3] == 0
    }

    /// `a` if `condition`, else `b`, without a branch.
    #[inline(always)]
    pub(crate) fn select(condition: bool, a: &Fp, b: &Fp) -> Fp {
        Fp([
            select_unpredictable(condition, a.0[0], b.0[0]),
            select_unpredictable(condition, a.0[1], b.0[1]),
            select_unpredictable(condition, a.0[2], b.0[2]),
            select_unpredictable(condition, a.0[3], b.0[3]),
        ])
    }

    #[inline(always)]
    pub(crate) fn add(&self, b: &Fp) -> Fp {
        subtract_once(&limbs::add(&self.0, &b.0))
    }

    #[inline(always)]
    pub(crate) fn double(&self) -> Fp {
        self.add(self)
    }

    /// `self / 2`: an odd value is made even by adding p, which stays below 2²⁵⁵.
    #[inline(always)]
    pub(crate) fn half(&self) -> Fp {
        let mask = (self.0[0] & 1).wrapping_neg();
        let [a0, a1, a2, a3] = limbs::add(&self.0, &MODULUS.map(|limb| limb & mask));
        Fp([
            a0 >> 1 | a1 << 63,
            a1 >> 1 | a2 << 63,
            a2 >> 1 | a3 << 63,
            a3 >> 1,
        ])
    }

    #[inline(always)]
    pub(crate) fn triple(&self) -> Fp {
        self.double().add(self)
    }

    #[inline(always)]
    pub(crate) fn sub(&self, b: &Fp) -> Fp {
        let d = limbs::sub(&self.0, &b.0);
        // all ones when the difference is negative
        let mask = (d[3] >> 63).wrapping_neg();
        Fp(limbs::add(&d, &MODULUS.map(|limb| limb & mask)))
    }

    #[inline(always)]
    pub(crate) fn neg(&self) -> Fp {
        Fp::ZERO.sub(self)
    }

    #[inline(always)]
    pub(crate) fn mul(&self, b: &Fp) -> Fp {
        mul_reduce(&self.0, &b.0)
    }

    /// A multiplication: a squaring of its own saves six products and loses as much in carries.
    #[inline(always)]
    pub(crate) fn square(&self) -> Fp {
        self.mul(self)
    }

    /// 8·self modulo 2²⁵⁶.
    #[inline(always)]
    fn eight_times(&self) -> Limbs {
        let [a0, a1, a2, a3] = self.0;
        [
            a0 << 3,
            a1 << 3 | a0 >> 61,
            a2 << 3 | a1 >> 61,
            a3 << 3 | a2 >> 61,
        ]
    }

    /// The limb above 2²⁰⁶, 48 bits.
    #[inline(always)]
    fn top(&self) -> i64 {
        (self.0[3] >> 14) as i64
    }

    /// `9·self + b`
    #[inline(always)]
    pub(crate) fn nine_times_plus(&self, b: &Fp) -> Fp {
        let v = limbs::add(&limbs::add(&self.eight_times(), &self.0), &b.0);
        reduce_small(&v, self.top().wrapping_mul(9).wrapping_add(b.top()))
    }

    /// `9·self - b`
    #[inline(always)]
    pub(crate) fn nine_times_minus(&self, b: &Fp) -> Fp {
        let v = limbs::sub(&limbs::add(&self.eight_times(), &self.0), &b.0);
        reduce_small(&v, self.top().wrapping_mul(9).wrapping_sub(b.top()))
    }

    /// The sum as an integer below 2p, for [`mul_reduce`] and [`limbs::mul_wide`].
    #[inline(always)]
    pub(crate) fn add_unreduced(&self, b: &Fp) -> Limbs {
        limbs::add(&self.0, &b.0)
    }

    /// The inverse; zero for zero.
    pub(crate) fn inverse(&self) -> Fp {
        // a·R becomes a⁻¹·R⁻¹, and the product with R³ brings it back to a⁻¹·R
        Fp(DIVISOR.inverse(&self.0)).mul(&Fp(R_CUBED))
    }
}

impl From<Fq> for Fp {
    #[inline(always)]
    fn from(a: Fq) -> Fp {
        Fp(a.0.0)
    }
}

impl From<Fp> for Fq {
    #[inline(always)]
    fn from(a: Fp) -> Fq {
        Fq::new_unchecked(BigInt(a.0))
    }
}
