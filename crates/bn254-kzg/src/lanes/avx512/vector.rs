//! Eight 64-bit lanes in one register of AVX-512.

use core::arch::x86_64::{
    __m512i, _mm_set_epi64x, _mm256_extract_epi64, _mm512_add_epi64, _mm512_alignr_epi64,
    _mm512_and_si512, _mm512_broadcast_i64x2, _mm512_castsi512_si256, _mm512_extracti64x4_epi64,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64, _mm512_mask_blend_epi64,
    _mm512_mask_sub_epi64, _mm512_movepi64_mask, _mm512_or_si512, _mm512_permutex2var_epi64,
    _mm512_permutexvar_epi64, _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512,
    _mm512_shrdi_epi64, _mm512_shuffle_i64x2, _mm512_slli_epi64, _mm512_srai_epi64,
    _mm512_srli_epi64, _mm512_sub_epi64, _mm512_testn_epi64_mask, _mm512_unpackhi_epi64,
    _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::super::Mask;

/// Eight lanes. The operations are those of [`portable`](super::super::portable), where each is written out.
#[derive(Clone, Copy)]
pub(crate) struct V(__m512i);

impl V {
    kernels! {
        pub(crate) fn zero() -> V {
            V(_mm512_setzero_si512())
        }

        pub(crate) fn splat(x: u64) -> V {
            V(_mm512_set1_epi64(x as i64))
        }

        pub(crate) fn load(x: &[u64; 8]) -> V {
            let [a, b, c, d, e, f, g, h] = x.map(|lane| lane as i64);
            V(_mm512_setr_epi64(a, b, c, d, e, f, g, h))
        }

        pub(crate) fn store(self) -> [u64; 8] {
            let low = _mm512_castsi512_si256(self.0);
            let high = _mm512_extracti64x4_epi64::<1>(self.0);
            [
                _mm256_extract_epi64::<0>(low) as u64,
                _mm256_extract_epi64::<1>(low) as u64,
                _mm256_extract_epi64::<2>(low) as u64,
                _mm256_extract_epi64::<3>(low) as u64,
                _mm256_extract_epi64::<0>(high) as u64,
                _mm256_extract_epi64::<1>(high) as u64,
                _mm256_extract_epi64::<2>(high) as u64,
                _mm256_extract_epi64::<3>(high) as u64,
            ]
        }

        pub(crate) fn splat_pair(even: u64, odd: u64) -> V {
            V(_mm512_broadcast_i64x2(_mm_set_epi64x(odd as i64, even as i64)))
        }

        pub(crate) fn mul_add_low(self, a: V, b: V) -> V {
            V(_mm512_madd52lo_epu64(self.0, a.0, b.0))
        }

        pub(crate) fn mul_add_high(self, a: V, b: V) -> V {
            V(_mm512_madd52hi_epu64(self.0, a.0, b.0))
        }

        pub(crate) fn add(self, b: V) -> V {
            V(_mm512_add_epi64(self.0, b.0))
        }

        pub(crate) fn sub(self, b: V) -> V {
            V(_mm512_sub_epi64(self.0, b.0))
        }

        pub(crate) fn add_where(self, mask: Mask, b: V) -> V {
            V(_mm512_mask_add_epi64(self.0, mask, self.0, b.0))
        }

        pub(crate) fn sub_where(self, mask: Mask, b: V) -> V {
            V(_mm512_mask_sub_epi64(self.0, mask, self.0, b.0))
        }

        pub(crate) fn shift_left<const BITS: u32>(self) -> V {
            V(_mm512_slli_epi64::<BITS>(self.0))
        }

        pub(crate) fn shift_right_signed<const BITS: u32>(self) -> V {
            V(_mm512_srai_epi64::<BITS>(self.0))
        }

        pub(crate) fn and(self, b: V) -> V {
            V(_mm512_and_si512(self.0, b.0))
        }

        pub(crate) fn or(self, b: V) -> V {
            V(_mm512_or_si512(self.0, b.0))
        }

        pub(crate) fn xor(self, b: V) -> V {
            V(_mm512_xor_si512(self.0, b.0))
        }

        pub(crate) fn is_zero(self) -> Mask {
            _mm512_testn_epi64_mask(self.0, self.0)
        }

        pub(crate) fn is_negative(self) -> Mask {
            _mm512_movepi64_mask(self.0)
        }

        pub(crate) fn select(mask: Mask, a: V, b: V) -> V {
            V(_mm512_mask_blend_epi64(mask, b.0, a.0))
        }

        pub(crate) fn permute(self, index: V) -> V {
            V(_mm512_permutexvar_epi64(index.0, self.0))
        }

        pub(crate) fn permute_two(self, index: V, b: V) -> V {
            V(_mm512_permutex2var_epi64(self.0, index.0, b.0))
        }

        pub(crate) fn shift_lanes<const LANES: i32>(self, low: V) -> V {
            V(_mm512_alignr_epi64::<LANES>(self.0, low.0))
        }
    }
}

// For points.
impl V {
    kernels! {
        pub(crate) fn shift_right<const BITS: u32>(self) -> V {
            V(_mm512_srli_epi64::<BITS>(self.0))
        }

        pub(crate) fn shift_in<const BITS: i32>(self, high: V) -> V {
            V(_mm512_shrdi_epi64::<BITS>(self.0, high.0))
        }

        pub(crate) fn transpose(rows: [V; 8]) -> [V; 8] {
            // Pairs of lanes, each of two rows: lanes 0, 2, 4, 6, then 1, 3, 5, 7.
            let even = |a: V, b: V| _mm512_unpacklo_epi64(a.0, b.0);
            let odd = |a: V, b: V| _mm512_unpackhi_epi64(a.0, b.0);
            let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
            let (e01, e23, e45, e67) = (even(r0, r1), even(r2, r3), even(r4, r5), even(r6, r7));
            let (o01, o23, o45, o67) = (odd(r0, r1), odd(r2, r3), odd(r4, r5), odd(r6, r7));
            // Of four pairs each, the first and the third, and the second and the fourth.
            let (e04_low, e26_low) = split_pairs(e01, e23);
            let (e04_high, e26_high) = split_pairs(e45, e67);
            let (o15_low, o37_low) = split_pairs(o01, o23);
            let (o15_high, o37_high) = split_pairs(o45, o67);
            let ((l0, l4), (l2, l6)) = (split_pairs(e04_low, e04_high), split_pairs(e26_low, e26_high));
            let ((l1, l5), (l3, l7)) = (split_pairs(o15_low, o15_high), split_pairs(o37_low, o37_high));
            [V(l0), V(l1), V(l2), V(l3), V(l4), V(l5), V(l6), V(l7)]
        }
    }
}

kernels! {
    fn split_pairs(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
        (_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0xdd>(a, b))
    }
}
