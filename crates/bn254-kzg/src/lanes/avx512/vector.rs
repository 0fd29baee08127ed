//! Eight 64-bit lanes in one register of AVX-512.

use core::arch::x86_64::{
    __m512i, _mm_set_epi64x, _mm256_extract_epi64, _mm512_add_epi64, _mm512_alignr_epi64,
    _mm512_and_si512, _mm512_broadcast_i64x2, _mm512_castsi512_si256, _mm512_extracti64x4_epi64,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64, _mm512_mask_blend_epi64,
    _mm512_mask_sub_epi64, _mm512_maskz_mov_epi64, _mm512_movepi64_mask, _mm512_or_si512,
    _mm512_permutex2var_epi64, _mm512_permutexvar_epi64, _mm512_set1_epi64, _mm512_setr_epi64,
    _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srai_epi64, _mm512_sub_epi64,
    _mm512_testn_epi64_mask, _mm512_xor_si512,
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

        pub(crate) fn keep(self, mask: Mask) -> V {
            V(_mm512_maskz_mov_epi64(mask, self.0))
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
