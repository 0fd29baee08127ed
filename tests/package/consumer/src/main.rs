//! One use of each published crate, from outside: `consumer FOLDER`, where FOLDER has a
//! `vka.bin` and a `proof.json` of ezkl under the perpetual powers of tau.

use alloy_sol_types::SolCall;
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use bn254_kzg::{Scratch, msm};
use ezkl_import::{EzklProof, import_vka};
use halo2_import::{Halo2Key, Subject};
use halo2_kzg_verifier::{PreparedKey, Rejection, VerifyingKey, verify};
use std::{error::Error, fs, path::Path};
use zk_verify_precompile::{
    AccessPrices, Address, BlockPosition, Call, MemoryJournal, U256, ZkVerify, abi::IZKVerifier,
};
use zkml_devnode::{Config, Node};
use zkml_gas::{Bounds, Case, Family};
use zkml_inspect::Inspection;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: consumer FOLDER")?;
    arithmetic();
    let (key, proof) = import(Path::new(&folder))?;
    no_pinned_key();
    inspection(&key);
    verifier(&key, &proof)?;
    precompile(&key, &proof)?;
    adversarial_key()?;
    adapters();
    node(&key).await?;
    println!("the packaged crates work outside of their repository");
    Ok(())
}

fn arithmetic() {
    let g = G1Affine::generator();
    let terms = [(g, Fr::from(2)), (g, Fr::from(3))];
    let sum = msm(terms, None, &mut Scratch::default());
    assert_eq!(sum, Some((g * Fr::from(5)).into_affine()));
}

fn import(folder: &Path) -> Result<(VerifyingKey, EzklProof), Box<dyn Error>> {
    let key = import_vka(&fs::read(folder.join("vka.bin"))?)?;
    let proof = EzklProof::from_json(&fs::read(folder.join("proof.json"))?)?;
    Ok((key, proof))
}

fn no_pinned_key() {
    let refused = Halo2Key::from_pinned("VerifyingKey { }").err();
    assert_eq!(refused.map(|e| e.subject()), Some(Subject::PinnedKey));
}

fn inspection(key: &VerifyingKey) {
    assert!(Inspection::of(key).perpetual_powers_of_tau);
}

fn verifier(key: &VerifyingKey, proof: &EzklProof) -> Result<(), Box<dyn Error>> {
    let prepared: PreparedKey = PreparedKey::new(VerifyingKey::decode(&key.encode())?);
    verify(&prepared, &proof.proof, &proof.public_inputs)?;
    let mut other = proof.public_inputs.clone();
    *other.last_mut().ok_or("no public inputs")? ^= 1;
    assert_eq!(
        verify(&prepared, &proof.proof, &other),
        Err(Rejection::PairingCheckFailed)
    );
    Ok(())
}

fn precompile(key: &VerifyingKey, proof: &EzklProof) -> Result<(), Box<dyn Error>> {
    let account = Address::repeat_byte(0x2b);
    let mut state = MemoryJournal::new().with_code(account, key.encode());
    let input = IZKVerifier::verifyWithKeyCall {
        key: account,
        proof: proof.proof.clone().into(),
        public_inputs: proof.public_inputs.clone().into(),
    }
    .abi_encode();
    let call = Call {
        input: &input,
        gas_limit: 1_000_000,
        caller: Address::repeat_byte(0x11),
        value: U256::ZERO,
        is_direct: true,
    };
    let output = ZkVerify::default().call(
        &call,
        &mut state,
        AccessPrices::BERLIN,
        BlockPosition::default(),
    )?;
    assert!(output.outcome.is_valid());
    Ok(())
}

/// The factories of both lines over one precompile, and the vectors that the kit carries.
fn adapters() {
    let zk_verify: ZkVerify = ZkVerify::default();
    let _ = zk_verify_alloy_evm_038::ZkVerifyEvmFactory::new(zk_verify.clone());
    let _ = zk_verify_alloy_evm_039::ZkVerifyEvmFactory::new(zk_verify);
    assert!(!zk_verify_conformance::vectors().is_empty());
}

fn adversarial_key() -> Result<(), Box<dyn Error>> {
    let case = Case::largest(Family::Gates, Bounds::ALL[0], None).ok_or("no key fits")?;
    let prepared: PreparedKey = PreparedKey::new(VerifyingKey::decode(&case.key)?);
    assert_eq!(
        verify(&prepared, &case.proof, &case.public_inputs),
        Err(Rejection::PairingCheckFailed)
    );
    Ok(())
}

async fn node(key: &VerifyingKey) -> Result<(), Box<dyn Error>> {
    let node = Node::start(Config {
        port: 0,
        default_key: Some(key.encode()),
        ..Config::default()
    })
    .await?;
    assert_ne!(node.address().port(), 0);
    node.stop().await;
    Ok(())
}
