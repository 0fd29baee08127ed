//! The key from `vk.key` and `settings.json`: the same as the one from `vka.bin`, and the one under
//! which the circuit's proof is valid.

mod common;

use ark_bn254::Fr;
use ezkl_import::{
    DigestSource, ErrorKind, Settings, Srs, digest_from_hex, import_vk, import_vka, read_proof_json,
};
use halo2_kzg_verifier::{PreparedKey, VerifyingKey, verify};
use std::io::Cursor;
use std::path::Path;

struct Circuit {
    vk: Vec<u8>,
    settings: Settings,
    srs: Srs,
}

impl Circuit {
    fn read(folder: &Path) -> Self {
        Self {
            vk: common::bytes(folder, "vk.key"),
            settings: Settings::from_json(&common::bytes(folder, "settings.json")).unwrap(),
            srs: Srs::read(Cursor::new(common::bytes(folder, "kzg_k1.srs"))).unwrap(),
        }
    }

    fn import(&self, digest: DigestSource<'_>) -> Result<VerifyingKey, ezkl_import::ImportError> {
        import_vk(
            &self.vk,
            &self.settings,
            self.srs.trusted_setup.clone(),
            digest,
        )
    }
}

#[test]
fn both_ways_give_the_same_key_and_the_proof_is_valid_under_it() {
    let mut compared = 0;
    for folder in common::circuits() {
        let name = common::name(&folder);
        let circuit = Circuit::read(&folder);
        let proof = read_proof_json(&common::bytes(&folder, "proof.json")).unwrap();
        let start = std::time::Instant::now();
        let key = circuit
            .import(DigestSource::FromProof(&proof))
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        println!(
            "{name}: {:?}, {} bytes",
            start.elapsed(),
            key.encode().len()
        );
        let prepared: PreparedKey = PreparedKey::new(key.clone());
        verify(&prepared, &proof.proof, &proof.public_inputs).unwrap();
        assert_eq!(VerifyingKey::decode(&key.encode()).unwrap(), key, "{name}");
        if let Some(vka) = common::file(&folder, "vka.bin") {
            let other = import_vka(&vka).unwrap();
            assert_eq!(other.encode(), key.encode(), "{name}");
            assert_eq!(
                circuit.import(DigestSource::FromVka(&vka)).unwrap(),
                key,
                "{name}"
            );
            compared += 1;
        }
        assert_eq!(
            circuit.import(DigestSource::Given(key.digest())).unwrap(),
            key,
            "{name}"
        );
        match circuit.import(DigestSource::Computed) {
            Ok(computed) => assert_eq!(computed, key, "{name}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::AmbiguousDigest, "{name}: {error}"),
        }
    }
    println!("{compared} keys compared with their VKA's");
    assert!(compared > 0);
}

#[test]
fn a_digest_that_depends_on_the_threads_is_refused_with_the_three_ways_to_settle_it() {
    let folder = common::circuit("sig_multicol10");
    let circuit = Circuit::read(&folder);
    let error = circuit.import(DigestSource::Computed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AmbiguousDigest);
    let text = error.to_string();
    for way in ["10 table columns", "--proof", "--vka", "--digest"] {
        assert!(text.contains(way), "{text}");
    }
    let error = circuit
        .import(DigestSource::Given(Fr::from(7u64)))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoMatchingDigest);
    let vka = common::bytes(&folder, "vka.bin");
    let proof = read_proof_json(&common::bytes(&folder, "proof.json")).unwrap();
    let by_vka = circuit.import(DigestSource::FromVka(&vka)).unwrap();
    assert_eq!(
        circuit.import(DigestSource::FromProof(&proof)).unwrap(),
        by_vka
    );
}

#[test]
fn a_proof_or_vka_of_another_circuit_settles_nothing() {
    let circuit = Circuit::read(&common::circuit("mlp"));
    let other = common::circuit("two_out");
    let proof = read_proof_json(&common::bytes(&other, "proof.json")).unwrap();
    let error = circuit.import(DigestSource::FromProof(&proof)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoMatchingDigest);
    let vka = common::bytes(&other, "vka.bin");
    let error = circuit.import(DigestSource::FromVka(&vka)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoMatchingDigest);
    assert!(error.to_string().contains("the number of rows"), "{error}");
}

#[test]
fn a_digest_is_read_as_people_write_it() {
    let vka = common::bytes(&common::circuit("mlp"), "vka.bin");
    let digits = hex::encode(&vka[8..40]);
    let digest = import_vka(&vka).unwrap().digest();
    assert_eq!(digest_from_hex(&digits), Some(digest));
    assert_eq!(digest_from_hex(&format!("0x{digits}")), Some(digest));
    assert_eq!(digest_from_hex(&digits[2..]), None);
    assert_eq!(digest_from_hex(&"f".repeat(64)), None);
}

#[test]
fn a_proving_key_in_the_place_of_the_verifying_key_is_named() {
    let circuit = Circuit::read(&common::circuit("nolookup"));
    // pk.key is vk.key with polynomials after it, of 2^k numbers each; it is too large for a fixture.
    let polynomial = vec![0; 32 << circuit.settings.logrows()];
    let refused = |vk: Vec<u8>| {
        let other = Circuit {
            vk,
            ..Circuit::read(&common::circuit("nolookup"))
        };
        other.import(DigestSource::Computed).unwrap_err()
    };
    let error = refused([&circuit.vk[..], &polynomial, &polynomial, &polynomial].concat());
    assert_eq!(error.kind(), ErrorKind::Mismatch);
    assert!(error.advice().starts_with("It may be pk.key"), "{error}");
    let error = refused([&circuit.vk[..], &[0]].concat());
    assert!(error.advice().starts_with("The file is damaged"), "{error}");
}
