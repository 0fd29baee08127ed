//! `zkml calldata`: a proof as the input of a call.

mod form;

use crate::{
    Verdict,
    files::{self, hex},
    output,
};
use alloy_dyn_abi::{DynSolType, DynSolValue, JsonAbiExt, Specifier};
use alloy_json_abi::{Function, Param};
use alloy_primitives::{Address, B256, U256};
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use ezkl_import::EzklProof;
use form::{Choice, FormArgs};
use halo2_kzg_verifier::{PreparedKey, verify};
use serde::Serialize;
use std::path::PathBuf;

/// Write the input of a call that carries a proof
///
///   zkml calldata proof.json                                    verify(bytes,bytes) at 0x11
///   zkml calldata proof.json --verify-with-key 0x90aa…          verifyWithKey(address,bytes,bytes)
///   zkml calldata proof.json --function 'submitResult(bytes,bytes)'
///   zkml calldata proof.json --function 'submit(uint256,bytes,uint256[])' \
///       --arg 7 --arg proof --arg public-inputs
///   zkml calldata proof.json --raw-public-inputs                the second argument alone
///   zkml calldata proof.json --key model.zkvk --hardfork amsterdam
///
/// With --key it verifies the proof first, and takes the form of the proof, long or short, whose transaction is
/// cheaper on the fork; it says on standard error which form that is, and what both cost. Without the key the
/// form stays as it is in the file: only the key says where a proof's points are.
///
/// Prints hex, for `cast call 0x0000000000000000000000000000000000000011 --data $(zkml calldata …)` and
/// `cast send $CONTRACT $(zkml calldata …)`. The public inputs are 32-byte big-endian words, one after
/// the other; proof.json has them little-endian.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CalldataArgs {
    /// ezkl's proof.json: the proof with its public inputs
    #[arg(value_name = "FILE")]
    proof: PathBuf,
    /// Call verifyWithKey at 0x11, with the account that holds the key
    #[arg(long, value_name = "ADDRESS")]
    verify_with_key: Option<Address>,
    /// Call this function of a contract, such as 'submitResult(bytes,bytes)'
    #[arg(long, value_name = "SIGNATURE", conflicts_with = "verify_with_key")]
    function: Option<String>,
    /// The function's arguments, one --arg for each, in order. `proof` and `public-inputs` stand for
    /// what the file holds; public inputs fit bytes, uint256[] and bytes32[]. Without --arg the function
    /// takes the proof, then the public inputs
    #[arg(
        long = "arg",
        value_name = "VALUE",
        requires = "function",
        allow_hyphen_values = true
    )]
    args: Vec<String>,
    /// Verify the proof under this key (model.zkvk) first, write nothing if it is not valid, and take the
    /// proof's cheaper form
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    form: FormArgs,
    /// Print the proof's bytes alone
    #[arg(long, group = "raw", conflicts_with_all = ["verify_with_key", "function", "json"])]
    raw_proof: bool,
    /// Print the public inputs alone
    #[arg(long, group = "raw", conflicts_with_all = ["verify_with_key", "function", "json"])]
    raw_public_inputs: bool,
    /// Print JSON: the calldata, and the proof and the public inputs by themselves
    #[arg(long)]
    pub(crate) json: bool,
    /// Write into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The precompile, unless a contract's function is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Address>,
    function: String,
    selector: String,
    calldata: String,
    proof: String,
    public_inputs: String,
    public_input_words: Vec<String>,
    /// With a key: the form that was taken, and what both cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<Choice>,
}

pub(crate) fn run(args: &CalldataArgs) -> Result<Verdict> {
    let mut proof = files::read_proof(&args.proof)?;
    let mut choice = None;
    if let Some(path) = &args.key {
        let key: PreparedKey = PreparedKey::new(files::read_key(path)?);
        if let Err(reason) = verify(&key, &proof.proof, &proof.public_inputs) {
            eprintln!("invalid: {reason}");
            if args.json {
                output::print(serde_json::json!({ "valid": false, "reason": reason.to_string() }))?;
            }
            return Ok(Verdict::Invalid);
        }
        let call = call(args)?;
        let encode = |proof: &EzklProof| call.encode(proof);
        let chosen = Choice::of(
            &args.form,
            key.key(),
            &proof,
            args.verify_with_key.is_some(),
            encode,
        )?;
        proof.proof = chosen.proof;
        if !args.json {
            eprintln!("{}", chosen.choice);
        }
        choice = Some(chosen.choice);
    }
    let text = if args.raw_proof {
        hex(&proof.proof)
    } else if args.raw_public_inputs {
        hex(&proof.public_inputs)
    } else {
        calldata(args, &proof, choice)?
    };
    match &args.out {
        Some(path) => files::write(path, format!("{text}\n").as_bytes())?,
        None => output::print(text)?,
    }
    Ok(Verdict::Success)
}

/// The call that is asked for.
fn call(args: &CalldataArgs) -> Result<Call> {
    match (&args.verify_with_key, &args.function) {
        (None, None) => Call::parse("verify(bytes,bytes)", Vec::new()),
        (Some(key), _) => {
            let args = vec![key.to_string(), PROOF.into(), PUBLIC_INPUTS.into()];
            Call::parse("verifyWithKey(address,bytes,bytes)", args)
        }
        (None, Some(signature)) => Call::parse(signature, args.args.clone()),
    }
}

