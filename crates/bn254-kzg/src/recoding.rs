//! Width-w non-adjacent form: every integer is a sum of digits ±1, ±3, …, ±(2^(w-1) - 1) times powers
//! of two, of any w consecutive digits at most one not zero (J. Solinas, *Efficient arithmetic on
//! Koblitz curves*, 2000). On average one position in w + 1 carries a digit, so only the odd
//! multiples of a point are needed, and few of them.

/// Positions of digits lie below this: |k| < 2¹²⁷ and a carry out of the top window is possible.
pub(crate) const POSITIONS: usize = 128;

/// A non-zero digit `±(2·index + 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digit {
    pub(crate) position: u8,
    pub(crate) negative: bool,
    pub(crate) index: u16,
}

/// Calls `each` with the digits of k in width-w form, from the least significant on. |k| < 2¹²⁷,
/// 2 ≤ w ≤ 16.
#[inline(always)]
pub(crate) fn digits(k: i128, width: u32, mut each: impl FnMut(Digit)) {
    let negative = k < 0;
    let mut k = k.unsigned_abs();
    let mut position = 0_u32;
    let unused = 32_u32.wrapping_sub(width);
    while k != 0 {
        let zeros = k.trailing_zeros();
        k >>= zeros;
        position = position.wrapping_add(zeros);
        // the low w bits as a signed number: odd, and k minus it is divisible by 2^w
        let digit = ((k as u32) << unused) as i32 >> unused;
        k = k.wrapping_sub(i128::from(digit) as u128);
        each(Digit {
            position: position as u8,
            negative: (digit < 0) ^ negative,
            index: (digit.unsigned_abs() >> 1) as u16,
        });
    }
}
