//! The order of checks, step by step: what each step gives, what it costs, and what is read by then.
//!
//! The gas at which a call runs out is added up here from the specification's parameters, not asked
//! of the crate's helpers.

use super::{Expect, Maker, circuits::Circuit, code, encode, values::test_setup};
use alloy_primitives::{Address, B256, Bytes, U256, address, b256};
use alloy_sol_types::SolError;
use anyhow::Result;
use std::collections::BTreeMap;
use zk_verify_conformance::{CALLER, Fork, Kind, Vector};
use zk_verify_precompile::abi::IZKVerifier;

// Parameters of spec/zk-verify.md.
const KEY_SLOT: B256 = b256!("b7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac");
const BASE: u64 = 38_000;
const PER_CALLDATA_WORD: u64 = 3;
const PER_PROOF_WORD: u64 = 325;
const PER_PUBLIC_INPUT_WORD: u64 = 35;
const PER_KEY_WORD: u64 = 245;
const MAX_KEY_LENGTH: usize = 1_048_576;
const WARM: u64 = 100;
const COLD_SLOT: u64 = 2_000;
const COLD_ACCOUNT: u64 = 2_500;

/// Holds a good key.
pub(super) const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Holds a good key, the chain's default.
const DEFAULT_KEY: Address = address!("00000000000000000000000000000000000be002");
/// Holds what a vector puts there.
const OTHER: Address = address!("00000000000000000000000000000000000be003");

fn words(length: usize) -> u64 {
    length.div_ceil(32) as u64
}

/// What a call costs up to the end of each step, everything cold.
pub(super) struct Steps {
    input: u64,
    work: u64,
    slot: u64,
    account: u64,
    pub(super) code: u64,
}

impl Steps {
    pub(super) fn of(circuit: &Circuit, input: &[u8]) -> Self {
        let input = PER_CALLDATA_WORD * words(input.len());
        let proof = PER_PROOF_WORD * words(circuit.proof.len());
        let public_inputs = PER_PUBLIC_INPUT_WORD * words(circuit.public_inputs.len());
        let work = input + BASE + proof + public_inputs;
        let slot = work + WARM + COLD_SLOT;
        let account = slot + WARM + COLD_ACCOUNT;
        let code = account + PER_KEY_WORD * words(circuit.key.len());
        Steps {
            input,
            work,
            slot,
            account,
            code,
        }
    }
}

pub(super) fn make(maker: &mut Maker, circuit: &Circuit) -> Result<()> {
    let input = encode(None, &circuit.proof, &circuit.public_inputs);
    // A caller that has bound a good key, on a chain whose default is good too.
    let good = Vector {
        default_key: Some(DEFAULT_KEY),
        code: code([(KEY, &circuit.key), (DEFAULT_KEY, &circuit.key)]),
        storage: bound(KEY),
        ..Vector::new("a valid proof under the bound key", &input)
    };
    let mut calls = Calls {
        maker,
        circuit,
        steps: Steps::of(circuit, &input),
        input,
        good,
    };
    calls.base_and_call()?;
    calls.malformed()?;
    calls.binding()?;
    calls.account()?;
    calls.key()?;
    calls.proof()?;
    calls.gas()
}

/// The storage of a caller that has bound this account.
pub(super) fn bound(key: Address) -> BTreeMap<Address, BTreeMap<B256, B256>> {
    slot(key.into_word())
}

fn slot(value: B256) -> BTreeMap<Address, BTreeMap<B256, B256>> {
    BTreeMap::from([(CALLER, BTreeMap::from([(KEY_SLOT, value)]))])
}

fn reverts(error: &impl SolError) -> Expect {
    Expect::Reverts(Bytes::from(error.abi_encode()))
}

struct Calls<'a> {
    maker: &'a mut Maker,
    circuit: &'a Circuit,
    steps: Steps,
    /// The input of the good call.
    input: Vec<u8>,
    good: Vector,
}

