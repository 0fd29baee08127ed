//! The short form, read by a text of its own: what the verifier must say of it.

use super::changes::{Class, pieces};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, PrimeField};
use halo2_kzg_verifier::{Fq, Fr, G1Affine, Rejection, VerifyingKey};

/// Which class a word of a short proof belongs to.
pub fn class_of_word(key: &VerifyingKey, word: usize) -> Class {
    let before = (key.num_proof_points() - key.num_opening_points()) as usize;
    let evaluations = key.num_evaluations() as usize;
    match word {
        _ if word < before => Class::Point(word as u32),
        _ if word < before + evaluations => Class::Evaluation((word - before) as u32),
        _ => Class::Point((word - evaluations) as u32),
    }
}

/// What is wrong with a word by itself, if anything is.
pub fn fault(key: &VerifyingKey, word: usize, bytes: &[u8]) -> Option<Rejection> {
    let class = class_of_word(key, word);
    let Class::Point(point) = class else {
        let Class::Evaluation(index) = class else {
            unreachable!()
        };
        let is_canonical = bytes < &Fr::MODULUS.to_bytes_be()[..];
        return (!is_canonical).then_some(Rejection::EvaluationNotCanonical { index });
    };
    if bytes == [0; 32] {
        let allowed = pieces(key).contains(&point);
        return (!allowed).then_some(Rejection::IdentityPoint { point });
    }
    let mut x = bytes.to_vec();
    x[0] &= 0x7f;
    if x >= Fq::MODULUS.to_bytes_be() {
        return Some(Rejection::CoordinateNotCanonical { point });
    }
    let x = Fq::from_be_bytes_mod_order(&x);
    // Euler's criterion.
    let is_square = (x * x * x + Fq::from(3)).legendre().is_qr();
    (!is_square).then_some(Rejection::PointNotOnCurve { point })
}

/// The reason for which a proof of the short length is refused that is not the right one: the first faulty
/// word, or else the pairing.
pub fn predicted(key: &VerifyingKey, proof: &[u8]) -> Rejection {
    let words = proof.chunks(32).enumerate();
    let mut faults = words.filter_map(|(word, bytes)| fault(key, word, bytes));
    faults.next().unwrap_or(Rejection::PairingCheckFailed)
}

/// A long proof in the short form, by its definition.
pub fn shortened(key: &VerifyingKey, long: &[u8]) -> Vec<u8> {
    let words = (key.short_proof_length() / 32) as usize;
    let mut rest = long;
    let mut short = Vec::new();
    for word in 0..words {
        let is_point = matches!(class_of_word(key, word), Class::Point(_));
        let (message, after) = rest.split_at(if is_point { 64 } else { 32 });
        rest = after;
        short.extend(&message[..32]);
        if is_point && message[63] & 1 == 1 {
            short[32 * word] |= 0x80;
        }
    }
    assert!(rest.is_empty());
    short
}

/// The word of the generator.
pub fn generator() -> [u8; 32] {
    let g = G1Affine::generator();
    assert!(!g.y.into_bigint().is_odd());
    super::word(&g.x)
}
