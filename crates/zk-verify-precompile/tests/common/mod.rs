//! Calls with all that decides them, and what each must give: outcome, gas and reads, to the unit.
//!
//! The same cases run through the core with a state in memory and through every adapter in an EVM.
//! What a case must cost is added up here from the definition, not asked of the crate's own helpers.

#![allow(dead_code, unused_imports, reason = "each test binary uses its part")]

use ezkl_import::{import_vka, read_proof_json};
use std::{fs, path::PathBuf};
use zk_verify_precompile::{
    AcceptedSetups, Address, GasSchedule, KEY_SLOT, Read, U256, ZkVerify, ZkVerifyConfig,
    abi::{IZKVerifier, Request},
};

use alloy_primitives::address;
use alloy_sol_types::SolError;
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};

/// The executing contract.
pub(crate) const CALLER: Address = address!("00000000000000000000000000000000c0de0001");
/// Holds a good key.
pub(crate) const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Holds another good key, the chain's default.
pub(crate) const DEFAULT_KEY: Address = address!("00000000000000000000000000000000000be002");
/// Holds what a case puts there.
pub(crate) const OTHER: Address = address!("00000000000000000000000000000000000be003");

/// Prices that tell the parts apart: no sum of some is a sum of others.
pub(crate) const GAS: GasSchedule = GasSchedule {
    base: 50_021,
    per_calldata_word: 7,
    per_proof_word: 311,
    per_public_input_word: 1_009,
    per_key_word: 97,
};
const COLD_SLOT: u64 = 2_100;
const COLD_ACCOUNT: u64 = 2_600;

/// A circuit's key with a proof under it.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) key: Vec<u8>,
    pub(crate) proof: Vec<u8>,
    pub(crate) public_inputs: Vec<u8>,
    pub s_g2: [u8; TrustedSetup::BYTES],
}

/// Reads a committed fixture, what ezkl wrote.
pub(crate) fn model(name: &str) -> Model {
    let folder = repository().join("tests/fixtures").join(name);
    let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
    let proof = read_proof_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    Model {
        s_g2: key.trusted_setup().to_bytes(),
        key: key.encode(),
        proof: proof.proof,
        public_inputs: proof.public_inputs,
    }
}

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A call of `verify`, or of `verifyWithKey`.
pub(crate) fn encode(key: Option<Address>, proof: &[u8], public_inputs: &[u8]) -> Vec<u8> {
    Request {
        key,
        proof,
        public_inputs,
    }
    .encode()
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    U256::from(u8::from(value)).to_be_bytes_vec()
}

pub(crate) fn word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

fn words(length: usize) -> u64 {
    u64::try_from(length.div_ceil(32)).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    StaticCall,
    DelegateCall,
    CallCode,
    CallWithValue,
}

/// One call, the state that it meets (all of it cold), and what it must give.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) input: Vec<u8>,
    /// The caller's key slot.
    pub(crate) slot: U256,
    /// Accounts with code.
    pub(crate) accounts: Vec<(Address, Vec<u8>)>,
    pub(crate) default_key: Option<Address>,
    /// Does it return (true), or revert (false)?
    pub(crate) returns: bool,
    pub(crate) data: Vec<u8>,
    pub(crate) gas: u64,
    /// What is read from the state, in order.
    pub(crate) reads: Vec<Read>,
}

impl Case {
    /// The precompile as the case's chain has it: the fixtures' setups, [`GAS`], the default key.
    pub(crate) fn chain(&self) -> ZkVerify {
        ZkVerify::new(config(self.default_key))
    }
}

/// A chain that accepts the fixtures' test setups, each made for its circuit.
pub(crate) fn config(default_key: Option<Address>) -> ZkVerifyConfig {
    let config = ZkVerifyConfig::default()
        .with_accepted_setups(
            AcceptedSetups::new(&[model("nolookup").s_g2, model("mlp").s_g2]).unwrap(),
        )
        .with_gas(GAS);
    match default_key {
        Some(key) => config.with_default_key(key),
        None => config,
    }
}

const SLOT: Read = Read::Storage(CALLER, U256::from_be_bytes(KEY_SLOT.0));

/// The charges, by the steps of the specification.
struct Charges<'a> {
    input: &'a [u8],
    proof: usize,
    public_inputs: usize,
}

impl Charges<'_> {
    /// Step 3.
    fn calldata(&self) -> u64 {
        words(self.input.len()) * GAS.per_calldata_word
    }

    /// Steps 3 and 4.
    fn work(&self) -> u64 {
        self.calldata()
            + GAS.base
            + words(self.proof) * GAS.per_proof_word
            + words(self.public_inputs) * GAS.per_public_input_word
    }
}

/// Every step of the order of checks, in its order.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = wrong_calls();
    cases.extend(wrong_keys());
    cases.extend(proofs());
    cases
}

