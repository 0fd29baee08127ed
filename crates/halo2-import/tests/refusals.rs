//! What is not a key, or not this key's proof: the error says what it is instead.

mod common;

use common::Fixture;
use halo2_import::{
    ErrorKind, Halo2Key, ImportError, SignBit, Subject, proof_bytes, proof_from_evm_calldata,
    proof_from_native, public_inputs,
};
use halo2_kzg_verifier::{Accumulator, Opening, TranscriptHash};

const EVM: (Opening, TranscriptHash) = (Opening::Shplonk, TranscriptHash::Keccak256);
const NATIVE: (Opening, TranscriptHash) = (Opening::Shplonk, TranscriptHash::Blake2b);

#[track_caller]
fn says(error: &ImportError, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "no {part:?} in: {text}");
    }
}

fn pinned_error(text: &str) -> ImportError {
    let error = Halo2Key::from_pinned(text).unwrap_err();
    assert_eq!(error.subject(), Subject::PinnedKey);
    error
}

#[test]
fn a_text_that_is_no_pinned_key_is_named() {
    let pinned = Fixture::load("axiom", "standard_plonk").pinned;
    let changed = |from: &str, to: &str| {
        assert!(pinned.contains(from), "{from}");
        pinned.replacen(from, to, 1)
    };
    let cases: [(String, &[&str]); 13] = [
        (
            "VerifyingKey { domain: 1 }".into(),
            &["byte 0", "vk.pinned()"],
        ),
        (
            "{\"k\": 5}".into(),
            &["byte 0", "expected PinnedVerificationKey", "found a map"],
        ),
        (
            pinned.replace(", ", ",\n "),
            &["several lines", "{:#?}", "{:?}"],
        ),
        (
            pinned[..400].into(),
            &["the text ends inside", "copy it whole"],
        ),
        (
            format!("{pinned} {pinned}"),
            &["text after the end of the value"],
        ),
        (
            changed(
                "0x30644e72e131a029b85045b68181585d97",
                "0x30644e72e131a029b85045b68181585d98",
            ),
            &["base_modulus", "not BN254's"],
        ),
        (changed("omega: 0x", "omega: 0x1"), &["hexadecimal digits"]),
        (
            changed("k: 6, extended_k: 8", "k: 7, extended_k: 8"),
            &["root of unity of order 2^7"],
        ),
        (
            changed("extended_k: 8", "extended_k: 9"),
            &["extended_k is 9", "degree", "MAX_DEGREE"],
        ),
        (
            changed(
                "query_index: 4, column_index: 4",
                "query_index: 1, column_index: 4",
            ),
            &["Fixed query 1 is not of column 4 at rotation 0"],
        ),
        (
            changed(
                "Fixed { query_index: 4, column_index: 4, rotation: Rotation(0) }",
                "Selector(Selector(0, true))",
            ),
            &["has a selector", "keygen_vk"],
        ),
        (
            changed("gates: [Product(", "gates: [Quotient("),
            &["expected an expression, found Quotient(…)"],
        ),
        (
            changed("minimum_degree: None", "minimum: None"),
            &["PinnedConstraintSystem has no field minimum_degree"],
        ),
    ];
    for (text, parts) in &cases {
        says(&pinned_error(text), parts);
    }
}

#[test]
fn a_point_off_the_curve_and_a_scalar_at_the_modulus_are_refused_with_their_place() {
    let pinned = Fixture::load("axiom", "standard_plonk").pinned;
    let at = pinned.find("fixed_commitments: [(0x").unwrap() + "fixed_commitments: [(0x".len();
    let mut text = pinned.clone();
    text.replace_range(
        at + 63..at + 64,
        if &pinned[at + 63..at + 64] == "0" {
            "1"
        } else {
            "0"
        },
    );
    let error = pinned_error(&text);
    assert_eq!(error.kind(), ErrorKind::NotOnCurve);
    says(&error, &[&format!("byte {}", at - 3), "not on BN254"]);
    text.replace_range(at..at + 64, &"f".repeat(64));
    assert_eq!(pinned_error(&text).kind(), ErrorKind::NotCanonical);
}

