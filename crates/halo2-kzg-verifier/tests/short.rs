//! Proofs in the short form: accepted wherever the long form is, and whatever is done to them is refused with
//! the reason that the place of the change predicts.

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use ark_ff::{BigInteger, PrimeField};
use common::{
    Fixture,
    at_once::{AtOnce, asked_for},
    changes::{Class, in_parallel, pieces, plus_modulus},
    halo2,
    short::{class_of_word, fault, generator, predicted, shortened},
};
use halo2_kzg_verifier::{
    Arkworks, Batch, BatchItem, Fq, PreparedKey, Rejection, VerifyingKey, lengthen_proof,
    shorten_proof, verify,
};

/// A key with a proof in the short form.
struct Short {
    name: String,
    key: PreparedKey,
    /// The same with all points found at once, as in lanes. `None` where that would take too long.
    at_once: Option<PreparedKey<AtOnce>>,
    proof: Vec<u8>,
    inputs: Vec<u8>,
}

impl Short {
    fn new(name: String, key: &VerifyingKey, long: &[u8], inputs: &[u8]) -> Self {
        Short {
            name,
            proof: shortened(key, long),
            key: PreparedKey::new(key.clone()),
            at_once: Some(PreparedKey::new(key.clone())),
            inputs: inputs.to_vec(),
        }
    }

    /// The verdict, the same whether points are found one by one or all at once.
    fn verify(&self, proof: &[u8]) -> Result<(), Rejection> {
        let verdict = verify(&self.key, proof, &self.inputs);
        if let Some(key) = &self.at_once {
            let at_once = verify(key, proof, &self.inputs);
            assert_eq!(at_once, verdict, "{}: at once", self.name);
            let is_short = proof.len() as u64 == key.key().short_proof_length();
            assert_eq!(asked_for().is_some(), is_short, "{}", self.name);
        }
        verdict
    }

    /// With another word in its place, the proof must be refused for this reason; and the conversion says of it
    /// what verification says, or gives it back.
    fn refuses(&self, word: usize, bytes: &[u8], expected: Rejection) {
        let mut proof = self.proof.clone();
        proof[32 * word..32 * word + 32].copy_from_slice(bytes);
        if proof == self.proof {
            return;
        }
        let verdict = self.verify(&proof);
        assert_eq!(verdict, Err(expected), "{}: word {word}", self.name);
        let key = self.key.key();
        match lengthen_proof(key, &proof) {
            Err(reason) => assert_eq!(reason, expected, "{}: word {word}", self.name),
            Ok(long) => {
                assert_eq!(expected, Rejection::PairingCheckFailed, "{}", self.name);
                assert_eq!(shorten_proof(key, &long), Ok(proof), "{}", self.name);
            }
        }
    }
}

fn of_ezkl() -> Vec<Short> {
    let short = |f: Fixture| Short::new(f.name.clone(), &f.key, &f.proof, &f.inputs);
    Fixture::all().into_iter().map(short).collect()
}

/// Both openings and transcripts, classic lookups, an accumulator, unopened columns, pieces that are the
/// identity.
fn of_halo2() -> Vec<Short> {
    let circuits = [
        "axiom/everything",
        "axiom/acc_3x88",
        "axiom/low_degree",
        "axiom/unqueried_columns",
        "pse04/lookup_dynamic",
    ];
    let all = circuits.iter().flat_map(|name| halo2::Fixture::load(name));
    all.map(|f| Short::new(f.name.clone(), &f.key, &f.proof, &f.inputs))
        .collect()
}

/// Both forms of a proof have one verdict, and the conversions are exact.
fn check_both_forms(name: &str, key: &VerifyingKey, long: &[u8], inputs: &[u8]) {
    let prepared: PreparedKey = PreparedKey::new(key.clone());
    let short = shorten_proof(key, long).unwrap();
    assert_eq!(short, shortened(key, long), "{name}");
    assert_eq!(short.len() as u64, key.short_proof_length(), "{name}");
    assert_eq!(lengthen_proof(key, &short).as_deref(), Ok(long), "{name}");
    let verdict = verify(&prepared, long, inputs);
    assert_eq!(verify(&prepared, &short, inputs), verdict, "{name}");
    let reference = PreparedKey::<Arkworks>::new(key.clone());
    assert_eq!(verify(&reference, &short, inputs), verdict, "{name}");
}

