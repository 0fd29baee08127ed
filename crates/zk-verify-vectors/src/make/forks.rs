//! What each fork changes: the prices of touching state, cold and warm, to the last unit of gas before each charge;
//! the inputs that stay with the fork's own precompile at 0x11; and from Amsterdam on the block access list, however
//! a call ends.
//!
//! The prices are written down here from the specification's table, not asked of the crate. Every call that returns
//! has exactly the gas that it costs.

use super::{Expect, Maker, circuits::Circuit, code, encode, values::test_setup};
use alloy_primitives::{Address, B256, Bytes, U256, address, b256, hex};
use alloy_sol_types::SolError;
use anyhow::Result;
use std::collections::BTreeMap;
use zk_verify_conformance::{CALLER, Fork, Kind, Vector};
use zk_verify_precompile::abi::IZKVerifier;

const KEY_SLOT: B256 = b256!("b7e2e6c0df4042293c1c3043569a1058471902d6c36287e0fece45197f54afac");
/// Holds a good key, which the caller has bound.
const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Holds what a vector puts there.
const OTHER: Address = address!("00000000000000000000000000000000000be003");

/// A row of the specification's section 2.6.
struct Row {
    fork: Fork,
    warm_slot: u64,
    cold_slot: u64,
    warm_account: u64,
    cold_account: u64,
    read_code: u64,
    /// Do 128 bytes belong to the fork's own precompile?
    has_base: bool,
}

const fn row(fork: Fork, slot: [u64; 2], account: [u64; 2], read_code: u64, has_base: bool) -> Row {
    Row {
        fork,
        warm_slot: slot[0],
        cold_slot: slot[1],
        warm_account: account[0],
        cold_account: account[1],
        read_code,
        has_base,
    }
}

const ROWS: [Row; 11] = [
    row(Fork::Frontier, [50, 0], [20, 0], 0, false),
    row(Fork::Tangerine, [200, 0], [700, 0], 0, false),
    row(Fork::Istanbul, [800, 0], [700, 0], 0, false),
    row(Fork::Berlin, [100, 2_000], [100, 2_500], 0, false),
    row(Fork::London, [100, 2_000], [100, 2_500], 0, false),
    row(Fork::Paris, [100, 2_000], [100, 2_500], 0, false),
    row(Fork::Shanghai, [100, 2_000], [100, 2_500], 0, false),
    row(Fork::Cancun, [100, 2_000], [100, 2_500], 0, false),
    row(Fork::Prague, [100, 2_000], [100, 2_500], 0, true),
    row(Fork::Osaka, [100, 2_000], [100, 2_500], 0, true),
    row(Fork::Amsterdam, [100, 2_000], [100, 2_900], 100, true),
];

fn words(length: usize) -> u64 {
    length.div_ceil(32) as u64
}

pub(super) fn make(maker: &mut Maker, circuit: &Circuit) -> Result<()> {
    for row in &ROWS {
        Calls::new(maker, circuit, row).make()?;
    }
    Calls::new(maker, circuit, &ROWS[10]).every_outcome()
}

fn bound(value: B256) -> BTreeMap<Address, BTreeMap<B256, B256>> {
    BTreeMap::from([(CALLER, BTreeMap::from([(KEY_SLOT, value)]))])
}

struct Calls<'a> {
    maker: &'a mut Maker,
    circuit: &'a Circuit,
    row: &'a Row,
    /// Everything cold, and a key that is bound.
    good: Vector,
    named: String,
    /// What the good call costs before it touches the state, and for the key's words.
    work: u64,
    key: u64,
}

impl<'a> Calls<'a> {
    fn new(maker: &'a mut Maker, circuit: &'a Circuit, row: &'a Row) -> Self {
        let of = |key| encode(key, &circuit.proof, &circuit.public_inputs);
        let input = of(None);
        let good = Vector {
            fork: row.fork,
            kind: Kind::Call,
            code: code([(KEY, &circuit.key)]),
            storage: bound(KEY.into_word()),
            ..Vector::new("", &input)
        };
        let proof = 325 * words(circuit.proof.len());
        let public_inputs = 35 * words(circuit.public_inputs.len());
        Calls {
            maker,
            circuit,
            row,
            good,
            named: hex::encode(of(Some(KEY))),
            work: 3 * words(input.len()) + 38_000 + proof + public_inputs,
            key: 245 * words(circuit.key.len()),
        }
    }

    /// Adds the good call with this gas, changed.
    fn add(
        &mut self,
        name: &str,
        gas_limit: u64,
        change: impl FnOnce(&mut Vector),
        expect: &Expect,
    ) -> Result<()> {
        let mut vector = Vector {
            name: format!("{:?}: {name}", self.row.fork),
            gas_limit,
            ..self.good.clone()
        };
        change(&mut vector);
        self.maker.add("forks", vector, expect)
    }