#[test]
fn every_prefix_of_a_text_is_refused() {
    let pinned = Fixture::load("pse04", "everything").pinned;
    for length in (0..pinned.len()).step_by(61) {
        let error = pinned_error(&pinned[..length]);
        assert!(
            matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Malformed),
            "{length}: {error}"
        );
    }
}

#[test]
fn a_line_break_at_the_end_changes_nothing() {
    let fixture = Fixture::load("axiom", "standard_plonk");
    let key = Halo2Key::from_pinned(&fixture.pinned).unwrap();
    for end in ["\n", "\r\n"] {
        let text = format!("{}{end}", fixture.pinned);
        assert_eq!(Halo2Key::from_pinned(&text).as_ref(), Ok(&key));
    }
}

#[test]
fn a_changed_text_gives_another_digest() {
    let fixture = Fixture::load("axiom", "standard_plonk");
    let key = |text: &str| {
        let key = Halo2Key::from_pinned(text).unwrap();
        key.verifying_key(&fixture.options(EVM.0, EVM.1))
            .unwrap()
            .key
    };
    let changed = fixture
        .pinned
        .replace("num_selectors: 1", "num_selectors: 2");
    assert_ne!(changed, fixture.pinned);
    assert_ne!(key(&changed).digest(), key(&fixture.pinned).digest());
}

#[test]
fn options_that_do_not_fit_the_circuit_are_refused() {
    let fixture = Fixture::load("axiom", "instances_4");
    let key = Halo2Key::from_pinned(&fixture.pinned).unwrap();
    assert_eq!(key.num_instance_columns(), 4);
    let mut options = fixture.options(EVM.0, EVM.1);
    options.instance_lengths = vec![3, 0, 7];
    let error = key.verifying_key(&options).unwrap_err();
    assert_eq!(error.subject(), Subject::Options);
    says(&error, &["3 given, but the circuit has 4 instance columns"]);
    // 2^5 rows, of which 6 are not usable.
    options.instance_lengths = vec![3, 0, 27, 1];
    says(
        &key.verifying_key(&options).unwrap_err(),
        &["27 values in instance column 2", "26 usable rows"],
    );
    options.instance_lengths = vec![3, 0, 26, 1];
    assert!(key.verifying_key(&options).is_ok());
    let accumulator = |column, row| {
        Some(Accumulator {
            column,
            row,
            limbs: 3,
            bits: 88,
        })
    };
    options.accumulator = accumulator(4, 0);
    says(
        &key.verifying_key(&options).unwrap_err(),
        &["instance column 4, but the circuit has 4"],
    );
    options.accumulator = accumulator(2, 15);
    says(
        &key.verifying_key(&options).unwrap_err(),
        &["12 limbs from row 15 do not fit the 26 values"],
    );
    options.accumulator = accumulator(2, 14);
    assert!(key.verifying_key(&options).is_ok());
}

#[test]
fn an_instance_column_that_nothing_constrains_is_warned_of() {
    for fork in common::FORKS {
        let warnings = Fixture::load(fork, "instance_unused")
            .import(EVM.0, EVM.1)
            .warnings;
        let [warning] = &warnings[..] else {
            panic!("{fork}: {warnings:?}");
        };
        assert!(warning.contains("says nothing about them"), "{warning}");
        assert_eq!(
            Fixture::load(fork, "instances_4")
                .import(EVM.0, EVM.1)
                .warnings,
            [""; 0]
        );
    }
}

