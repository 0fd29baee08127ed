//! All proofs of the groundwork, through keys made from pinned texts.

mod common;

use common::{FORKS, Fixture, Proof};
use halo2_import::{
    SignBit, proof_bytes, proof_from_evm_calldata, proof_from_native, public_inputs,
};
use halo2_kzg_verifier::{PreparedKey, TranscriptHash, VerifyingKey, verify};

/// The proof in the verifier's form, read from what its prover wrote.
fn import(fixture: &Fixture, proof: &Proof, key: &VerifyingKey) -> (Vec<u8>, Vec<u8>) {
    let inputs = public_inputs(key, &fixture.instances).unwrap();
    match proof.form.as_str() {
        "evm" => {
            let calldata = [&inputs[..], &proof.bytes].concat();
            let imported = proof_from_evm_calldata(key, &calldata).unwrap();
            assert_eq!(imported.public_inputs, inputs);
            assert_eq!(proof_bytes(key, &proof.bytes).unwrap(), imported.proof);
            (imported.proof, inputs)
        }
        form => {
            let sign_bit = if form == "blake2b" {
                SignBit::Six
            } else {
                SignBit::Seven
            };
            let bytes = proof_from_native(key, &proof.bytes, Some(sign_bit)).unwrap();
            let told = proof_from_native(key, &proof.bytes, None).unwrap();
            assert_eq!(told, bytes, "the points tell the encoding");
            (bytes, inputs)
        }
    }
}

#[test]
fn every_proof_gets_its_verdict_through_a_key_from_the_pinned_text() {
    let (mut accepted, mut refused) = (0, 0);
    for fixture in FORKS.iter().flat_map(|fork| Fixture::all(fork)) {
        for proof in &fixture.proofs {
            let key = fixture.key(proof.opening, proof.transcript);
            assert_eq!(VerifyingKey::decode(&key.encode()).as_ref(), Ok(&key));
            let (bytes, inputs) = import(&fixture, proof, &key);
            let key: PreparedKey = PreparedKey::new(key);
            let verdict = verify(&key, &bytes, &inputs);
            let form = &proof.form;
            assert_eq!(
                verdict.is_ok(),
                fixture.accepted,
                "{} {form}: {verdict:?}",
                fixture.name
            );
            if fixture.accepted {
                accepted += 1;
            } else {
                refused += 1;
            }
        }
    }
    assert_eq!((accepted, refused), (408, 50));
}

#[test]
fn a_circuit_has_the_same_key_from_axiom_and_from_pse() {
    use halo2_kzg_verifier::Opening::Shplonk;
    let mut same = 0;
    for fixture in Fixture::all("pse03") {
        let axiom = Fixture::all("axiom")
            .into_iter()
            .find(|f| f.name == fixture.name);
        let Some(axiom) = axiom.filter(|axiom| axiom.pinned == fixture.pinned) else {
            continue;
        };
        let key = |fixture: &Fixture| fixture.key(Shplonk, TranscriptHash::Keccak256).encode();
        assert_eq!(key(&axiom), key(&fixture));
        same += 1;
    }
    assert_eq!(same, 22);
}