impl Calls<'_> {
    /// Adds the good call, changed.
    fn add(&mut self, name: &str, change: impl FnOnce(&mut Vector), expect: &Expect) -> Result<()> {
        let mut vector = Vector {
            name: name.to_owned(),
            ..self.good.clone()
        };
        change(&mut vector);
        self.maker.add("calls", vector, expect)
    }

    fn with_input(&mut self, name: &str, input: &[u8], expect: &Expect) -> Result<()> {
        let input = Vector::new(name, input).input;
        self.add(name, |vector| vector.input = input, expect)
    }

    /// Steps 1 and 2.
    fn base_and_call(&mut self) -> Result<()> {
        let malformed = reverts(&IZKVerifier::MalformedCall {});
        let base = alloy_primitives::hex::encode([0; 128]);
        // Nothing to compare: the base's precompile answers.
        self.add(
            "step 1: 128 bytes go to the precompile of Prague",
            |v| v.input = base.clone(),
            &malformed,
        )?;
        let indirect_with_value = |vector: &mut Vector| {
            (vector.kind, vector.value) = (Kind::CallCode, 1);
            vector.input = base.clone();
        };
        self.add(
            "step 1: 128 bytes go there whatever kind of call it is",
            indirect_with_value,
            &malformed,
        )?;
        let to_cancun = |vector: &mut Vector| {
            vector.fork = Fork::Cancun;
            vector.input = base;
        };
        self.add(
            "step 1: 128 bytes are malformed on Cancun",
            to_cancun,
            &malformed,
        )?;
        self.with_input(
            "step 1: 127 bytes are ours on Prague",
            &[0; 127],
            &malformed,
        )?;
        self.with_input(
            "step 1: 129 bytes are ours on Prague",
            &[0; 129],
            &malformed,
        )?;

        let indirect = reverts(&IZKVerifier::DelegateCallNotAllowed {});
        for kind in [Kind::DelegateCall, Kind::CallCode] {
            let name = format!("step 2: {kind:?} is refused");
            self.add(&name, |vector| vector.kind = kind, &indirect)?;
        }
        let before_all = |vector: &mut Vector| {
            (vector.kind, vector.value, vector.gas_limit) = (Kind::CallCode, 1, 0);
            vector.input = String::new();
        };
        self.add(
            "step 2: an indirect call is refused before all else",
            before_all,
            &indirect,
        )?;
        let paid = |vector: &mut Vector| (vector.kind, vector.value) = (Kind::Call, 1);
        self.add(
            "step 2: value is refused",
            paid,
            &reverts(&IZKVerifier::NonPayable {}),
        )
    }

    /// Step 3.
    fn malformed(&mut self) -> Result<()> {
        let good = self.input.clone();
        let proof_words = self.circuit.proof.len().div_ceil(32);
        // Of verify: selector, two offsets, length and proof, length and inputs.
        let word = |i: usize| 4 + 32 * i..4 + 32 * (i + 1);
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut input = good.clone();
            change(&mut input);
            input
        };
        let add_to_word = |i: usize, by: u8| {
            with(&|input| {
                let last = word(i).end - 1;
                input[last] = input[last].wrapping_add(by);
            })
        };
        let named = encode(Some(KEY), &self.circuit.proof, &self.circuit.public_inputs);
        let odd = encode(None, &[0xab; 33], &[0xcd; 31]);
        let mut swapped = encode(None, &[], &[]);
        (swapped[4 + 31], swapped[4 + 63]) = (swapped[4 + 63], swapped[4 + 31]);
        let mut shared = encode(None, &[], &[]);
        shared.truncate(4 + 96);
        shared[4 + 63] = 64;
        let inputs: Vec<(&str, Vec<u8>)> = vec![
            ("no input", vec![]),
            ("three bytes", good[..3].to_vec()),
            ("a selector alone", good[..4].to_vec()),
            ("an unknown selector", with(&|input| input[3] ^= 1)),
            ("the last byte missing", good[..good.len() - 1].to_vec()),
            ("the last word missing", good[..good.len() - 32].to_vec()),
            ("a byte appended", [&good[..], &[0]].concat()),
            ("a word appended", [&good[..], &[0; 32]].concat()),
            ("the proof's offset one too large", add_to_word(0, 1)),
            ("the proof's offset a word too large", add_to_word(0, 32)),
            ("the inputs' offset a word too large", add_to_word(1, 32)),
            (
                "the inputs' offset a word too small",
                add_to_word(1, 0u8.wrapping_sub(32)),
            ),
            ("the proof's length one too large", add_to_word(2, 1)),
            (
                "the inputs' length one too large",
                add_to_word(3 + proof_words, 1),
            ),
            (
                "a high byte in the proof's offset",
                with(&|input| input[word(0).start] = 1),
            ),
            (
                "a high byte in the proof's length",
                with(&|input| input[word(2).start] = 1),
            ),
            (
                "the proof's length is 2^64 - 1",
                with(&|input| input[word(2)][24..].fill(0xff)),
            ),
            (
                "the proof's length is 2^256 - 1",
                with(&|input| input[word(2)].fill(0xff)),
            ),
            ("both arguments at one place", shared),
            ("the arguments' offsets swapped", swapped),
            ("a byte in the padding of the proof", {
                let mut odd = odd.clone();
                odd[4 + 32 * 3 + 33] = 1;
                odd
            }),
            ("a byte in the padding of the inputs", {
                let mut odd = odd.clone();
                *odd.last_mut().expect("an input") = 1;
                odd
            }),
            ("a high byte in the named key's address", {
                let mut named = named.clone();
                named[4] = 1;
                named
            }),
            ("verifyWithKey with the offsets of verify", {
                let mut named = named.clone();
                named[4 + 63] = 64;
                named
            }),
            ("verifyWithKey's arguments under the selector of verify", {
                [&good[..4], &named[4..]].concat()
            }),
        ];
        let malformed = reverts(&IZKVerifier::MalformedCall {});
        for (name, input) in inputs {
            self.with_input(&format!("step 3: {name}"), &input, &malformed)?;
        }
        // Padding that is right is no reason to refuse.
        self.with_input(
            "step 10: lengths that are no multiples of 32",
            &odd,
            &Expect::Returns(false),
        )
    }

    /// Steps 5 and 6.
    fn binding(&mut self) -> Result<()> {
        let caller = CALLER;
        let unbound = |vector: &mut Vector| vector.storage.clear();
        self.add(
            "step 6: nothing bound, the default key",
            unbound,
            &Expect::Returns(true),
        )?;
        self.add(
            "step 6: nothing bound and no default key",
            |vector| {
                unbound(vector);
                vector.default_key = None;
            },
            &reverts(&IZKVerifier::NoVerifyingKey { caller }),
        )?;
        let dirty = B256::from(U256::from_be_bytes(KEY.into_word().0) | (U256::ONE << 160));
        self.add(
            "step 6: a high bit beside the bound address",
            |vector| vector.storage = slot(dirty),
            &Expect::invalid_key(KEY),
        )?;
        self.add(
            "step 6: nothing but a high bit in the slot",
            |vector| vector.storage = slot(B256::from(U256::ONE << 255)),
            &Expect::invalid_key(Address::ZERO),
        )?;
        self.add(
            "step 6: a bound account without a key does not fall back to the default",
            |vector| vector.storage = bound(OTHER),
            &Expect::invalid_key(OTHER),
        )?;
        self.add(
            "step 6: a default key that is none",
            |vector| {
                unbound(vector);
                vector.default_key = Some(OTHER);
            },
            &Expect::invalid_key(OTHER),
        )?;
        self.add(
            "step 5: a slot that was touched before",
            |vector| vector.warm_slots = vec![(CALLER, KEY_SLOT)],
            &Expect::Returns(true),
        )?;
        let another = address!("00000000000000000000000000000000c0de0002");
        self.add(
            "step 5: the slot is that of the caller",
            |vector| {
                vector.caller = another;
                vector.default_key = None;
            },
            &reverts(&IZKVerifier::NoVerifyingKey { caller: another }),
        )
    }

    /// Steps 7 and 8.
    fn account(&mut self) -> Result<()> {
        let named = encode(Some(KEY), &self.circuit.proof, &self.circuit.public_inputs);
        let hex = alloy_primitives::hex::encode(&named);
        let by_name = |vector: &mut Vector| {
            vector.input = hex.clone();
            vector.storage.clear();
            vector.default_key = None;
        };
        self.add(
            "step 7: the key that the call names",
            by_name,
            &Expect::Returns(true),
        )?;
        self.add(
            "step 7: the call's key, not the bound one",
            |vector| {
                vector.input = hex.clone();
                vector.storage = bound(OTHER);
            },
            &Expect::Returns(true),
        )?;
        self.add(
            "step 7: a key's account that was touched before",
            |vector| {
                vector.warm = vec![KEY];
            },
            &Expect::Returns(true),
        )?;
        self.add(
            "step 7: slot and account touched before",
            |vector| {
                vector.warm = vec![KEY];
                vector.warm_slots = vec![(CALLER, KEY_SLOT)];
            },
            &Expect::Returns(true),
        )?;

        let empty = encode(Some(KEY), &[], &[]);
        let check = alloy_primitives::hex::encode(&empty);
        let holds = |vector: &mut Vector, code: &[u8]| {
            vector.input = check.clone();
            vector.storage.clear();
            vector.code = self::code([(KEY, code)]);
        };
        let invalid = Expect::invalid_key(KEY);
        let itself = address!("0000000000000000000000000000000000000011");
        let names_itself = alloy_primitives::hex::encode(encode(Some(itself), &[], &[]));
        self.add(
            "step 7: the precompile's own address, which is warm and holds no key",
            |vector| {
                vector.input = names_itself;
                vector.warm = vec![itself];
            },
            &Expect::invalid_key(itself),
        )?;
        self.add(
            "step 8: an account without code",
            |vector| {
                holds(vector, &[]);
                vector.code.clear();
            },
            &invalid,
        )?;
        let delegation = [&[0xef, 0x01, 0x00], OTHER.as_slice()].concat();
        let key = self.circuit.key.clone();
        self.add(
            "step 8: an account that delegates to one with a key (EIP-7702)",
            |vector| {
                holds(vector, &delegation);
                vector.code.extend(code([(OTHER, &key)]));
            },
            &invalid,
        )?;
        self.add(
            "step 8: code as long as a key may be",
            |vector| {
                holds(vector, &vec![0; MAX_KEY_LENGTH]);
            },
            &invalid,
        )?;
        self.add(
            "step 8: code one byte longer, whose words are not charged",
            |vector| {
                holds(vector, &vec![0; MAX_KEY_LENGTH + 1]);
            },
            &invalid,
        )
    }

    /// Step 9; malformed keys have a file of their own.
    fn key(&mut self) -> Result<()> {
        let stop = self.good.clone();
        self.add(
            "step 9: a key under a setup that is not accepted",
            |vector| {
                *vector = Vector {
                    name: vector.name.clone(),
                    accepted_setups: vec![alloy_primitives::hex::encode(test_setup())],
                    ..stop
                };
            },
            &Expect::invalid_key(KEY),
        )?;
        self.add(
            "step 9: the second of two accepted setups",
            |vector| {
                vector.accepted_setups =
                    vec![alloy_primitives::hex::encode(test_setup()), "ppot".into()];
            },
            &Expect::Returns(true),
        )
    }

    /// Step 10; what is wrong with a proof has a file of its own.
    fn proof(&mut self) -> Result<()> {
        self.add(
            "step 10: a valid proof, by STATICCALL",
            |_| {},
            &Expect::Returns(true),
        )?;
        self.add(
            "step 10: a valid proof, by CALL",
            |vector| vector.kind = Kind::Call,
            &Expect::Returns(true),
        )?;
        let nothing = encode(Some(KEY), &[], &[]);
        self.with_input(
            "step 10: a good key and nothing to prove",
            &nothing,
            &Expect::Returns(false),
        )
    }

    /// The last unit of gas before each charge, and the exact price of the whole call.
    fn gas(&mut self) -> Result<()> {
        let Steps {
            input,
            work,
            slot,
            account,
            code,
        } = self.steps;
        let limits = [
            ("nothing at all", 0),
            ("one less than reading the input costs", input - 1),
            ("reading the input and no more", input),
            ("one less than the work costs", work - 1),
            ("the work and no more", work),
            ("one less than a warm slot costs", work + WARM - 1),
            ("enough for a warm slot, which is cold", work + WARM),
            ("one less than the cold slot costs", slot - 1),
            ("the slot and no more", slot),
            ("one less than a warm account costs", slot + WARM - 1),
            ("enough for a warm account, which is cold", slot + WARM),
            ("one less than the cold account costs", account - 1),
            ("the account and no more", account),
            ("one less than the whole call costs", code - 1),
        ];
        for (name, limit) in limits {
            let name = format!("gas: {name}");
            self.add(&name, |vector| vector.gas_limit = limit, &Expect::OutOfGas)?;
        }
        self.add(
            "gas: exactly what the call costs",
            |vector| vector.gas_limit = code,
            &Expect::Returns(true),
        )
    }
}
