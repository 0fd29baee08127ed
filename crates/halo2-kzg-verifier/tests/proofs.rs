//! Real ezkl proofs are accepted, and what is done to them is refused with the reason that its
//! place in the proof predicts.

mod common;

use common::Fixture;
use halo2_kzg_verifier::{VerifyingKey, verify};

#[test]
fn accepts_every_fixture_and_reencodes_its_key() {
    for fixture in Fixture::all() {
        let bytes = fixture.key.encode();
        let decoded = VerifyingKey::decode(&bytes);
        assert_eq!(decoded.as_ref(), Ok(&fixture.key), "{}", fixture.name);
        assert_eq!(decoded.unwrap().encode(), bytes, "{}", fixture.name);
        let verdict = verify(&fixture.prepared(), &fixture.proof, &fixture.inputs);
        println!(
            "{} {} bytes, {} nodes: {verdict:?}",
            fixture.name,
            bytes.len(),
            fixture.key.num_nodes()
        );
        assert_eq!(verdict, Ok(()), "{}", fixture.name);
    }
}