    fn make(&mut self) -> Result<()> {
        let &Row {
            warm_slot,
            cold_slot,
            warm_account,
            cold_account,
            read_code,
            ..
        } = self.row;
        let warm_account = warm_account + read_code;
        let slot_is_warm = |vector: &mut Vector| vector.warm_slots = vec![(CALLER, KEY_SLOT)];
        let account_is_warm = |vector: &mut Vector| vector.warm = vec![KEY];
        let both_are_warm = |vector: &mut Vector| {
            slot_is_warm(vector);
            account_is_warm(vector);
        };
        let named = self.named.clone();
        let is_named = |vector: &mut Vector| {
            vector.input = named.clone();
            vector.storage.clear();
        };

        let (work, key) = (self.work, self.key);
        let (slot, account) = (warm_slot + cold_slot, warm_account + cold_account);
        let valid = &Expect::Returns(true);
        self.add(
            "slot and account cold",
            work + slot + account + key,
            |_| {},
            valid,
        )?;
        let gas = work + warm_slot + account + key;
        self.add("a warm slot", gas, slot_is_warm, valid)?;
        let gas = work + slot + warm_account + key;
        self.add("a warm account", gas, account_is_warm, valid)?;
        let gas = work + warm_slot + warm_account + key;
        self.add("slot and account warm", gas, both_are_warm, valid)?;
        // The address takes a word more of calldata.
        let gas = work + 3 + account + key;
        self.add("the key that the call names, cold", gas, is_named, valid)?;
        let gas = work + 3 + warm_account + key;
        let is_named_and_warm = |vector: &mut Vector| {
            is_named(vector);
            account_is_warm(vector);
        };
        self.add(
            "the key that the call names, warm",
            gas,
            is_named_and_warm,
            valid,
        )?;

        let out = &Expect::OutOfGas;
        let gas = work + warm_slot - 1;
        self.add("one less than a warm slot costs", gas, slot_is_warm, out)?;
        let gas = work + slot - 1;
        self.add("one less than a cold slot costs", gas, |_| {}, out)?;
        let gas = work + warm_slot + warm_account - 1;
        self.add(
            "one less than a warm account costs",
            gas,
            both_are_warm,
            out,
        )?;
        let gas = work + slot + account - 1;
        self.add("one less than a cold account costs", gas, |_| {}, out)?;
        let gas = work + slot + account + key - 1;
        self.add("one less than the whole call costs", gas, |_| {}, out)?;
        if read_code > 0 {
            let gas = work + slot + account - read_code;
            self.add(
                "a cold account without its code, and no more",
                gas,
                |_| {},
                out,
            )?;
        }
        self.base()
    }

    /// 128 bytes, and from Prague on a delegation.
    fn base(&mut self) -> Result<()> {
        let base = hex::encode([0; 128]);
        let malformed = Expect::Reverts(IZKVerifier::MalformedCall {}.abi_encode().into());
        let name = if self.row.has_base {
            "128 bytes go to the fork's precompile"
        } else {
            "128 bytes are malformed"
        };
        self.add(name, 1_000_000, |vector| vector.input = base, &malformed)?;
        if self.row.fork < Fork::Prague {
            return Ok(());
        }
        let delegation = [&[0xef, 0x01, 0x00], KEY.as_slice()].concat();
        let key = self.circuit.key.clone();
        let delegates = |vector: &mut Vector| {
            vector.storage = bound(OTHER.into_word());
            vector.code = code([(KEY, &key), (OTHER, &delegation)]);
        };
        let invalid = Expect::invalid_key(OTHER);
        self.add(
            "an account that delegates to a key",
            1_000_000,
            delegates,
            &invalid,
        )
    }

    /// What else a call can end in, for the block access list.
    fn every_outcome(&mut self) -> Result<()> {
        let limit = 1_000_000;
        let reverts = |data: Vec<u8>| Expect::Reverts(Bytes::from(data));
        let mut public_inputs = self.circuit.public_inputs.clone();
        *public_inputs.last_mut().expect("public inputs") ^= 1;
        let wrong = hex::encode(encode(None, &self.circuit.proof, &public_inputs));
        let change = |vector: &mut Vector| vector.input = wrong;
        self.add("an invalid proof", limit, change, &Expect::Returns(false))?;

        let no_key = reverts(IZKVerifier::NoVerifyingKey { caller: CALLER }.abi_encode());
        let change = |vector: &mut Vector| vector.storage.clear();
        self.add("no key", limit, change, &no_key)?;
        let dirty = B256::from(U256::from_be_bytes(KEY.into_word().0) | (U256::ONE << 160));
        let change = |vector: &mut Vector| vector.storage = bound(dirty);
        self.add(
            "a slot that holds no address",
            limit,
            change,
            &Expect::invalid_key(KEY),
        )?;
        let change = |vector: &mut Vector| vector.storage = bound(OTHER.into_word());
        self.add(
            "an account without code",
            limit,
            change,
            &Expect::invalid_key(OTHER),
        )?;
        let setup = hex::encode(test_setup());
        let change = |vector: &mut Vector| vector.accepted_setups = vec![setup];
        self.add(
            "a setup that is not accepted",
            limit,
            change,
            &Expect::invalid_key(KEY),
        )?;

        let malformed = reverts(IZKVerifier::MalformedCall {}.abi_encode());
        let change = |vector: &mut Vector| vector.input.truncate(8);
        self.add("a malformed call", limit, change, &malformed)?;
        let indirect = reverts(IZKVerifier::DelegateCallNotAllowed {}.abi_encode());
        let change = |vector: &mut Vector| vector.kind = Kind::DelegateCall;
        self.add("a delegate call", limit, change, &indirect)?;
        let change = |vector: &mut Vector| vector.kind = Kind::CallCode;
        self.add("a call of the code", limit, change, &indirect)?;
        let paid = reverts(IZKVerifier::NonPayable {}.abi_encode());
        let change = |vector: &mut Vector| vector.value = 1;
        self.add("a call with value", limit, change, &paid)?;

        let out = &Expect::OutOfGas;
        let input = 3 * words(self.good.input.len() / 2);
        self.add(
            "one less than reading the input costs",
            input - 1,
            |_| {},
            out,
        )?;
        self.add("one less than the work costs", self.work - 1, |_| {}, out)
    }
}