/// A good call of `verify` under the bound key; cases are made from it by changing it.
pub(crate) fn good_call() -> Case {
    let model = model("nolookup");
    let input = encode(None, &model.proof, &model.public_inputs);
    let charges = Charges {
        input: &input,
        proof: model.proof.len(),
        public_inputs: model.public_inputs.len(),
    };
    Case {
        name: "a valid proof under the bound key",
        kind: Kind::StaticCall,
        slot: word(KEY),
        accounts: vec![
            (KEY, model.key.clone()),
            (DEFAULT_KEY, self::model("mlp").key),
        ],
        default_key: Some(DEFAULT_KEY),
        returns: true,
        data: boolean(true),
        gas: charges.work() + COLD_SLOT + COLD_ACCOUNT + words(model.key.len()) * GAS.per_key_word,
        reads: vec![SLOT, Read::Code(KEY)],
        input,
    }
}

fn revert(name: &'static str, error: impl SolError, gas: u64, reads: &[Read]) -> Case {
    Case {
        name,
        returns: false,
        data: error.abi_encode(),
        gas,
        reads: reads.into(),
        ..good_call()
    }
}

/// Steps 2 and 3.
fn wrong_calls() -> Vec<Case> {
    let good = good_call().input;
    let indirect = |name, kind| Case {
        kind,
        ..revert(name, IZKVerifier::DelegateCallNotAllowed {}, 0, &[])
    };
    let malformed = |name, input: Vec<u8>| Case {
        gas: words(input.len()) * GAS.per_calldata_word,
        input,
        ..revert(name, IZKVerifier::MalformedCall {}, 0, &[])
    };
    let mut dirty_address = encode(Some(KEY), &[], &[]);
    dirty_address[4] = 1;
    vec![
        indirect("DELEGATECALL", Kind::DelegateCall),
        indirect("CALLCODE", Kind::CallCode),
        Case {
            kind: Kind::CallWithValue,
            ..revert("value sent", IZKVerifier::NonPayable {}, 0, &[])
        },
        Case {
            kind: Kind::DelegateCall,
            input: vec![],
            ..indirect("DELEGATECALL with malformed input", Kind::DelegateCall)
        },
        malformed("empty input", vec![]),
        malformed("half a selector", good[..2].to_vec()),
        malformed("a selector alone", good[..4].to_vec()),
        malformed(
            "an unknown selector",
            [&[0xde, 0xad, 0xbe, 0xef], &good[4..]].concat(),
        ),
        malformed("one byte missing", good[..good.len() - 1].to_vec()),
        malformed("one byte appended", [&good[..], &[0]].concat()),
        malformed("a word appended", [&good[..], &[0; 32]].concat()),
        malformed("verifyWithKey with dirty high bits", dirty_address),
    ]
}

/// Steps 5 to 9.
fn wrong_keys() -> Vec<Case> {
    let model = model("nolookup");
    let input = encode(None, &model.proof, &model.public_inputs);
    let proof_lengths = (model.proof.len(), model.public_inputs.len());
    let charges = |input: &[u8]| {
        Charges {
            input,
            proof: proof_lengths.0,
            public_inputs: proof_lengths.1,
        }
        .work()
    };
    let work = charges(&input);
    let invalid = |name, key, gas, reads: &[Read]| {
        revert(name, IZKVerifier::InvalidVerifyingKey { key }, gas, reads)
    };
    // A bound account that is no key; the chain's default key is good and must not be taken.
    let bound = |name, code: Vec<u8>| Case {
        slot: word(OTHER),
        accounts: vec![(OTHER, code.clone()), (DEFAULT_KEY, model.key.clone())],
        ..invalid(
            name,
            OTHER,
            work + COLD_SLOT + COLD_ACCOUNT + words(code.len()) * GAS.per_key_word,
            &[SLOT, Read::Code(OTHER)],
        )
    };
    let delegation = [&[0xef, 0x01, 0x00], KEY.as_slice()].concat();
    let mut other_version = model.key.clone();
    other_version[1] ^= 0xff;
    let mut without_stop = model.key.clone();
    without_stop[0] = 0x01;
    let named_input = encode(Some(OTHER), &model.proof, &model.public_inputs);
    vec![
        Case {
            slot: word(KEY) | (U256::ONE << 160),
            ..invalid(
                "dirty high bits in the slot",
                KEY,
                work + COLD_SLOT,
                &[SLOT],
            )
        },
        Case {
            slot: U256::ONE << 255,
            ..invalid(
                "nothing but high bits in the slot",
                Address::ZERO,
                work + COLD_SLOT,
                &[SLOT],
            )
        },
        Case {
            slot: U256::ZERO,
            default_key: None,
            ..revert(
                "no bound key and no default",
                IZKVerifier::NoVerifyingKey { caller: CALLER },
                work + COLD_SLOT,
                &[SLOT],
            )
        },
        bound("a bound account without code", vec![]),
        bound(
            "a bound account with garbage",
            vec![0x60, 0x00, 0x60, 0x00, 0xfd],
        ),
        bound(
            "a bound account that delegates to a key (EIP-7702)",
            delegation,
        ),
        bound("a bound key of another version", other_version),
        bound("a bound key without its leading STOP", without_stop),
        bound(
            "a bound key cut short",
            model.key[..model.key.len() - 1].to_vec(),
        ),
        bound(
            "a bound key with a byte appended",
            [&model.key[..], &[0]].concat(),
        ),
        bound(
            "a bound key of a trusted setup that is not accepted",
            unaccepted_key(),
        ),
        Case {
            slot: U256::ZERO,
            default_key: Some(OTHER),
            ..bound("a default key that is no key", vec![0xfe])
        },
        Case {
            accounts: vec![(KEY, model.key.clone())],
            gas: charges(&named_input) + COLD_ACCOUNT,
            input: named_input,
            ..invalid(
                "a named account without code",
                OTHER,
                0,
                &[Read::Code(OTHER)],
            )
        },
    ]
}

