//! Is the verifier at 0x11 on a chain?

use super::Finding;
use alloy_primitives::hex;
use alloy_sol_types::{SolCall, SolError};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Duration;
use zk_verify_precompile::{ADDRESS, abi::IZKVerifier};

pub(super) const NAME: &str = "verifier at 0x11";

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is at 0x11.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// The verifier.
    Verifier,
    /// No code and no precompile.
    Nothing,
    /// Something that answers in another way.
    Other,
}

/// Asks the node at `url`.
pub(super) fn verifier(url: &str) -> Finding {
    match ask(url) {
        Err(error) => Finding::wrong(
            NAME,
            format!("{url} does not answer"),
            format!("{error:#}. Is the node running, and is this the address of its JSON-RPC?"),
        ),
        Ok((chain, Answer::Verifier)) => Finding::fits(NAME, format!("chain {chain} has it")),
        Ok((chain, Answer::Nothing)) => Finding::wrong(
            NAME,
            format!("chain {chain} has nothing there"),
            "this chain has no verifier: use `zkml node`, or a chain that embeds the precompile",
        ),
        Ok((chain, Answer::Other)) => Finding::wrong(
            NAME,
            format!("chain {chain} has something else there"),
            "it does not answer as the verifier does; since Prague every chain has EIP-2537's \
             MAP_FP2_TO_G2 at this address",
        ),
    }
}

/// The chain's id, and what is at 0x11.
fn ask(url: &str) -> Result<(u64, Answer)> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .new_agent();
    let request = |method: &str, params: Value| -> Result<Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = agent.post(url).content_type("application/json");
        let text = request
            .send(body.to_string())?
            .into_body()
            .read_to_string()?;
        serde_json::from_str(&text).context("the answer is not JSON")
    };
    let answer = request("eth_chainId", json!([]))?;
    let id = answer["result"]
        .as_str()
        .and_then(|text| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok())
        .with_context(|| format!("eth_chainId gave {answer}"))?;
    // A selector without arguments: the verifier reverts with MalformedCall().
    let input = hex::encode_prefixed(IZKVerifier::verifyCall::SELECTOR);
    let call = json!([{ "to": ADDRESS, "data": input }, "latest"]);
    Ok((id, read(&request("eth_call", call)?)?))
}

/// What an answer to `eth_call` says.
fn read(answer: &Value) -> Result<Answer> {
    if let Some(result) = answer["result"].as_str() {
        return Ok(match result {
            "0x" => Answer::Nothing,
            _ => Answer::Other,
        });
    }
    let error = &answer["error"];
    if error.is_null() {
        bail!("eth_call gave {answer}");
    }
    // Nodes differ in where they put the data of a revert.
    let selector = hex::encode_prefixed(IZKVerifier::MalformedCall::SELECTOR);
    let data = [&error["data"], &error["data"]["data"]];
    let reverted = data.iter().any(|data| data.as_str() == Some(&selector));
    Ok(if reverted {
        Answer::Verifier
    } else {
        Answer::Other
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_verifiers_own_error_is_taken_for_the_verifier() {
        let selector = hex::encode_prefixed(IZKVerifier::MalformedCall::SELECTOR);
        let cases = [
            (
                json!({"error": {"code": 3, "message": "execution reverted", "data": selector}}),
                Answer::Verifier,
            ),
            (
                json!({"error": {"code": 3, "data": {"data": selector}}}),
                Answer::Verifier,
            ),
            (json!({"result": "0x"}), Answer::Nothing),
            (json!({"result": "0x01"}), Answer::Other),
            (
                json!({"error": {"code": -32000, "message": "out of gas"}}),
                Answer::Other,
            ),
            (
                json!({"error": {"code": 3, "data": "0x08c379a0"}}),
                Answer::Other,
            ),
        ];
        for (answer, expected) in cases {
            assert_eq!(read(&answer).unwrap(), expected, "{answer}");
        }
        assert!(read(&json!({})).is_err());
    }
}
