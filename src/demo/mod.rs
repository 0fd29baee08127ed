//! `zkml demo`: the main job from end to end, on a chain inside this process.
//!
//! Real contracts (the committed artifacts), real ezkl proofs (embedded fixtures), the real precompile
//! in revm. Nothing printed is decided anywhere but by the chain.

mod chain;

use crate::{Verdict, output};
use alloy_primitives::{Address, B256, Bytes, address};
use alloy_sol_types::{SolCall, SolError, SolValue, sol};
use anyhow::{Context, Result, bail, ensure};
use chain::{Chain, Receipt};
use clap::Args;
use ezkl_import::{EzklProof, import_vka, read_proof_json};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use zk_verify_conformance::{Status, data_contract};
use zk_verify_precompile::{AcceptedSetups, ZkVerifyConfig};

/// Send real proofs to a contract on an in-process chain, good ones and altered ones
///
/// Deploys the MyAIApp of ModernTensor's zkML page on an in-process chain with the precompile at 0x11, and sends it real
/// ezkl proofs: good ones, one altered by a bit, one with a wrong public input.
///
/// MyAIApp binds no key, so the chain's default key, put there at genesis, decides: a public circuit
/// under the perpetual powers of tau. A second app binds its own key, of a small MLP.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct DemoArgs {}

sol! {
    function submitResult(bytes proof, bytes result);
    error Error(string message);
}

/// Where the genesis puts the default key.
const DEFAULT_KEY: Address = address!("00000000000000000000000000000000000011aa");

/// A circuit's key with a proof that ezkl made under it.
struct Model {
    key: VerifyingKey,
    proof: EzklProof,
}

impl Model {
    fn read(vka: &[u8], proof: &[u8]) -> Result<Self> {
        Ok(Model {
            key: import_vka(vka)?,
            proof: read_proof_json(proof)?,
        })
    }

    /// Made by strangers under the perpetual powers of tau.
    fn public() -> Result<Self> {
        Self::read(
            include_bytes!("../../tests/vectors/public-ppot/vka.bin"),
            include_bytes!("../../tests/vectors/public-ppot/proof.json"),
        )
    }

    /// An MLP of this repository's tests, under a test SRS.
    fn mlp() -> Result<Self> {
        Self::read(
            include_bytes!("../../tests/fixtures/mlp/vka.bin"),
            include_bytes!("../../tests/fixtures/mlp/proof.json"),
        )
    }
}

/// The creation code in a committed artifact.
fn creation_code(artifact: &str) -> Result<Vec<u8>> {
    let json: serde_json::Value = serde_json::from_str(artifact)?;
    let text = json["bytecode"]
        .as_str()
        .context("artifact without bytecode")?;
    Ok(alloy_primitives::hex::decode(text)?)
}

pub(crate) fn run(_: &DemoArgs) -> Result<Verdict> {
    let (public, mlp) = (Model::public()?, Model::mlp()?);
    let accepted = AcceptedSetups::new(&[
        TrustedSetup::PERPETUAL_POWERS_OF_TAU,
        mlp.key.trusted_setup().to_bytes(),
    ])?;
    let config = ZkVerifyConfig::default()
        .with_default_key(DEFAULT_KEY)
        .with_accepted_setups(accepted);
    output::print(format_args!(
        "A chain with zk_verify at {}, in this process\n",
        zk_verify_precompile::ADDRESS
    ))?;

    let default_key = public.key.encode();
    output::print(format_args!(
        "genesis   default key at {DEFAULT_KEY}: {} bytes",
        default_key.len()
    ))?;
    output::print(format_args!(
        "          id {}, under the perpetual powers of tau",
        B256::from(public.key.id())
    ))?;
    let mut chain = Chain::new(config).with_genesis_code(DEFAULT_KEY, &default_key);

    output::print(format_args!(
        "\nMyAIApp of ModernTensor's zkML page: binds no key, so the chain's default decides"
    ))?;
    let code = creation_code(include_str!("../../contracts/artifacts/MyAIApp.json"))?;
    let app = deploy(&mut chain, "MyAIApp", code.into())?;
    submit_all(&mut chain, app, &public)?;

    output::print(format_args!(
        "\nMyAIAppWithOwnKey: binds the key of an MLP when it is deployed"
    ))?;
    output::print(format_args!(
        "          (made under a test SRS whose secret is known, which this chain accepts)"
    ))?;
    let key = deploy(&mut chain, "the key", data_contract(&mlp.key.encode()))?;
    let artifact = include_str!("../../contracts/artifacts/MyAIAppWithOwnKey.json");
    let mut code = creation_code(artifact)?;
    code.extend((key, B256::from(mlp.key.id())).abi_encode_params());
    let own = deploy(&mut chain, "MyAIAppWithOwnKey", code.into())?;
    submit_all(&mut chain, own, &mlp)?;

    output::print(format_args!(
        "\nThe MLP's good proof, sent to MyAIApp: another circuit's proof proves nothing there"
    ))?;
    let call = call_data(&mlp.proof.proof, &mlp.proof.public_inputs);
    submit(&mut chain, app, "another circuit's proof", call, false)?;
    Ok(Verdict::Success)
}

