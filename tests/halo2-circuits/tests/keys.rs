//! Keys made of halo2-axiom's `VerifyingKey` in memory are those made of its pinned text, byte for byte.

use halo2_circuits::{params, spec, verifying_key};
use halo2_import::{trusted_setup, Halo2Key, KeyOptions};
use halo2_kzg_verifier::{Accumulator, Opening, TranscriptHash, VerifyingKey};
use halo2_proofs::poly::commitment::ParamsProver;
use std::{collections::BTreeMap, path::Path};

#[test]
fn keys_in_memory_equal_keys_from_pinned_texts_and_a_limited_degree_is_refused() {
    std::env::set_var("MAX_DEGREE", "64");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures-halo2/axiom");
    let mut setups = BTreeMap::new();
    let mut count = 0;
    for spec in spec::all() {
        let setup = setups.entry(spec.k).or_insert_with(|| params(spec.k));
        let (name, lengths, place) = (spec.name, spec.instances.clone(), spec.acc);
        let key = verifying_key(setup, spec);
        let pinned = format!("{:?}", key.pinned());
        let committed = std::fs::read_to_string(fixtures.join(name).join("pinned.txt")).unwrap();
        assert_eq!(pinned, committed, "{name}: the fixture's circuit");
        assert_eq!(setup.get_g().len(), 1 << key.get_domain().k());

        let in_memory =
            Halo2Key::from_axiom(&key).unwrap_or_else(|error| panic!("{name}: {error}"));
        let from_text =
            Halo2Key::from_pinned(&pinned).unwrap_or_else(|error| panic!("{name}: {error}"));
        for opening in [Opening::Shplonk, Opening::Gwc] {
            for transcript_hash in [TranscriptHash::Keccak256, TranscriptHash::Blake2b] {
                let options = KeyOptions {
                    trusted_setup: trusted_setup(setup).unwrap(),
                    instance_lengths: lengths.iter().map(|length| *length as u32).collect(),
                    opening,
                    transcript_hash,
                    accumulator: place.map(|(column, row, limbs, bits, _)| Accumulator {
                        column: column as u32,
                        row: row as u32,
                        limbs: limbs as u32,
                        bits: bits as u32,
                    }),
                };
                let bytes = |key: &Halo2Key| {
                    let imported = key.verifying_key(&options);
                    imported
                        .unwrap_or_else(|error| panic!("{name}: {error}"))
                        .key
                        .encode()
                };
                let key = bytes(&in_memory);
                assert_eq!(key, bytes(&from_text), "{name}");
                assert!(VerifyingKey::decode(&key).is_ok());
            }
        }
        count += 1;
    }
    assert!(count >= 29, "{count} circuits");

    // The degree that halo2-axiom gives follows the variable whenever it is asked.
    let spec = spec::all()
        .into_iter()
        .find(|spec| spec.name == "high_degree")
        .unwrap();
    let key = verifying_key(&params(spec.k), spec);
    std::env::set_var("MAX_DEGREE", "5");
    let error = Halo2Key::from_axiom(&key).unwrap_err();
    assert!(error.to_string().contains("MAX_DEGREE"), "{error}");
}