#[test]
fn every_proof_of_ezkls_is_accepted_in_short_form() {
    for fixture in Fixture::all() {
        check_both_forms(&fixture.name, &fixture.key, &fixture.proof, &fixture.inputs);
        let short = Short::new(String::new(), &fixture.key, &fixture.proof, &fixture.inputs);
        assert_eq!(short.verify(&short.proof), Ok(()), "{}", fixture.name);
    }
    let folder = common::fixtures().join("../fixtures-large/huge");
    let (proof, inputs) = common::proof_json(&folder.join("proof.json"));
    check_both_forms("huge", &common::published_key("huge.zkvk"), &proof, &inputs);
}

#[test]
fn all_458_proofs_of_other_forks_have_their_verdict_in_short_form() {
    let circuits = halo2::circuits();
    let number = std::sync::atomic::AtomicUsize::new(0);
    in_parallel(circuits.len(), |i| {
        for fixture in halo2::Fixture::load(&circuits[i]) {
            check_both_forms(&fixture.name, &fixture.key, &fixture.proof, &fixture.inputs);
            number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert_eq!(number.into_inner(), 458);
}

#[test]
fn mlps_3072_bytes_become_2304() {
    let mlp = Fixture::load("mlp");
    assert_eq!(mlp.key.proof_length(), 3_072);
    assert_eq!(mlp.key.short_proof_length(), 2_304);
}

/// Why a short proof with one bit changed is refused: the parity's gives the opposite point, the next one is
/// zero in every proof, and the others give another x.
fn predicted_bit(short: &Short, word: usize, bit: usize, bytes: &[u8]) -> Rejection {
    match (class_of_word(short.key.key(), word), bit) {
        (Class::Point(_), 0) => Rejection::PairingCheckFailed,
        (Class::Point(point), 1) => Rejection::CoordinateNotCanonical { point },
        _ => fault(short.key.key(), word, bytes).unwrap_or(Rejection::PairingCheckFailed),
    }
}

/// Changes bits, every `stride`-th.
fn rejects_each_bit(short: &Short, stride: usize) {
    assert_eq!(short.verify(&short.proof), Ok(()), "{}", short.name);
    in_parallel((8 * short.proof.len()).div_ceil(stride), |i| {
        let (word, bit) = (i * stride / 256, i * stride % 256);
        let mut bytes = short.proof[32 * word..32 * word + 32].to_vec();
        let was_identity = bytes == [0; 32];
        bytes[bit / 8] ^= 0x80 >> (bit % 8);
        let expected = if was_identity {
            // The identity has no opposite: the parity alone is no point.
            fault(short.key.key(), word, &bytes).unwrap_or(Rejection::PairingCheckFailed)
        } else {
            predicted_bit(short, word, bit, &bytes)
        };
        short.refuses(word, &bytes, expected);
    });
}

#[test]
fn rejects_mlps_short_proof_with_any_bit_changed() {
    let mlp = Fixture::load("mlp");
    let mut short = Short::new(mlp.name, &mlp.key, &mlp.proof, &mlp.inputs);
    short.at_once = None;
    rejects_each_bit(&short, 1);
}

#[test]
fn rejects_every_short_proof_with_a_bit_changed_in_each_word() {
    // Odd, so that the bits at the words' ends have their turn.
    of_ezkl()
        .iter()
        .for_each(|short| rejects_each_bit(short, 85));
    of_halo2()
        .iter()
        .for_each(|short| rejects_each_bit(short, 85));
}

#[test]
fn rejects_words_that_are_no_points_and_points_that_are_not_the_proofs() {
    for short in of_ezkl().iter().chain(&of_halo2()) {
        let key = short.key.key();
        in_parallel(short.proof.len() / 32, |word| {
            let Class::Point(point) = class_of_word(key, word) else {
                return;
            };
            let own = &short.proof[32 * word..32 * word + 32];
            let with_first = |mask: u8| {
                let mut bytes = own.to_vec();
                bytes[0] ^= mask;
                bytes
            };
            let not_canonical = Rejection::CoordinateNotCanonical { point };
            let not_on_curve = Rejection::PointNotOnCurve { point };
            let not_right = Rejection::PairingCheckFailed;
            short.refuses(word, &with_first(0x40), not_canonical);
            short.refuses(word, &with_first(0xc0), not_canonical);
            short.refuses(word, &[0xff; 32], not_canonical);
            let modulus = Fq::MODULUS.to_bytes_be();
            short.refuses(word, &modulus, not_canonical);
            // x + q, where it has 254 bits.
            let mut x = own.to_vec();
            x[0] &= 0x7f;
            let raised = plus_modulus::<Fq>(&x).unwrap();
            if raised[0] & 0xc0 == 0 {
                short.refuses(word, &raised, not_canonical);
            }
            // 4³ + 3 = 67 is no square, and 0³ + 3 is none.
            for first in [0, 0x80] {
                let mut bytes = [0; 32];
                (bytes[0], bytes[31]) = (first, 4);
                short.refuses(word, &bytes, not_on_curve);
            }
            let mut two_to_the_255 = [0; 32];
            two_to_the_255[0] = 0x80;
            short.refuses(word, &two_to_the_255, not_on_curve);
            // A piece of the quotient may be the identity; it is not the right one.
            let identity = match pieces(key).contains(&point) {
                true => not_right,
                false => Rejection::IdentityPoint { point },
            };
            short.refuses(word, &[0; 32], identity);
            short.refuses(word, &generator(), not_right);
            if own != [0; 32] {
                short.refuses(word, &with_first(0x80), not_right);
            }
        });
    }
}

#[test]
fn rejects_every_other_length_by_the_names_of_both() {
    for short in of_ezkl().iter().chain(&of_halo2()) {
        let key = short.key.key();
        let (long, short_length) = (key.proof_length() as usize, short.proof.len());
        assert!(short_length < long);
        let long_proof = lengthen_proof(key, &short.proof).unwrap();
        for form in [&short.proof, &long_proof] {
            let near = [0, 1, short_length, long, (short_length + long) / 2];
            let near = near.into_iter().flat_map(|n| {
                let by = move |by: usize| [n.checked_sub(by), Some(n), Some(n + by)];
                [1, 32, 64].into_iter().flat_map(by).flatten()
            });
            for length in near.filter(|n| *n != long && *n != short_length) {
                let mut proof = form.clone();
                proof.resize(length, 0);
                let reason = Rejection::ProofLength {
                    actual: length as u64,
                    expected: long as u64,
                    short: short_length as u64,
                };
                assert_eq!(short.verify(&proof), Err(reason), "{}", short.name);
                assert_eq!(shorten_proof(key, &proof), Err(reason), "{}", short.name);
                assert_eq!(lengthen_proof(key, &proof), Err(reason), "{}", short.name);
            }
        }
    }
}

#[test]
fn each_conversion_takes_one_form_alone() {
    let mlp = Fixture::load("mlp");
    let short = shorten_proof(&mlp.key, &mlp.proof).unwrap();
    let reason = |actual| Rejection::ProofLength {
        actual,
        expected: 3_072,
        short: 2_304,
    };
    assert_eq!(shorten_proof(&mlp.key, &short), Err(reason(2_304)));
    assert_eq!(lengthen_proof(&mlp.key, &mlp.proof), Err(reason(3_072)));
    assert_eq!(
        reason(7).to_string(),
        "proof: 7 bytes, this key's proofs have 3072, or 2304 in short form"
    );
}

#[test]
fn shortening_refuses_a_malformed_proof_for_the_reason_of_verification() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        in_parallel(fixture.proof.len() / 32, |word| {
            let mut proof = fixture.proof.clone();
            proof[32 * word..32 * word + 32].fill(0xff);
            let reason = shorten_proof(key.key(), &proof).unwrap_err();
            let verdict = verify(&key, &proof, &fixture.inputs);
            assert_eq!(verdict, Err(reason), "{}: word {word}", fixture.name);
        });
    }
}

/// A proof in one form, cut or filled to the length of the other, is read as the other and never holds.
#[test]
fn a_proof_in_one_form_never_holds_as_the_other() {
    for fixture in Fixture::all() {
        let key = fixture.prepared();
        let short = shortened(key.key(), &fixture.proof);
        let cut = &fixture.proof[..short.len()];
        let expected = predicted(key.key(), cut);
        let verdict = verify(&key, cut, &fixture.inputs);
        assert_eq!(verdict, Err(expected), "{}", fixture.name);
        for filler in [&short[..], &fixture.proof[..]] {
            let mut filled = short.clone();
            filled.extend(&filler[..fixture.proof.len() - short.len()]);
            let verdict = verify(&key, &filled, &fixture.inputs);
            assert!(verdict.is_err(), "{}", fixture.name);
        }
    }
}

/// Whatever the faults are and wherever they stand. With all points found at once, the opening's are found before the
/// evaluations are read, and that must not show.
#[test]
fn the_first_of_two_faults_is_the_reason() {
    // 4³ + 3 is no square; most points may not be the identity; and neither field has the last.
    let mut faults = [[0; 32], [0; 32], [0x7f; 32]];
    faults[0][31] = 4;
    let mlp = Fixture::load("mlp");
    let mlp = Short::new(mlp.name, &mlp.key, &mlp.proof, &mlp.inputs);
    for short in of_halo2().iter().chain([&mlp]) {
        let words = short.proof.len() / 32;
        in_parallel(words * words / 11, |i| {
            let (first, second) = (i * 11 / words, i * 11 % words);
            let mut proof = short.proof.clone();
            for (word, fault) in [(first, faults[i % 3]), (second, faults[i / 3 % 3])] {
                proof[32 * word..32 * word + 32].copy_from_slice(&fault);
            }
            if proof != short.proof {
                let expected = Err(predicted(short.key.key(), &proof));
                assert_eq!(short.verify(&proof), expected, "{} {i}", short.name);
            }
        });
    }
}

#[test]
fn no_point_is_found_that_no_verdict_asks_for() {
    let mlp = Fixture::load("mlp");
    let short = Short::new(mlp.name, &mlp.key, &mlp.proof, &mlp.inputs);
    let key = short.key.key();
    let asked = |proof: &[u8], inputs: &[u8]| {
        let verdict = verify(short.at_once.as_ref().unwrap(), proof, inputs);
        (verdict, asked_for())
    };
    let all = key.num_proof_points() as usize;
    assert_eq!(asked(&short.proof, &short.inputs), (Ok(()), Some(all)));
    assert_eq!(asked(&mlp.proof, &short.inputs), (Ok(()), None));
    let (_, of_a_longer_proof) = asked(&[&short.proof[..], &[0; 32]].concat(), &short.inputs);
    assert_eq!(of_a_longer_proof, None);
    let reason = Rejection::PublicInputNotCanonical { index: 0 };
    let inputs = vec![0xff; short.inputs.len()];
    assert_eq!(asked(&short.proof, &inputs), (Err(reason), None));
    // Up to the first word that is no canonical x.
    for word in 0..short.proof.len() / 32 {
        let mut proof = short.proof.clone();
        proof[32 * word..32 * word + 32].fill(0x7f);
        let (reason, number) = match class_of_word(key, word) {
            Class::Point(point) => (Rejection::CoordinateNotCanonical { point }, point as usize),
            Class::Evaluation(index) => (Rejection::EvaluationNotCanonical { index }, all),
        };
        assert_eq!(asked(&proof, &short.inputs), (Err(reason), Some(number)));
    }
}

#[test]
fn a_batch_of_both_forms_holds_and_names_the_bad_ones() {
    let mlp = Fixture::load("mlp");
    let key = mlp.prepared();
    let short = shorten_proof(&mlp.key, &mlp.proof).unwrap();
    let mut bad = short.clone();
    bad[0] ^= 0x80;
    let mut malformed = short.clone();
    malformed[0] ^= 0x40;
    let item = |proof| BatchItem {
        key: &key,
        proof,
        public_inputs: &mlp.inputs,
    };
    let good = [item(&short), item(&mlp.proof), item(&short)];
    assert_eq!(Batch::reduce(&good).unwrap().verify(), Ok(()));
    let mixed = [item(&mlp.proof), item(&bad), item(&short), item(&malformed)];
    let expected = [
        (1, Rejection::PairingCheckFailed),
        (3, Rejection::CoordinateNotCanonical { point: 0 }),
    ];
    assert_eq!(Batch::reduce(&mixed).unwrap().find_invalid(), expected);
    let streamed = Batch::stream(mixed, &halo2_kzg_verifier::OneThread);
    assert_eq!(streamed.unwrap(), expected);
}
