//! Inversion modulo an odd prime by Bernstein and Yang's division steps (*Fast constant-time gcd
//! computation and modular inversion*, TCHES 2019), in the variable-time form with batches of 62
//! steps that libsecp256k1 uses (`doc/safegcd_implementation.md`). Nothing here is secret, so the
//! time may depend on the value; the result does not.
//!
//! f and g start as the modulus m and the value, d and e as 0 and 1; `f ≡ d·value` and
//! `g ≡ e·value` modulo m hold throughout. A batch of steps looks only at the low 62 bits of f and
//! g and yields a 2×2 matrix, scaled by 2⁶². Applying it to (f, g) is exact; applying it to (d, e)
//! takes a multiple of m that makes the result divisible by 2⁶². When g is 0, f is ± the greatest
//! common divisor, which is 1 (m for the value 0), and ±d the inverse (0 for the value 0).
//!
//! # Bounds
//!
//! Numbers have five limbs of 62 bits, the top one signed. f and g stay in (-2²⁵⁴, 2²⁵⁴], d and e
//! in (-2m, m), the matrix entries' absolute values sum to at most 2⁶² in each row, so an i128
//! accumulator holds three products below 2¹²⁵ and a carry. By theorem 11.2 of the paper,
//! ⌊(49·254 + 57)/17⌋ = 735 steps suffice for numbers below 2²⁵⁴: twelve batches.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "machine-word arithmetic under the bounds of the module's documentation"
)]

use crate::limbs::Limbs;

/// 62 ones.
const MASK: u64 = u64::MAX >> 2;
/// ⌈735 / 62⌉.
const BATCHES: usize = 12;

/// A signed integer: the sum of limb i times 2^(62·i).
type Signed62 = [i64; 5];

/// An odd modulus below 2²⁵⁴, prepared for inversion.
pub(crate) struct Divisor {
    modulus: Signed62,
    /// m⁻¹ mod 2⁶².
    inverse: u64,
}

const fn to_signed62(a: &Limbs) -> Signed62 {
    [
        (a[0] & MASK) as i64,
        ((a[0] >> 62 | a[1] << 2) & MASK) as i64,
        ((a[1] >> 60 | a[2] << 4) & MASK) as i64,
        ((a[2] >> 58 | a[3] << 6) & MASK) as i64,
        (a[3] >> 56) as i64,
    ]
}

/// For a number in [0, 2²⁵⁶) whose limbs are in [0, 2⁶²).
fn from_signed62(a: &Signed62) -> Limbs {
    let [a0, a1, a2, a3, a4] = a.map(|limb| limb as u64);
    [
        a0 | a1 << 62,
        a1 >> 2 | a2 << 60,
        a2 >> 4 | a3 << 58,
        a3 >> 6 | a4 << 56,
    ]
}