fn deploy(chain: &mut Chain, name: &str, code: Bytes) -> Result<Address> {
    let receipt = chain.transact(None, code)?;
    let address = match receipt.status {
        Status::Created(address) => address,
        Status::Halted(reason) => bail!("deploying {name} halted: {reason}"),
        Status::Returned(_) | Status::Reverted(_) => bail!("deploying {name} reverted"),
    };
    output::print(format_args!(
        "deploy    {name} at {address}: {} gas",
        receipt.gas_used
    ))?;
    Ok(address)
}

fn call_data(proof: &[u8], public_inputs: &[u8]) -> Bytes {
    let (proof, result) = (
        Bytes::copy_from_slice(proof),
        Bytes::copy_from_slice(public_inputs),
    );
    submitResultCall { proof, result }.abi_encode().into()
}

/// A good proof twice (cold and warm cache), then an altered proof and a wrong public input.
fn submit_all(chain: &mut Chain, app: Address, model: &Model) -> Result<()> {
    let EzklProof {
        proof,
        public_inputs,
    } = &model.proof;
    submit(
        chain,
        app,
        "the proof",
        call_data(proof, public_inputs),
        true,
    )?;
    submit(
        chain,
        app,
        "the proof again (key cached)",
        call_data(proof, public_inputs),
        true,
    )?;

    let mut altered = proof.clone();
    // An evaluation: the proof stays well formed and fails at the very last step.
    let evaluation = altered.len() - 129;
    altered[evaluation] ^= 1;
    submit(
        chain,
        app,
        "one bit of the proof flipped",
        call_data(&altered, public_inputs),
        false,
    )?;

    let mut other = public_inputs.clone();
    if let Some(byte) = other.last_mut() {
        *byte ^= 1;
        submit(
            chain,
            app,
            "a wrong public input",
            call_data(proof, &other),
            false,
        )?;
    }
    Ok(())
}

fn submit(
    chain: &mut Chain,
    app: Address,
    what: &str,
    call: Bytes,
    expect_accepted: bool,
) -> Result<()> {
    let intrinsic = intrinsic_gas(&call);
    let receipt = chain.transact(Some(app), call)?;
    let accepted = match &receipt.status {
        Status::Returned(_) => true,
        Status::Reverted(data) => {
            let message = Error::abi_decode(data)
                .context("an unexpected revert")?
                .message;
            ensure!(
                message == "Invalid ZK Proof",
                "an unexpected revert: {message}"
            );
            false
        }
        Status::Created(_) => bail!("a call created a contract"),
        Status::Halted(reason) => bail!("the transaction halted: {reason}"),
    };
    let verdict = if accepted {
        "accepted"
    } else {
        "REVERTED: Invalid ZK Proof"
    };
    output::print(format_args!("submit    {what}: {verdict}"))?;
    print_parts(&receipt, intrinsic)?;
    ensure!(
        accepted == expect_accepted,
        "the chain's verdict is wrong: this is a bug, report it"
    );
    Ok(())
}

fn print_parts(receipt: &Receipt, intrinsic: u64) -> Result<()> {
    let Some(call) = &receipt.verifier else {
        return Ok(());
    };
    let contract = receipt
        .gas_used
        .saturating_sub(intrinsic)
        .saturating_sub(call.gas_used);
    output::print(format_args!(
        "          gas {} = {intrinsic} calldata and base + {} verifier + {contract} contract; \
         verified in {} µs{}",
        receipt.gas_used,
        call.gas_used,
        call.verification.as_micros(),
        match &call.reason {
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        }
    ))?;
    if call.preparation.as_micros() > 0 && !call.key_was_cached {
        output::print(format_args!(
            "          (the key was read and prepared in {} µs)",
            call.preparation.as_micros()
        ))?;
    }
    Ok(())
}

/// 21,000, and 4 or 16 for each byte of calldata.
fn intrinsic_gas(data: &[u8]) -> u64 {
    let zeros = data.iter().filter(|byte| **byte == 0).count() as u64;
    21_000 + 4 * zeros + 16 * (data.len() as u64 - zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every verdict in it is the chain's, and a wrong one is an error.
    #[test]
    fn the_demo_accepts_good_proofs_and_refuses_altered_ones() {
        assert!(matches!(run(&DemoArgs {}), Ok(Verdict::Success)));
    }
}
