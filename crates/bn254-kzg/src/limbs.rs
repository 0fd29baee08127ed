//! Integers of four and eight 64-bit limbs, least significant first.
//!
//! Every function works modulo 2²⁵⁶ (or 2⁵¹²) and states the bounds under which nothing is lost.
//! Rows of a product are formed whole and then added: LLVM turns that into two unbroken carry
//! chains, which is faster than accumulating product by product.

/// An integer below 2²⁵⁶.
pub(crate) type Limbs = [u64; 4];
/// An integer below 2⁵¹².
pub(crate) type Wide = [u64; 8];

/// `a + b` modulo 2²⁵⁶.
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let (r0, c) = a[0].carrying_add(b[0], false);
    let (r1, c) = a[1].carrying_add(b[1], c);
    let (r2, c) = a[2].carrying_add(b[2], c);
    let (r3, _) = a[3].carrying_add(b[3], c);
    [r0, r1, r2, r3]
}

/// `a - b` modulo 2²⁵⁶.
#[inline(always)]
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> Limbs {
    let (r0, c) = a[0].borrowing_sub(b[0], false);
    let (r1, c) = a[1].borrowing_sub(b[1], c);
    let (r2, c) = a[2].borrowing_sub(b[2], c);
    let (r3, _) = a[3].borrowing_sub(b[3], c);
    [r0, r1, r2, r3]
}

/// `a + b` modulo 2⁵¹².
#[inline(always)]
pub(crate) fn add_wide(a: &Wide, b: &Wide) -> Wide {
    let (r0, c) = a[0].carrying_add(b[0], false);
    let (r1, c) = a[1].carrying_add(b[1], c);
    let (r2, c) = a[2].carrying_add(b[2], c);
    let (r3, c) = a[3].carrying_add(b[3], c);
    let (r4, c) = a[4].carrying_add(b[4], c);
    let (r5, c) = a[5].carrying_add(b[5], c);
    let (r6, c) = a[6].carrying_add(b[6], c);
    let (r7, _) = a[7].carrying_add(b[7], c);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// `a - b` modulo 2⁵¹².
#[inline(always)]
pub(crate) fn sub_wide(a: &Wide, b: &Wide) -> Wide {
    let (r0, c) = a[0].borrowing_sub(b[0], false);
    let (r1, c) = a[1].borrowing_sub(b[1], c);
    let (r2, c) = a[2].borrowing_sub(b[2], c);
    let (r3, c) = a[3].borrowing_sub(b[3], c);
    let (r4, c) = a[4].borrowing_sub(b[4], c);
    let (r5, c) = a[5].borrowing_sub(b[5], c);
    let (r6, c) = a[6].borrowing_sub(b[6], c);
    let (r7, _) = a[7].borrowing_sub(b[7], c);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// `a · b`, exact.
#[inline(always)]
pub(crate) fn mul_row(a: &Limbs, b: u64) -> [u64; 5] {
    let (l0, h0) = a[0].carrying_mul(b, 0);
    let (l1, h1) = a[1].carrying_mul(b, 0);
    let (l2, h2) = a[2].carrying_mul(b, 0);
    let (l3, h3) = a[3].carrying_mul(b, 0);
    let (m1, c) = l1.carrying_add(h0, false);
    let (m2, c) = l2.carrying_add(h1, c);
    let (m3, c) = l3.carrying_add(h2, c);
    let (m4, _) = h3.carrying_add(0, c);
    [l0, m1, m2, m3, m4]
}

/// `r + a · b`, exact while it is below 2³²⁰.
#[inline(always)]
pub(crate) fn add_row(r: &[u64; 5], a: &Limbs, b: u64) -> [u64; 5] {
    let q = mul_row(a, b);
    let (r0, c) = r[0].carrying_add(q[0], false);
    let (r1, c) = r[1].carrying_add(q[1], c);
    let (r2, c) = r[2].carrying_add(q[2], c);
    let (r3, c) = r[3].carrying_add(q[3], c);
    let (r4, _) = r[4].carrying_add(q[4], c);
    [r0, r1, r2, r3, r4]
}

/// `⌊r / 2⁶⁴⌋ + a · b`, exact while it is below 2³²⁰.
#[inline(always)]
pub(crate) fn shift_add_row(r: &[u64; 5], a: &Limbs, b: u64) -> [u64; 5] {
    let q = mul_row(a, b);
    let (r0, c) = r[1].carrying_add(q[0], false);
    let (r1, c) = r[2].carrying_add(q[1], c);
    let (r2, c) = r[3].carrying_add(q[2], c);
    let (r3, c) = r[4].carrying_add(q[3], c);
    let (r4, _) = q[4].carrying_add(0, c);
    [r0, r1, r2, r3, r4]
}

/// `a · b`, exact.
#[inline(always)]
pub(crate) fn mul_wide(a: &Limbs, b: &Limbs) -> Wide {
    let r = mul_row(a, b[0]);
    let low0 = r[0];
    let r = shift_add_row(&r, a, b[1]);
    let low1 = r[0];
    let r = shift_add_row(&r, a, b[2]);
    let low2 = r[0];
    let r = shift_add_row(&r, a, b[3]);
    [low0, low1, low2, r[0], r[1], r[2], r[3], r[4]]
}
