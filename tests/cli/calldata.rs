//! `zkml calldata`

use crate::{bytes, fixture, folder, key_of, text, zkml};
use alloy_primitives::{B256, Bytes, U256, address, hex};
use alloy_sol_types::{SolCall, SolValue, sol};
use ezkl_import::{EzklProof, read_proof_json};
use zk_verify_precompile::abi::Request;

sol! {
    function submitResult(bytes proof, bytes result);
    function submit(uint256 id, bytes proof, uint256[] inputs);
    function three(bytes32[4] inputs, bytes proof, int256 low);
}

const KEY: &str = "0x90aa29f75675D1aD98c7A76F1E93B1545719f2A9";

fn mlp() -> (String, EzklProof) {
    let path = fixture("mlp", "proof.json");
    let proof = read_proof_json(&bytes(&path)).unwrap();
    (path, proof)
}

fn decoded(args: &[&str]) -> Vec<u8> {
    hex::decode(zkml(args).exits(0).stdout().trim_end()).unwrap()
}

fn words(proof: &EzklProof) -> Vec<B256> {
    proof
        .public_inputs
        .chunks(32)
        .map(B256::from_slice)
        .collect()
}

#[test]
fn by_itself_it_is_the_call_that_0x11_takes() {
    let (path, proof) = mlp();
    let data = decoded(&["calldata", &path]);
    let request = Request::decode(&data).expect("the canonical encoding");
    assert_eq!(request.key, None);
    assert_eq!(request.proof, proof.proof);
    assert_eq!(request.public_inputs, proof.public_inputs);

    let data = decoded(&["calldata", &path, "--verify-with-key", KEY]);
    let request = Request::decode(&data).expect("the canonical encoding");
    assert_eq!(
        request.key,
        Some(address!("90aa29f75675D1aD98c7A76F1E93B1545719f2A9"))
    );
    assert_eq!(request.proof, proof.proof);
}

#[test]
fn a_function_of_two_arguments_takes_the_proof_then_the_public_inputs() {
    let (
        path,
        EzklProof {
            proof,
            public_inputs,
        },
    ) = mlp();
    let data = decoded(&["calldata", &path, "--function", "submitResult(bytes,bytes)"]);
    let expected = submitResultCall {
        proof: proof.into(),
        result: public_inputs.into(),
    };
    assert_eq!(data, expected.abi_encode());
    // Names may be there too.
    let signature = "submitResult(bytes proof, bytes result) external";
    assert_eq!(decoded(&["calldata", &path, "--function", signature]), data);
}

#[test]
fn other_arguments_stand_where_arg_puts_them() {
    let (path, proof) = mlp();
    let data = decoded(&[
        "calldata",
        &path,
        "--function",
        "submit(uint256,bytes,uint256[])",
        "--arg",
        "7",
        "--arg",
        "proof",
        "--arg",
        "public-inputs",
    ]);
    let expected = submitCall {
        id: U256::from(7),
        proof: proof.proof.clone().into(),
        inputs: words(&proof).into_iter().map(Into::into).collect(),
    };
    assert_eq!(data, expected.abi_encode());

    let data = decoded(&[
        "calldata",
        &path,
        "--function",
        "three(bytes32[4],bytes,int256)",
        "--arg",
        "public-inputs",
        "--arg",
        "proof",
        "--arg",
        "-1",
    ]);
    let expected = threeCall {
        inputs: words(&proof).try_into().unwrap(),
        proof: proof.proof.into(),
        low: (-1).try_into().unwrap(),
    };
    assert_eq!(data, expected.abi_encode());
}

#[test]
fn what_does_not_fit_the_function_is_named() {
    let (path, _) = mlp();
    let cases: [(&[&str], &str); 8] = [
        (
            &["submit(uint256,bytes,bytes)"],
            "takes 3 arguments, and 0 are given",
        ),
        (
            &["f(bytes,bytes)", "--arg", "proof"],
            "takes 2 arguments, and 1 are given",
        ),
        (
            &["f(bytes,uint8)"],
            "argument 2 of f(bytes,uint8): the public inputs do not fit uint8",
        ),
        (&["f(uint256[],bytes)"], "the proof does not fit uint256[]"),
        (
            &["f(bytes,uint256[3])"],
            "4 public inputs do not fit uint256[3]",
        ),
        (&["f(uint8)", "--arg", "256"], "\"256\" is no uint8"),
        (
            &["submitResult"],
            "expected a name and types, such as 'submitResult(bytes,bytes)'",
        ),
        (&["f(byte,int)"], "byte is no Solidity type"),
    ];
    for (args, problem) in cases {
        let ran = zkml(&[&["calldata", &path, "--function"], args].concat()).exits(2);
        assert!(ran.stderr().contains(problem), "{ran}");
        assert_eq!(ran.stdout(), "");
    }
}

#[test]
fn an_argument_that_leaves_the_proof_out_is_warned_of() {
    let (path, _) = mlp();
    let ran = zkml(&[
        "calldata",
        &path,
        "--function",
        "f(bytes)",
        "--arg",
        "public-inputs",
    ])
    .exits(0);
    assert!(ran.stderr().contains("no argument is `proof`"), "{ran}");
}

#[test]
fn raw_parts_are_what_a_contract_takes_as_bytes() {
    let (path, proof) = mlp();
    assert_eq!(
        decoded(&["calldata", &path, "--raw-public-inputs"]),
        proof.public_inputs
    );
    assert_eq!(decoded(&["calldata", &path, "--raw-proof"]), proof.proof);
    let out = folder();
    let file = out.path().join("inputs.hex");
    let ran = zkml(&[
        "calldata",
        &path,
        "--raw-public-inputs",
        "--out",
        text(&file),
    ])
    .exits(0);
    assert_eq!(ran.stdout(), "");
    let written = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        hex::decode(written.trim_end()).unwrap(),
        proof.public_inputs
    );
}

#[test]
fn json_has_the_parts_beside_the_whole() {
    let (path, proof) = mlp();
    let json = zkml(&["calldata", &path, "--json"]).exits(0).json();
    assert_eq!(json["to"], "0x0000000000000000000000000000000000000011");
    assert_eq!(json["function"], "verify(bytes,bytes)");
    assert_eq!(json["selector"], "0xf7e83aee");
    assert_eq!(json["proof"], hex::encode_prefixed(&proof.proof));
    assert_eq!(
        json["publicInputs"],
        hex::encode_prefixed(&proof.public_inputs)
    );
    assert_eq!(json["publicInputWords"].as_array().unwrap().len(), 4);
    let parts = (
        Bytes::from(proof.proof.clone()),
        Bytes::from(proof.public_inputs),
    );
    let calldata = hex::decode(json["calldata"].as_str().unwrap()).unwrap();
    assert_eq!(calldata[4..], parts.abi_encode_params());

    let json = zkml(&["calldata", &path, "--function", "f(bytes,bytes)", "--json"])
        .exits(0)
        .json();
    assert!(json.get("to").is_none(), "{json}");
}

#[test]
fn with_a_key_only_a_valid_proof_is_written() {
    let out = folder();
    let (mlp, conv) = (key_of("mlp", &out), key_of("conv", &out));
    let path = fixture("mlp", "proof.json");
    let file = out.path().join("calldata.hex");
    let run = |key| zkml(&["calldata", &path, "--key", text(key), "--out", text(&file)]);
    let ran = run(&conv).exits(1);
    assert!(ran.stderr().contains("invalid: "), "{ran}");
    assert!(!file.exists());
    run(&mlp).exits(0);
    assert!(file.exists());
}
