//! Every VKA gives a key under which its circuit's proof is valid.

mod common;

use ezkl_import::{import_vka, read_proof_json};
use halo2_kzg_verifier::{PreparedKey, VerifyingKey, verify};

#[test]
fn every_vka_imports_and_its_proof_verifies() {
    let mut seen = 0;
    for circuit in common::circuits() {
        let Some(vka) = common::file(&circuit, "vka.bin") else {
            continue;
        };
        let name = common::name(&circuit);
        let key = import_vka(&vka).unwrap_or_else(|e| panic!("{name}: {e}"));
        let proof = read_proof_json(&common::bytes(&circuit, "proof.json")).unwrap();
        assert_eq!(proof.proof.len() as u64, key.proof_length(), "{name}");
        assert_eq!(VerifyingKey::decode(&key.encode()).unwrap(), key, "{name}");
        let prepared: PreparedKey = PreparedKey::new(key);
        verify(&prepared, &proof.proof, &proof.public_inputs)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn the_public_example_is_under_the_perpetual_powers_of_tau_and_valid() {
    let folder = common::circuit("../vectors/public-ppot");
    let key = import_vka(&common::bytes(&folder, "vka.bin")).unwrap();
    assert!(key.trusted_setup().is_perpetual_powers_of_tau());
    let proof = read_proof_json(&common::bytes(&folder, "proof.json")).unwrap();
    let prepared: PreparedKey = PreparedKey::new(key);
    verify(&prepared, &proof.proof, &proof.public_inputs).unwrap();
}