#[test]
fn a_proof_in_another_form_is_named() {
    let fixture = Fixture::load("axiom", "lookup_1");
    let (evm, native) = (fixture.key(EVM.0, EVM.1), fixture.key(NATIVE.0, NATIVE.1));
    let inputs = public_inputs(&evm, &fixture.instances).unwrap();
    let proof = &fixture.proof(Opening::Shplonk, "evm").bytes;
    let gwc = &fixture.proof(Opening::Gwc, "evm").bytes;
    let compressed = &fixture.proof(Opening::Shplonk, "blake2b").bytes;
    let calldata = [&inputs[..], proof].concat();
    let abi = [&[0x1e, 0x8e, 0x1e, 0x13][..], &[0; 96], &calldata].concat();
    let text = hex::encode(proof);
    let cases = [
        (
            proof_bytes(&evm, compressed),
            "native bytes, made with Blake2bWrite, but the key is for Keccak",
        ),
        (
            proof_bytes(&native, compressed),
            "halo2's native bytes, with points of 32",
        ),
        (proof_bytes(&evm, &calldata), "snark-verifier's calldata"),
        (proof_bytes(&evm, gwc), "the opening GWC"),
        (proof_bytes(&evm, &abi), "selector 0x1e8e1e13"),
        (proof_bytes(&evm, text.as_bytes()), "It looks like text"),
        (
            proof_from_native(&native, proof, None),
            "a proof alone, with points of 64 bytes",
        ),
        (
            proof_from_native(&native, &proof[..300], None),
            "300 bytes, but",
        ),
        (
            proof_from_native(&evm, compressed, None),
            "the key is for Keccak",
        ),
        (
            proof_from_evm_calldata(&evm, proof).map(|p| p.proof),
            "a proof alone",
        ),
        (
            proof_from_evm_calldata(&native, &calldata).map(|p| p.proof),
            "the key is for BLAKE2b",
        ),
    ];
    for (result, part) in cases {
        says(&result.unwrap_err(), &[part]);
    }
}

#[test]
fn the_wrong_sign_bit_and_wrong_flags_are_refused() {
    let fixture = Fixture::load("axiom", "lookup_1");
    let key = fixture.key(NATIVE.0, NATIVE.1);
    let bytes = &fixture.proof(Opening::Shplonk, "blake2b").bytes;
    let error = proof_from_native(&key, bytes, Some(SignBit::Seven)).unwrap_err();
    says(&error, &["identity's flag and coordinates besides"]);
    let changed = |at: usize, value: u8| {
        let mut changed = bytes.clone();
        changed[at] = value;
        proof_from_native(&key, &changed, Some(SignBit::Six)).unwrap_err()
    };
    assert_eq!(changed(31, 0x3f).kind(), ErrorKind::NotCanonical);
    says(
        &changed(31, bytes[31] | 0x80),
        &["bytes 0..32", "identity's flag"],
    );
    // The first evaluation.
    let scalars = key.num_evaluations() as usize * 32;
    let at = bytes.len() - 64 - scalars;
    assert_eq!(changed(at + 31, 0xff).kind(), ErrorKind::NotCanonical);
    says(
        &changed(at + 31, 0xff),
        &[&format!("bytes {at}..{}", at + 32), "scalar"],
    );
    let identity = |flag| {
        let mut changed = bytes.clone();
        changed[..32].fill(0);
        changed[31] = flag;
        proof_from_native(&key, &changed, Some(SignBit::Six))
    };
    assert_eq!(identity(0x80).unwrap()[..64], [0; 64]);
    assert!(identity(0xc0).is_err());
}

#[test]
fn public_inputs_must_be_the_keys_and_canonical() {
    let fixture = Fixture::load("axiom", "instances_4");
    let key = fixture.key(EVM.0, EVM.1);
    let mut columns = fixture.instances.clone();
    // The same words in all, in other columns.
    let word = columns[3].pop().unwrap();
    columns[0].push(word);
    let error = public_inputs(&key, &columns).unwrap_err();
    assert_eq!(error.subject(), Subject::PublicInputs);
    says(&error, &["[4, 0, 7, 0]", "[3, 0, 7, 1]"]);
    columns = fixture.instances.clone();
    columns[2][1] = [0xff; 32];
    says(
        &public_inputs(&key, &columns).unwrap_err(),
        &["word 4", "modulus"],
    );
}