/// 62 division steps as a matrix ((u, v), (q, r)), scaled by 2⁶².
struct Transition {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Runs 62 division steps on the low limbs of f (odd) and g. `eta` is the paper's -δ.
///
/// Several steps are taken at once: all trailing zeros of g; then, with f and g odd, the multiple w
/// of f that clears up to 4 or 6 further bits of g (only as many as neither end the batch nor
/// change the sign of eta). w = -g/f modulo 2⁴ or 2⁶: modulo 16, f + 8·[f mod 8 ∈ {3, 5}] is f⁻¹;
/// modulo 64, f·(2 - f²) is -f⁻¹ up to the sign that f·g·(f² - 2) accounts for.
#[inline(never)]
fn division_steps(eta: &mut i64, f: u64, g: u64) -> Transition {
    let (mut u, mut v, mut q, mut r) = (1_u64, 0_u64, 0_u64, 1_u64);
    let (mut f, mut g) = (f, g);
    let mut left = 62_u32;
    loop {
        // a sentinel bit stops the count at the end of the batch
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        let w = if *eta < 0 {
            *eta = -*eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            let bits = (*eta + 1).min(i64::from(left)) as u32;
            let mask = (u64::MAX >> (64 - bits)) & 63;
            f.wrapping_mul(g)
                .wrapping_mul(f.wrapping_mul(f).wrapping_sub(2))
                & mask
        } else {
            let bits = (*eta + 1).min(i64::from(left)) as u32;
            let mask = (u64::MAX >> (64 - bits)) & 15;
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            inverse.wrapping_neg().wrapping_mul(g) & mask
        };
        g = g.wrapping_add(f.wrapping_mul(w));
        q = q.wrapping_add(u.wrapping_mul(w));
        r = r.wrapping_add(v.wrapping_mul(w));
    }
    Transition {
        u: u as i64,
        v: v as i64,
        q: q as i64,
        r: r as i64,
    }
}

/// `x·a + y·b + z·c`.
#[inline(always)]
fn dot(x: i64, a: i64, y: i64, b: i64, z: i64, c: i64) -> i128 {
    i128::from(x) * i128::from(a) + i128::from(y) * i128::from(b) + i128::from(z) * i128::from(c)
}

/// `(x·a + y·b + z·m) / 2⁶²`, where the division is exact.
#[inline(always)]
fn combine(x: i64, a: &Signed62, y: i64, b: &Signed62, z: i64, m: &Signed62) -> Signed62 {
    let low = |sum: i128| (sum as u64 & MASK) as i64;
    let s = dot(x, a[0], y, b[0], z, m[0]) >> 62;
    let s0 = s + dot(x, a[1], y, b[1], z, m[1]);
    let s1 = (s0 >> 62) + dot(x, a[2], y, b[2], z, m[2]);
    let s2 = (s1 >> 62) + dot(x, a[3], y, b[3], z, m[3]);
    let s3 = (s2 >> 62) + dot(x, a[4], y, b[4], z, m[4]);
    [low(s0), low(s1), low(s2), low(s3), (s3 >> 62) as i64]
}

/// Moves what a limb holds beyond 62 bits into the next one.
fn carry(a: Signed62) -> Signed62 {
    let mask = MASK as i64;
    let a1 = a[1] + (a[0] >> 62);
    let a2 = a[2] + (a1 >> 62);
    let a3 = a[3] + (a2 >> 62);
    let a4 = a[4] + (a3 >> 62);
    [a[0] & mask, a1 & mask, a2 & mask, a3 & mask, a4]
}

impl Divisor {
    /// Prepares an odd modulus below 2²⁵⁴; `negative_inverse` is -m⁻¹ mod 2⁶⁴.
    pub(crate) const fn new(modulus: &Limbs, negative_inverse: u64) -> Divisor {
        Divisor {
            modulus: to_signed62(modulus),
            inverse: negative_inverse.wrapping_neg() & MASK,
        }
    }

    /// The row (x, y) of a transition applied to (d, e), plus the multiple of m that makes it
    /// divisible by 2⁶² and keeps the quotient in (-2m, m): m is first added once for each of d
    /// and e that is negative, weighted like it, then reduced modulo 2⁶².
    #[inline(always)]
    fn update(&self, x: i64, d: &Signed62, y: i64, e: &Signed62) -> Signed62 {
        let lift = (x & (d[4] >> 63)) + (y & (e[4] >> 63));
        let lowest = (x as u64)
            .wrapping_mul(d[0] as u64)
            .wrapping_add((y as u64).wrapping_mul(e[0] as u64));
        let correction = self.inverse.wrapping_mul(lowest).wrapping_add(lift as u64) & MASK;
        combine(x, d, y, e, lift - correction as i64, &self.modulus)
    }

    /// The inverse of a modulo m as a plain integer in [0, m); 0 for 0. Requires a < m.
    #[inline(never)]
    pub(crate) fn inverse(&self, a: &Limbs) -> Limbs {
        let zero = [0; 5];
        let (mut d, mut e) = (zero, [1, 0, 0, 0, 0]);
        let (mut f, mut g) = (self.modulus, to_signed62(a));
        let mut eta = -1;
        for _ in 0..BATCHES {
            let t = division_steps(
                &mut eta,
                f[0] as u64 | (f[1] as u64) << 62,
                g[0] as u64 | (g[1] as u64) << 62,
            );
            (d, e) = (self.update(t.u, &d, t.v, &e), self.update(t.q, &d, t.r, &e));
            (f, g) = (
                combine(t.u, &f, t.v, &g, 0, &zero),
                combine(t.q, &f, t.r, &g, 0, &zero),
            );
            if g == zero {
                break;
            }
        }
        from_signed62(&self.normalise(d, f[4] < 0))
    }

    /// Brings d from (-2m, m), negated if asked, to [0, m).
    fn normalise(&self, d: Signed62, negate: bool) -> Signed62 {
        let lift = |d: Signed62| {
            if d[4] >= 0 {
                return d;
            }
            let [d0, d1, d2, d3, d4] = d;
            let [m0, m1, m2, m3, m4] = self.modulus;
            carry([d0 + m0, d1 + m1, d2 + m2, d3 + m3, d4 + m4])
        };
        let d = lift(d);
        lift(if negate {
            carry(d.map(|limb| -limb))
        } else {
            d
        })
    }
}
