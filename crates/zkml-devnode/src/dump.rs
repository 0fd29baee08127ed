//! The state as a file: what `anvil_dumpState` gives and `anvil_loadState` takes.
//!
//! The format is anvil's: JSON, compressed with gzip. Only the accounts are in it (with their code
//! and storage), not the blocks.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
};

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Deserializer, Serialize};

use crate::state::State;

/// The longest JSON that is unpacked, in bytes.
const MAX_JSON_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Dump {
    accounts: BTreeMap<Address, Record>,
    /// The height of the chain that it was taken from.
    #[serde(default)]
    best_block_number: Option<U64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    #[serde(deserialize_with = "number")]
    nonce: u64,
    balance: U256,
    #[serde(default)]
    code: Bytes,
    #[serde(default)]
    storage: BTreeMap<B256, B256>,
}

/// JSON's own number, or a string of hexadecimal digits.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = U256::deserialize(deserializer)?;
    number.try_into().map_err(serde::de::Error::custom)
}

/// All accounts of the state of block `height`.
pub(crate) fn dump(state: &State, height: u64) -> Result<Bytes, String> {
    let accounts = state.accounts().map(|(_, account)| {
        let storage = account
            .storage
            .values()
            .map(|slot| (B256::from(slot.index), B256::from(slot.value)));
        let record = Record {
            nonce: account.nonce,
            balance: account.balance,
            code: state.code(account.address),
            storage: storage.collect(),
        };
        (account.address, record)
    });
    let dump = Dump {
        accounts: accounts.collect(),
        best_block_number: Some(U64::from(height)),
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut packed, &dump).map_err(|error| error.to_string())?;
    packed.flush().map_err(|error| error.to_string())?;
    let bytes = packed.finish().map_err(|error| error.to_string())?;
    Ok(bytes.into())
}

/// Writes the accounts of a dump, compressed or not, over those of the state; others stay. Gives
/// their number.
pub(crate) fn load(bytes: &[u8], state: &mut State) -> Result<usize, String> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let unpacked;
    let json = if bytes.starts_with(&GZIP) {
        let mut out = Vec::new();
        GzDecoder::new(bytes)
            .take(MAX_JSON_BYTES + 1)
            .read_to_end(&mut out)
            .map_err(|error| format!("gzip: {error}"))?;
        if out.len() as u64 > MAX_JSON_BYTES {
            return Err(format!("more than {MAX_JSON_BYTES} bytes, unpacked"));
        }
        unpacked = out;
        unpacked.as_slice()
    } else {
        bytes
    };
    let dump: Dump = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let mut next = state.clone();
    let count = dump.accounts.len();
    for (address, record) in dump.accounts {
        next.set_nonce(address, record.nonce);
        next.set_balance(address, record.balance);
        next.set_code(address, record.code)
            .map_err(|error| format!("accounts: {address}: code: {error}"))?;
        let slots = record.storage.into_iter();
        next.set_slots(
            address,
            true,
            slots.map(|(index, value)| (index.into(), value.into())),
        );
    }
    *state = next;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: Address = Address::repeat_byte(0xa1);

    #[test]
    fn what_was_dumped_is_loaded() {
        let mut state = State::default();
        state.set_balance(ALICE, U256::from(7));
        state.set_nonce(ALICE, 3);
        state.set_code(ALICE, Bytes::from_static(&[0xfe])).unwrap();
        state.set_slot(ALICE, U256::from(1), U256::from(2));
        let packed = dump(&state, 12).unwrap();
        let mut other = State::default();
        other.set_slot(ALICE, U256::from(9), U256::from(9));
        assert_eq!(load(&packed, &mut other).unwrap(), 1);
        assert_eq!(other.root(), state.root());
    }

    #[test]
    fn a_small_file_cannot_fill_the_memory() {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..=MAX_JSON_BYTES >> 20 {
            bomb.write_all(&zeros).unwrap();
        }
        let bomb = bomb.finish().unwrap();
        assert!(bomb.len() < 200_000);
        let error = load(&bomb, &mut State::default()).unwrap_err();
        assert!(error.contains("unpacked"), "{error}");
    }

    #[test]
    fn what_is_no_dump_changes_nothing() {
        let mut state = State::default();
        state.set_balance(ALICE, U256::from(7));
        let root = state.root();
        for bytes in [
            &b""[..],
            b"{}",
            b"\x1f\x8bnonsense",
            br#"{"accounts":{"0xa1":{}}}"#,
        ] {
            load(bytes, &mut state).unwrap_err();
        }
        assert_eq!(state.root(), root);
    }
}
