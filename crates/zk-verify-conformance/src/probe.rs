//! Calls of the verifier by a compiled contract, and what they cost.

use crate::{CALLER, Chain, GAS_LIMIT, Host, PROBE, SENDER, Status, Transaction};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, sol};

sol! {
    /// `contracts/test/Probe.sol`.
    interface Probe {
        function callVerify(bytes proof, bytes publicInputs) external view returns (bool);
        function callVerifyWithKey(address key, bytes proof, bytes publicInputs) external view returns (bool);
        function raw(uint8 kind, uint256 gasLimit, bytes data) external payable returns (bool success, bytes answer, uint256 gasUsed);
        function twice(bytes data) external returns (uint256 first, uint256 second, bool firstSuccess, bool secondSuccess);
        function overhead(uint8 kind) external payable returns (uint256 gas);
        function setKey(address key) external;
    }
    /// `contracts/src/MyAIApp.sol`.
    interface MyAIApp {
        function submitResult(bytes proof, bytes result) external;
    }
}

/// How the Probe calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    StaticCall,
    DelegateCall,
    CallCode,
    CallWithValue,
}

/// One call of 0x11 by the Probe.
pub(crate) struct RawCall<'a> {
    /// Where the Probe's code is: the executing contract.
    pub(crate) caller: Address,
    pub(crate) kind: Kind,
    pub(crate) gas_limit: u64,
    pub(crate) input: &'a [u8],
    pub(crate) access_list: Vec<(Address, Vec<B256>)>,
}

impl<'a> RawCall<'a> {
    /// A STATICCALL by [`CALLER`] with much gas.
    pub(crate) fn of(input: &'a [u8]) -> Self {
        Self {
            caller: CALLER,
            kind: Kind::StaticCall,
            gas_limit: 5_000_000,
            input,
            access_list: Vec::new(),
        }
    }

    pub(crate) fn with_gas(self, gas_limit: u64) -> Self {
        Self { gas_limit, ..self }
    }

    pub(crate) fn transaction(&self) -> Transaction {
        let call = Probe::rawCall {
            kind: self.kind as u8,
            gasLimit: U256::from(self.gas_limit),
            data: self.input.to_vec().into(),
        };
        Transaction {
            value: self.value(),
            // The EVM keeps a 64th of the gas from every call.
            gas_limit: GAS_LIMIT.max(self.gas_limit.saturating_mul(2)),
            access_list: self.access_list.clone(),
            ..Transaction::call(self.caller, call.abi_encode())
        }
    }

    fn value(&self) -> U256 {
        U256::from(u8::from(self.kind == Kind::CallWithValue))
    }
}

/// Did the call succeed, what did it return, and which gas did the precompile use?
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) success: bool,
    pub(crate) data: Bytes,
    pub(crate) gas: u64,
}

impl Answer {
    pub(crate) fn new(success: bool, data: impl Into<Bytes>, gas: u64) -> Self {
        Self {
            success,
            data: data.into(),
            gas,
        }
    }
}

impl<H: Host> Chain<H> {
    /// Puts the Probe's code there, and binds a key for it.
    pub(crate) fn with_probe(self, caller: Address) -> Self {
        self.with_state(|state| state.with_code(caller, &PROBE))
    }

    /// Calls a function of a contract and decodes what it returns; the transaction must succeed.
    pub(crate) fn ask<C: SolCall>(&self, to: Address, call: &C) -> C::Return {
        let transaction = Transaction::call(to, call.abi_encode());
        C::abi_decode_returns(&self.returned(&transaction)).expect("the function's return values")
    }

    /// What a transaction returns, which must succeed.
    pub(crate) fn returned(&self, transaction: &Transaction) -> Bytes {
        match self
            .simulate(transaction)
            .expect("a transaction that can be executed")
            .status
        {
            Status::Returned(data) => data,
            other => panic!("{other:?}"),
        }
    }

    /// One call of 0x11 by the Probe.
    pub(crate) fn raw(&self, call: &RawCall<'_>) -> Answer {
        let answer = Probe::rawCall::abi_decode_returns(&self.returned(&call.transaction()))
            .expect("the Probe's answer");
        // What the Probe's measurement costs itself, by a call that costs nothing else.
        let measure = Probe::overheadCall {
            kind: call.kind as u8,
        };
        let measure = Transaction {
            value: call.value(),
            ..Transaction::call(call.caller, measure.abi_encode())
        };
        let overhead = Probe::overheadCall::abi_decode_returns(&self.returned(&measure))
            .expect("the Probe's overhead");
        Answer {
            success: answer.success,
            data: answer.answer,
            gas: (answer.gasUsed - overhead).to(),
        }
    }
}

/// The sender's address as a word of storage, and others'.
pub(crate) fn word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

pub(crate) fn boolean(value: bool) -> Bytes {
    U256::from(u8::from(value)).to_be_bytes_vec().into()
}

/// The contract that [`SENDER`] creates next.
pub(crate) fn next_contract<H>(chain: &Chain<H>) -> Address {
    let nonce = chain.state.get(SENDER).map_or(0, |account| account.nonce);
    SENDER.create(nonce)
}
