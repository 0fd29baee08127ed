//! `zkml precompile-call`: one call into the precompile, with the state that it may read.

use crate::{Verdict, files, output};
use alloy_primitives::{Address, Bytes, U256, hex};
use alloy_sol_types::SolValue;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use halo2_kzg_verifier::TrustedSetup;
use std::{collections::BTreeMap, path::PathBuf};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, BlockPosition, Call, InvalidKey, KEY_SLOT, MemoryJournal, Misuse,
    Outcome, ZkVerify, ZkVerifyConfig,
};

/// Run the precompile on one call, outside a chain (for the Foundry test shim)
///
/// Prints `abi.encode(uint256 outcome, uint256 gasUsed, bytes
/// returnData, string reason)` as hex; outcome 0 returned, 1 reverted, 2 ran out of gas; the
/// reason is empty for a valid proof.
///
/// The Foundry shim (contracts/test-utils/ZKVerifierShim.sol) calls it through vm.ffi, so that tests in
/// stock forge meet the verifier that a chain has. Slot and key are cold. The exit status is 0
/// whatever the outcome; 2 if the call could not be run.
#[derive(Args)]
pub(crate) struct PrecompileCallArgs {
    /// The executing contract
    #[arg(long, value_name = "ADDRESS")]
    caller: Address,
    /// The gas that the call may use
    #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
    gas: u64,
    /// What the caller's key slot holds
    #[arg(long, value_name = "0x…", default_value_t = U256::ZERO, hide_default_value = true)]
    slot: U256,
    /// An account's code; repeatable, the parts of one account's code are joined
    #[arg(long, value_name = "ADDRESS=0x…", value_parser = account)]
    code: Vec<(Address, Bytes)>,
    /// The chain's default key
    #[arg(long, value_name = "ADDRESS")]
    default_key: Option<Address>,
    /// A key (.zkvk) or SRS file whose trusted setup is accepted besides the perpetual powers of tau;
    /// repeatable
    #[arg(long, value_name = "FILE")]
    accept_srs: Vec<PathBuf>,
    /// The call's input; repeated, the parts are joined
    #[arg(long, value_name = "0x…", value_parser = input)]
    input: Vec<Bytes>,
}

fn input(text: &str) -> Result<Bytes> {
    Ok(hex::decode(text)
        .context("expected hex, such as 0x1234")?
        .into())
}

fn account(text: &str) -> Result<(Address, Bytes)> {
    let (address, code) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("expected ADDRESS=0x…, such as 0x…01=0x00"))?;
    Ok((
        address.parse().context("before the '=': no address")?,
        input(code)?,
    ))
}

pub(crate) fn run(args: &PrecompileCallArgs) -> Result<Verdict> {
    let mut accepted = vec![TrustedSetup::PERPETUAL_POWERS_OF_TAU];
    for path in &args.accept_srs {
        let s_g2 = files::read_trusted_setup(path)?.to_bytes();
        if !accepted.contains(&s_g2) {
            accepted.push(s_g2);
        }
    }
    let mut config =
        ZkVerifyConfig::default().with_accepted_setups(AcceptedSetups::new(&accepted)?);
    if let Some(key) = args.default_key {
        config = config.with_default_key(key);
    }
    let chain = ZkVerify::new(config);
    let mut journal = MemoryJournal::new().with_storage(args.caller, KEY_SLOT, args.slot);
    let mut codes: BTreeMap<Address, Vec<u8>> = BTreeMap::new();
    for (address, part) in &args.code {
        codes.entry(*address).or_default().extend_from_slice(part);
    }
    for (address, code) in codes {
        journal = journal.with_code(address, code);
    }
    let input = args.input.concat();
    let call = Call {
        input: &input,
        gas_limit: args.gas,
        caller: args.caller,
        value: U256::ZERO,
        is_direct: true,
    };
    let output = match chain.call(
        &call,
        &mut journal,
        AccessPrices::BERLIN,
        BlockPosition::default(),
    ) {
        Ok(output) => output,
        Err(never) => match never {},
    };
    let outcome = match output.outcome {
        Outcome::Valid | Outcome::Invalid(_) => 0u8,
        Outcome::Revert(_) => 1,
        Outcome::OutOfGas => 2,
    };
    let reason = reason(&output.outcome, args.gas);
    let data = Bytes::from(output.outcome.return_data());
    let encoded = (
        U256::from(outcome),
        U256::from(output.gas_used),
        data,
        reason,
    )
        .abi_encode_params();
    output::print(hex::encode_prefixed(encoded))?;
    Ok(Verdict::Success)
}

/// Why the call gave no `true`, for the developer of a contract.
fn reason(outcome: &Outcome, gas: u64) -> String {
    match outcome {
        Outcome::Valid => String::new(),
        Outcome::Invalid(rejection) => format!("invalid proof: {rejection}"),
        Outcome::Revert(Misuse::InvalidVerifyingKey {
            key,
            reason: InvalidKey::SetupNotAccepted,
        }) => format!(
            "verifying key {key}: this chain does not accept the trusted setup that it was made \
             under. For a test SRS, name the SRS file (or the key) in acceptedSrs of \
             ZKVerifierShim.Config; zkml node takes it with --accept-srs"
        ),
        Outcome::Revert(misuse) => misuse.to_string(),
        Outcome::OutOfGas => format!("out of gas: the call may use {gas}"),
    }
}