fn calldata(args: &CalldataArgs, proof: &EzklProof, form: Option<Choice>) -> Result<String> {
    let call = call(args)?;
    call.warn_of_missing_parts();
    let data = hex(call.encode(proof)?);
    if !args.json {
        return Ok(data);
    }
    let output = Output {
        to: args
            .function
            .is_none()
            .then_some(zk_verify_precompile::ADDRESS),
        function: call.function.signature(),
        selector: call.function.selector().to_string(),
        calldata: data,
        proof: hex(&proof.proof),
        public_inputs: hex(&proof.public_inputs),
        public_input_words: words(proof).map(hex).collect(),
        form,
    };
    Ok(serde_json::to_string_pretty(&output)?)
}

/// Stands for the proof's bytes among the arguments.
const PROOF: &str = "proof";
/// Stands for the public inputs.
const PUBLIC_INPUTS: &str = "public-inputs";

/// A function with the arguments that were given for it.
struct Call {
    function: Function,
    args: Vec<String>,
}

impl Call {
    /// `signature` as in Solidity, with or without names: `submit(uint256 id, bytes proof)`.
    fn parse(signature: &str, args: Vec<String>) -> Result<Self> {
        let function = Function::parse(signature).with_context(|| {
            format!(
                "--function {signature:?}: expected a name and types, such as 'submitResult(bytes,bytes)'"
            )
        })?;
        Ok(Self { function, args })
    }

    fn encode(&self, proof: &EzklProof) -> Result<Vec<u8>> {
        let values = self
            .function
            .inputs
            .iter()
            .zip(self.arguments()?)
            .enumerate()
            .map(|(index, (param, text))| {
                value(param, text, proof).with_context(|| {
                    format!("argument {} of {}", index + 1, self.function.signature())
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(self.function.abi_encode_input(&values)?)
    }

    /// One text for each parameter.
    fn arguments(&self) -> Result<Vec<&str>> {
        let (given, wanted) = (self.args.len(), self.function.inputs.len());
        if given == 0 && wanted == 2 {
            return Ok(vec![PROOF, PUBLIC_INPUTS]);
        }
        ensure!(
            given == wanted,
            "{} takes {wanted} arguments, and {given} are given. Give one --arg for each, in order: `--arg \
             proof` and `--arg public-inputs` for what the proof file holds, the others as literals",
            self.function.signature()
        );
        Ok(self.args.iter().map(String::as_str).collect())
    }

    fn warn_of_missing_parts(&self) {
        if self.args.is_empty() {
            return;
        }
        for placeholder in [PROOF, PUBLIC_INPUTS] {
            if !self.args.iter().any(|arg| arg == placeholder) {
                eprintln!("warning: no argument is `{placeholder}`: the call does not carry it");
            }
        }
    }
}

/// An argument of the parameter's type.
fn value(param: &Param, text: &str, proof: &EzklProof) -> Result<DynSolValue> {
    let kind = param
        .resolve()
        .map_err(|_| anyhow!("{} is no Solidity type", param.ty))?;
    match (text, &kind) {
        (PROOF, DynSolType::Bytes) => Ok(DynSolValue::Bytes(proof.proof.clone())),
        (PROOF, _) => bail!("the proof does not fit {kind}: it is bytes"),
        (PUBLIC_INPUTS, _) => public_inputs(&kind, proof),
        _ => kind
            .coerce_str(text)
            .with_context(|| format!("{text:?} is no {kind}")),
    }
}

fn public_inputs(kind: &DynSolType, proof: &EzklProof) -> Result<DynSolValue> {
    let list = |item: &DynSolType| -> Result<Vec<DynSolValue>> {
        let value: fn(B256) -> DynSolValue = match item {
            DynSolType::Uint(256) => |word| DynSolValue::Uint(U256::from_be_bytes(word.0), 256),
            DynSolType::FixedBytes(32) => |word| DynSolValue::FixedBytes(word, 32),
            _ => {
                bail!("the public inputs do not fit {kind}: they are bytes, uint256[] or bytes32[]")
            }
        };
        Ok(words(proof).map(B256::from).map(value).collect())
    };
    match kind {
        DynSolType::Bytes => Ok(DynSolValue::Bytes(proof.public_inputs.clone())),
        DynSolType::Array(item) => Ok(DynSolValue::Array(list(item)?)),
        DynSolType::FixedArray(item, length) => {
            let values = list(item)?;
            let found = values.len();
            ensure!(found == *length, "{found} public inputs do not fit {kind}");
            Ok(DynSolValue::FixedArray(values))
        }
        _ => bail!("the public inputs do not fit {kind}: they are bytes, uint256[] or bytes32[]"),
    }
}

/// The public inputs, big-endian.
fn words(proof: &EzklProof) -> impl Iterator<Item = [u8; 32]> {
    proof.public_inputs.as_chunks::<32>().0.iter().copied()
}
