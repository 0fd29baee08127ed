//! Field elements as 32-byte big-endian words (spec, section 1.2).

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger, PrimeField};

/// Bytes of a field element.
pub(crate) const WORD_BYTES: usize = 32;

/// A big-endian word as little-endian limbs. `None` for anything but 32 bytes.
fn limbs(word: &[u8]) -> Option<BigInt<4>> {
    let mut limbs = [0u64; 4];
    if word.len() != WORD_BYTES {
        return None;
    }
    for (limb, chunk) in limbs.iter_mut().rev().zip(word.chunks_exact(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().ok()?);
    }
    Some(BigInt(limbs))
}

/// Reads a word. `None` if its value is not below the modulus.
pub(crate) fn canonical<F: PrimeField<BigInt = BigInt<4>>>(word: &[u8]) -> Option<F> {
    F::from_bigint(limbs(word)?)
}

/// Reads a hash as a scalar: big-endian, modulo r.
pub(crate) fn reduce(digest: &[u8; WORD_BYTES]) -> Fr {
    let mut value = limbs(digest).unwrap_or_default();
    // 2^256 < 6r, so five subtractions suffice.
    for _ in 0..5 {
        if value >= Fr::MODULUS {
            value.sub_with_borrow(&Fr::MODULUS);
        }
    }
    Fr::from_bigint(value).unwrap_or_default()
}

/// Reads a hash of 64 bytes as a scalar: little-endian, modulo r.
pub(crate) fn reduce_wide(digest: &[u8; 64]) -> Fr {
    Fr::from_le_bytes_mod_order(digest)
}

/// Writes an element as a word.
pub(crate) fn to_word<F: PrimeField<BigInt = BigInt<4>>>(value: &F) -> [u8; WORD_BYTES] {
    let mut word = [0; WORD_BYTES];
    let limbs = value.into_bigint().0;
    for (chunk, limb) in word.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Field;

    #[test]
    fn reduces_the_largest_hash() {
        let expected = Fr::from_be_bytes_mod_order(&[0xff; 32]);
        assert_eq!(reduce(&[0xff; 32]), expected);
    }

    #[test]
    fn a_word_at_the_modulus_is_not_canonical() {
        let modulus = Fr::MODULUS.to_bytes_be();
        assert_eq!(canonical::<Fr>(&modulus), None);
        let mut below = modulus;
        below[31] -= 1;
        assert_eq!(canonical::<Fr>(&below), Some(-Fr::ONE));
        assert_eq!(to_word(&-Fr::ONE)[..], below);
        assert_eq!(canonical::<Fr>(&below[1..]), None);
    }
}