/// Step 10.
fn proofs() -> Vec<Case> {
    let model = model("nolookup");
    let other = self::model("mlp");
    let key_gas = |key: &[u8]| COLD_ACCOUNT + words(key.len()) * GAS.per_key_word;
    let case = |name, proof: &[u8], public_inputs: &[u8], valid| {
        let input = encode(None, proof, public_inputs);
        let work = Charges {
            input: &input,
            proof: proof.len(),
            public_inputs: public_inputs.len(),
        }
        .work();
        Case {
            name,
            data: boolean(valid),
            gas: work + COLD_SLOT + key_gas(&model.key),
            input,
            ..good_call()
        }
    };
    let named = |name, proof: &[u8], public_inputs: &[u8], valid| {
        let input = encode(Some(KEY), proof, public_inputs);
        let work = Charges {
            input: &input,
            proof: proof.len(),
            public_inputs: public_inputs.len(),
        }
        .work();
        Case {
            slot: U256::ZERO,
            gas: work + key_gas(&model.key),
            input,
            reads: vec![Read::Code(KEY)],
            ..case(name, proof, public_inputs, valid)
        }
    };
    let changed = |bytes: &[u8], position: usize| {
        let mut bytes = bytes.to_vec();
        bytes[position] ^= 1;
        bytes
    };
    let (proof, inputs) = (&model.proof[..], &model.public_inputs[..]);
    let last = proof.len() - 1;
    let by_default = {
        let case = case(
            "a valid proof under the default key",
            &other.proof,
            &other.public_inputs,
            true,
        );
        Case {
            slot: U256::ZERO,
            gas: case.gas - key_gas(&model.key) + key_gas(&other.key),
            reads: vec![SLOT, Read::Code(DEFAULT_KEY)],
            ..case
        }
    };
    vec![
        good_call(),
        Case {
            kind: Kind::Call,
            name: "a valid proof by CALL",
            ..good_call()
        },
        by_default,
        named("a valid proof under the named key", proof, inputs, true),
        named("a good key with nothing to prove", &[], &[], false),
        case(
            "the first bit of the proof changed",
            &changed(proof, 0),
            inputs,
            false,
        ),
        case(
            "the last bit of the proof changed",
            &changed(proof, last),
            inputs,
            false,
        ),
        case(
            "a public input changed",
            proof,
            &changed(inputs, inputs.len() - 1),
            false,
        ),
        case(
            "a proof of another circuit",
            &other.proof,
            &other.public_inputs,
            false,
        ),
        case(
            "half a word of public inputs more",
            proof,
            &[inputs, &[0; 16]].concat(),
            false,
        ),
        case(
            "a word of public inputs more",
            proof,
            &[inputs, &[0; 32]].concat(),
            false,
        ),
        case("no public inputs", proof, &[], false),
        case(
            "64 bytes more of proof",
            &[proof, &[0; 64]].concat(),
            inputs,
            false,
        ),
        case("no proof", &[], inputs, false),
    ]
}

/// A well-formed key under the perpetual powers of tau, which the chain of the cases does not accept.
fn unaccepted_key() -> Vec<u8> {
    public_ppot().key
}

/// The public proof under the perpetual powers of tau.
pub(crate) fn public_ppot() -> Model {
    let folder = repository().join("tests/vectors/public-ppot");
    let vka = fs::read(folder.join("vka.bin")).unwrap();
    let key: VerifyingKey = import_vka(&vka).unwrap();
    let proof = read_proof_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    Model {
        s_g2: key.trusted_setup().to_bytes(),
        key: key.encode(),
        proof: proof.proof,
        public_inputs: proof.public_inputs,
    }
}
