//! contracts OUT [NAME…]: snark-verifier's contracts for the circuits of tests/fixtures-halo2/axiom, and our keys.
//!
//! For each circuit with a SHPLONK proof that snark-verifier accepts, a folder of OUT with
//!
//! ```text
//! verifier.sol    the contract that snark-verifier generates for the circuit
//! calldata        instances and proof, as the contract takes them
//! key.zkvk        the verifying key for 0x11
//! proof, inputs   the same proof and instances for 0x11
//! ```

use halo2_circuits::{params, spec, verifying_key};
use halo2_import::{proof_from_evm_calldata, trusted_setup, Halo2Key, KeyOptions};
use halo2_kzg_verifier::{verify, Opening, PreparedKey, TranscriptHash};
use halo2_proofs::{
    halo2curves::bn256::{Bn256, Fq, Fr, G1Affine},
    plonk::VerifyingKey,
    poly::{commitment::ParamsProver, kzg::commitment::ParamsKZG},
};
use serde_json::Value;
use snark_verifier::{
    loader::evm::EvmLoader,
    pcs::kzg::{Bdfg21, KzgAs},
    system::halo2::{compile, transcript::evm::EvmTranscript, Config},
    verifier::SnarkVerifier,
};
use std::{fs, path::Path, rc::Rc};

/// SHPLONK without an accumulator.
type Verifier = snark_verifier::verifier::plonk::PlonkVerifier<KzgAs<Bn256, Bdfg21>>;

fn contract(params: &ParamsKZG<Bn256>, key: &VerifyingKey<G1Affine>, lengths: &[usize]) -> String {
    let config = Config::kzg().with_num_instance(lengths.to_vec());
    let protocol = compile(params, key, config);
    let deciding_key = (params.get_g()[0], params.g2(), params.s_g2()).into();
    let loader = EvmLoader::new::<Fq, Fr>();
    let protocol = protocol.loaded(&loader);
    let mut transcript = EvmTranscript::<_, Rc<EvmLoader>, _, _>::new(&loader);
    let instances = transcript.load_instances(lengths.to_vec());
    let proof = Verifier::read_proof(&deciding_key, &protocol, &instances, &mut transcript);
    let proof = proof.expect("a protocol of SHPLONK");
    Verifier::verify(&deciding_key, &protocol, &instances, &proof).expect("generated");
    loader.solidity_code()
}

/// Instances, column by column, then the proof.
fn calldata(fixture: &Path) -> Vec<u8> {
    let json: Value =
        serde_json::from_slice(&fs::read(fixture.join("proofs.json")).unwrap()).unwrap();
    let columns = json["instances"].as_array().unwrap();
    let words = columns.iter().flat_map(|column| column.as_array().unwrap());
    let mut bytes: Vec<u8> = words
        .flat_map(|word| hex::decode(&word.as_str().unwrap()[2..]).unwrap())
        .collect();
    bytes.extend(hex::decode(json["proofs"]["shplonk-evm"].as_str().unwrap()).unwrap());
    bytes
}

fn main() {
    std::env::set_var("MAX_DEGREE", "64");
    let mut args = std::env::args().skip(1);
    let out = args.next().expect("contracts OUT [NAME…]");
    let only: Vec<String> = args.collect();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures-halo2/axiom");
    for spec in spec::all() {
        let name = spec.name;
        // snark-verifier refuses quotient pieces that are the identity, which some honest proofs have.
        let refused = ["low_degree", "min_degree_no_permutation"].contains(&name);
        if spec.acc.is_some() || refused || !(only.is_empty() || only.iter().any(|o| o == name)) {
            continue;
        }
        let (params, lengths) = (params(spec.k), spec.instances.clone());
        let key = verifying_key(&params, spec);
        let options = KeyOptions {
            trusted_setup: trusted_setup(&params).expect("a valid [s]G2"),
            instance_lengths: lengths.iter().map(|length| *length as u32).collect(),
            opening: Opening::Shplonk,
            transcript_hash: TranscriptHash::Keccak256,
            accumulator: None,
        };
        let imported = Halo2Key::from_axiom(&key).and_then(|key| key.verifying_key(&options));
        let ours = imported.expect("a key for 0x11").key;
        let calldata = calldata(&fixtures.join(name));
        let proof = proof_from_evm_calldata(&ours, &calldata).expect("the fixture's proof");
        let prepared: PreparedKey = PreparedKey::new(ours.clone());
        verify(&prepared, &proof.proof, &proof.public_inputs).expect("a valid proof");

        let folder = Path::new(&out).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("verifier.sol"),
            contract(&params, &key, &lengths),
        )
        .unwrap();
        fs::write(folder.join("calldata"), &calldata).unwrap();
        fs::write(folder.join("key.zkvk"), ours.encode()).unwrap();
        fs::write(folder.join("proof"), &proof.proof).unwrap();
        fs::write(folder.join("inputs"), &proof.public_inputs).unwrap();
        println!("{name}");
    }
}
