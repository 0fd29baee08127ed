//! The published vectors (`spec/vectors`), as far as they speak of keys and proofs: circuits that no
//! prover of ezkl's makes, with shuffles and up to three phases, and keys at every limit and beyond.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use common::{hex, published};
use halo2_kzg_verifier::{
    Arithmetic, Arkworks, Bn254Kzg, PreparedKey, Rejection, VerifyingKey, verify,
};
use serde_json::Value;

struct Vector {
    name: String,
    /// The code of the key's account.
    key: Vec<u8>,
    proof: Vec<u8>,
    public_inputs: Vec<u8>,
    expected: Vec<u8>,
}

/// The vectors of a file in which every call is `verifyWithKey`.
fn vectors(file: &str) -> Vec<Vector> {
    let list = published(file).into_iter();
    list.map(|(value, key)| vector(&value, key)).collect()
}

fn vector(value: &Value, key: Vec<u8>) -> Vector {
    let text = |field: &str| value[field].as_str().unwrap();
    // Selector, key, offset of the proof, offset of the public inputs; at each offset a length.
    let input = hex(text("Input"));
    let arguments = &input[4..];
    let number = |at: usize| {
        let word = arguments[at + 24..at + 32].try_into().unwrap();
        usize::try_from(u64::from_be_bytes(word)).unwrap()
    };
    let bytes = |offset: usize| arguments[offset + 32..offset + 32 + number(offset)].to_vec();
    Vector {
        name: text("Name").into(),
        key,
        proof: bytes(number(32)),
        public_inputs: bytes(number(64)),
        expected: hex(text("Expected")),
    }
}

fn verdicts<A: Arithmetic>(vectors: &[Vector]) -> Vec<Result<(), Rejection>> {
    let verdict = |vector: &Vector| {
        let key = VerifyingKey::decode(&vector.key).unwrap();
        verify(
            &PreparedKey::<A>::new(key),
            &vector.proof,
            &vector.public_inputs,
        )
    };
    vectors.iter().map(verdict).collect()
}

#[test]
fn circuits_that_ezkl_does_not_make_verify_and_fail_with_their_last_evaluation_changed() {
    let vectors = vectors("forged.json");
    let verdicts = verdicts::<Bn254Kzg>(&vectors);
    for (vector, verdict) in vectors.iter().zip(&verdicts) {
        let expected = match vector.expected.last() {
            Some(1) => Ok(()),
            _ => Err(Rejection::PairingCheckFailed),
        };
        assert_eq!(*verdict, expected, "{}", vector.name);
    }
    assert_eq!(verdicts, self::verdicts::<Arkworks>(&vectors));
    let holding = verdicts.iter().filter(|verdict| verdict.is_ok()).count();
    assert_eq!(2 * holding, verdicts.len());

    let keys = vectors
        .iter()
        .map(|v| VerifyingKey::decode(&v.key).unwrap());
    let with = |part: fn(&VerifyingKey) -> bool| move |key: &VerifyingKey| part(key);
    for (part, has) in [
        ("shuffles", with(|key| key.num_shuffles() > 0)),
        ("lookups", with(|key| key.num_lookups() > 0)),
        ("three phases", with(|key| key.phases().len() == 3)),
        ("challenges", with(|key| key.num_challenges() > 0)),
        ("no permutation", with(|key| key.permutation().is_empty())),
    ] {
        assert!(keys.clone().any(|key| has(&key)), "no circuit with {part}");
    }
}

#[test]
fn keys_at_every_limit_decode_and_reencode() {
    for vector in vectors("keys.json") {
        let key = VerifyingKey::decode(&vector.key);
        let key = key.unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        assert_eq!(key.encode(), vector.key, "{}", vector.name);
    }
}

#[test]
fn refuses_keys_beyond_a_limit_and_keys_that_break_a_rule() {
    let vectors = vectors("fail-keys.json");
    let decoded = |vector: &&Vector| VerifyingKey::decode(&vector.key).is_ok();
    let accepted: Vec<_> = vectors.iter().filter(decoded).map(|v| &v.name).collect();
    // Whether its setup is accepted is the chain's question; it is a key.
    assert_eq!(accepted, ["[s]G2 of a setup that is not accepted"]);
    assert!(vectors.len() > 200);
}
