//! The two messages. Numbers are big-endian; a list is its length in four bytes and its elements;
//! bytes are a list of them.
//!
//! | request | |
//! |---|---|
//! | does the base have a precompile at 0x11? | 1 byte, 0 or 1 |
//! | the fork's prices: a warm slot, what a cold one adds, a warm account, what a cold one adds, its code | 5 times 8 bytes |
//! | is it a CALL or STATICCALL? | 1 byte, 0 or 1 |
//! | caller, value, gas limit | 20, 32 and 8 bytes |
//! | default key | list of none or one address |
//! | accepted \[s\]G2 | list of 128 bytes each |
//! | accounts | list of address, code (bytes) |
//! | storage | list of address, slot, value |
//! | warm accounts | list of addresses |
//! | warm slots | list of address, slot |
//! | input | bytes |
//!
//! | answer | |
//! |---|---|
//! | how it ended | 1 byte: 0 no message, 1 returned, 2 reverted, 3 out of gas, 4 the base's call |
//! | gas used | 8 bytes |
//! | data | bytes |
//! | reads | list of 0, address, slot (a slot) or 1, address (an account and its code) |

use alloc::vec::Vec;
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, Address, Call, MemoryJournal, Outcome, Output, Read, U256, ZkVerifyConfig,
};

/// One call and the state that it meets.
pub struct Request<'a> {
    /// Does an input of 128 bytes belong to somebody else?
    pub base_has_precompile: bool,
    /// What the fork takes for touching state.
    pub prices: AccessPrices,
    /// Neither DELEGATECALL nor CALLCODE.
    pub is_direct: bool,
    /// The executing contract.
    pub caller: Address,
    /// In wei.
    pub value: U256,
    /// The gas that the call may use.
    pub gas_limit: u64,
    /// The chain's rules.
    pub config: ZkVerifyConfig,
    /// Everything cold.
    pub state: MemoryJournal,
    /// Touched before the call.
    pub warm_accounts: Vec<Address>,
    /// Touched before the call.
    pub warm_slots: Vec<(Address, U256)>,
    /// The call's input.
    pub input: &'a [u8],
}

impl<'a> Request<'a> {
    /// `None` unless the bytes are one request, to the last byte.
    pub fn decode(message: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(message);
        let base_has_precompile = reader.flag()?;
        let prices = AccessPrices {
            warm_slot: reader.gas()?,
            cold_slot_surcharge: reader.gas()?,
            warm_account: reader.gas()?,
            cold_account_surcharge: reader.gas()?,
            read_code: reader.gas()?,
        };
        let is_direct = reader.flag()?;
        let (caller, value) = (reader.address()?, reader.number()?);
        let gas_limit = reader.gas()?;
        let mut config = ZkVerifyConfig::default();
        if let Some(key) = reader.list(Reader::address)?.pop() {
            config = config.with_default_key(key);
        }
        let accepted = reader.list(|reader| reader.array().copied())?;
        config = config.with_accepted_setups(AcceptedSetups::new(&accepted).ok()?);
        let mut state = MemoryJournal::new();
        for (account, code) in reader.list(|reader| Some((reader.address()?, reader.bytes()?)))? {
            state = state.with_code(account, code.to_vec());
        }
        for (account, slot, value) in
            reader.list(|reader| Some((reader.address()?, reader.number()?, reader.number()?)))?
        {
            state = state.with_storage(account, slot, value);
        }
        let request = Self {
            base_has_precompile,
            prices,
            is_direct,
            caller,
            value,
            gas_limit,
            config,
            state,
            warm_accounts: reader.list(Reader::address)?,
            warm_slots: reader.list(|reader| Some((reader.address()?, reader.number()?)))?,
            input: reader.bytes()?,
        };
        reader.0.is_empty().then_some(request)
    }

    /// The call itself.
    pub const fn call(&self) -> Call<'a> {
        Call {
            input: self.input,
            gas_limit: self.gas_limit,
            caller: self.caller,
            value: self.value,
            is_direct: self.is_direct,
        }
    }
}

/// What became of it.
pub enum Answer {
    /// The bytes were no request.
    NotAMessage,
    /// The precompile of the base would have got this call.
    BelongsToBase,
    /// The call was executed.
    Executed {
        /// Outcome and gas.
        output: Output,
        /// What it read, in order.
        reads: Vec<Read>,
    },
}

impl Answer {
    /// The bytes of the answer.
    pub fn encode(&self) -> Vec<u8> {
        let Self::Executed { output, reads } = self else {
            let kind = u8::from(matches!(self, Self::BelongsToBase)) * 4;
            return [&[kind][..], &[0; 16]].concat();
        };
        let mut out = Vec::new();
        out.push(match output.outcome {
            Outcome::Valid | Outcome::Invalid(_) => 1,
            Outcome::Revert(_) => 2,
            Outcome::OutOfGas => 3,
        });
        out.extend(output.gas_used.to_be_bytes());
        let data = output.outcome.return_data();
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(data);
        out.extend((reads.len() as u32).to_be_bytes());
        for read in reads {
            match read {
                Read::Storage(account, slot) => {
                    out.push(0);
                    out.extend(account.as_slice());
                    out.extend(slot.to_be_bytes::<32>());
                }
                Read::Code(account) => {
                    out.push(1);
                    out.extend(account.as_slice());
                }
            }
        }
        out
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.array()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    fn gas(&mut self) -> Option<u64> {
        self.array().copied().map(u64::from_be_bytes)
    }

    fn address(&mut self) -> Option<Address> {
        self.array().copied().map(Address::new)
    }

    fn number(&mut self) -> Option<U256> {
        self.array().copied().map(U256::from_be_bytes::<32>)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_be_bytes(*self.array()?);
        self.take(usize::try_from(length).ok()?)
    }

    fn list<T>(&mut self, element: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = u32::from_be_bytes(*self.array()?);
        (0..length).map(|_| element(self)).collect()
    }
}
