//! Keccak-f\[1600\] on four states: each 64-bit lane of a register holds a word of another state.

use fearless_simd::x86::Avx2;

/// A word of four states.
type Words = [u64; 4];
/// Four states, word by word: `A[x, y]` is number x + 5y.
pub(super) type States = [Words; 25];

/// The constants of ι.
const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Proof that this processor has AVX2.
#[derive(Clone, Copy)]
pub(super) struct Token(Avx2);

impl Token {
    pub(super) fn detect() -> Option<Token> {
        fearless_simd::Level::new().as_avx2().map(Token)
    }

    /// Keccak-f\[1600\] on each of the four states.
    pub(super) fn permute(self, states: &mut States) {
        permute(self.0, states);
    }
}

fearless_simd::kernel!(
    #[inline(never)]
    fn permute(token: Avx2, states: &mut States) {
        kernel::permute(states)
    }
);

#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "loops over arrays of known length"
)]
mod kernel {
    use super::{ROUNDS, States};
    use core::arch::x86_64::{
        __m256i, _mm256_andnot_si256, _mm256_extract_epi64, _mm256_or_si256, _mm256_set_epi64x,
        _mm256_set1_epi64x, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_xor_si256,
    };
    use core::array::from_fn;

    #[inline]
    #[target_feature(enable = "avx2")]
    fn rotate<const LEFT: i32, const RIGHT: i32>(a: __m256i) -> __m256i {
        const { assert!(LEFT + RIGHT == 64) }
        _mm256_or_si256(_mm256_slli_epi64::<LEFT>(a), _mm256_srli_epi64::<RIGHT>(a))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn permute(states: &mut States) {
        let mut a = states.map(|word| {
            let [w0, w1, w2, w3] = word.map(|lane| lane as i64);
            _mm256_set_epi64x(w3, w2, w1, w0)
        });
        for constant in ROUNDS {
            round(&mut a, constant);
        }
        *states = a.map(|word| {
            [
                _mm256_extract_epi64::<0>(word) as u64,
                _mm256_extract_epi64::<1>(word) as u64,
                _mm256_extract_epi64::<2>(word) as u64,
                _mm256_extract_epi64::<3>(word) as u64,
            ]
        });
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn round(a: &mut [__m256i; 25], constant: u64) {
        // θ: each word takes in the parities of two columns
        let parity: [__m256i; 5] = from_fn(|x| {
            let first = _mm256_xor_si256(_mm256_xor_si256(a[x], a[x + 5]), a[x + 10]);
            _mm256_xor_si256(first, _mm256_xor_si256(a[x + 15], a[x + 20]))
        });
        let theta: [__m256i; 5] = from_fn(|x| {
            _mm256_xor_si256(parity[(x + 4) % 5], rotate::<1, 63>(parity[(x + 1) % 5]))
        });
        // ρ and π: the word at x, y, rotated, goes to y, 2x + 3y
        macro_rules! moved {
            ($from:expr, $by:expr) => {
                rotate::<$by, { 64 - $by }>(_mm256_xor_si256(a[$from], theta[$from % 5]))
            };
        }
        #[rustfmt::skip]
        let b = [
            [_mm256_xor_si256(a[0], theta[0]), moved!(6, 44), moved!(12, 43), moved!(18, 21), moved!(24, 14)],
            [moved!(3, 28), moved!(9, 20), moved!(10, 3), moved!(16, 45), moved!(22, 61)],
            [moved!(1, 1), moved!(7, 6), moved!(13, 25), moved!(19, 8), moved!(20, 18)],
            [moved!(4, 27), moved!(5, 36), moved!(11, 10), moved!(17, 15), moved!(23, 56)],
            [moved!(2, 62), moved!(8, 55), moved!(14, 39), moved!(15, 41), moved!(21, 2)],
        ];
        // χ: along each row
        for (y, row) in b.into_iter().enumerate() {
            for x in 0..5 {
                let next = _mm256_andnot_si256(row[(x + 1) % 5], row[(x + 2) % 5]);
                a[x + 5 * y] = _mm256_xor_si256(row[x], next);
            }
        }
        // ι
        a[0] = _mm256_xor_si256(a[0], _mm256_set1_epi64x(constant as i64));
    }
}
