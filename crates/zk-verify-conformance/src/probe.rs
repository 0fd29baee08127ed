//! Calls of the verifier by a compiled contract, and what they cost.

use crate::{CALLER, Chain, Fork, GAS_LIMIT, Host, PROBE, SENDER, Status, Transaction};
use alloy_primitives::{Address, B256, Bytes, U256, hex};
use alloy_sol_types::{SolCall, sol};
use zk_verify_precompile::ADDRESS;

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

    /// On a fork that has the instructions of the Probe.
    pub(crate) fn transaction(&self) -> Transaction {
        self.transaction_on(Fork::Cancun)
    }

    /// On this fork.
    pub(crate) fn transaction_on(&self, fork: Fork) -> Transaction {
        if fork < Fork::Cancun {
            assert_eq!(self.kind, Kind::Call, "the caller in bytecode has no other");
            return self.by_bytecode(fork, ADDRESS, self.gas_limit);
        }
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

    /// [`CALL`] calls `target` with the input.
    fn by_bytecode(&self, fork: Fork, target: Address, gas_limit: u64) -> Transaction {
        let gas = U256::from(gas_limit).to_be_bytes::<32>();
        let input = [&gas[..], target.into_word().as_slice(), self.input].concat();
        Transaction {
            gas_limit: GAS_LIMIT.max(gas_limit.saturating_mul(2)),
            // Before Berlin there are none, and nothing is cold.
            access_list: if fork < Fork::Berlin {
                Vec::new()
            } else {
                self.access_list.clone()
            },
            ..Transaction::call(self.caller, input)
        }
    }

    fn value(&self) -> U256 {
        U256::from(u8::from(self.kind == Kind::CallWithValue))
    }
}

/// The most that [`CALL`] gives of what a call returns, in bytes.
pub(crate) const RETURNED: usize = 96;

/// A contract for every fork since Frontier, whose instructions the Probe does not have. Its input: a word with a
/// gas limit, a word with an address, and what to call the address with. It returns the first 96 bytes of what the
/// call returned, zeros behind it; the gas between two GAS instructions around the call; and whether it succeeded.
const CALL: [u8; 53] = hex!(
    // size = CALLDATASIZE - 64; CALLDATACOPY(0, 64, size)
    "6040 36 03 80 6040 6000 37"
    // MSTORE(size + 128, 0): all memory that is used
    "6000 81 6080 01 52"
    // GAS; CALL(CALLDATALOAD(0), CALLDATALOAD(32), 0, 0, size, size, 96); GAS
    "5a 6060 82 83 6000 6000 6020 35 6000 35 f1 5a"
    // MSTORE(size + 96, first - second); MSTORE(size + 128, success); RETURN(size, 160)
    "91 82 90 03 83 6060 01 52 82 6080 01 52 50 60a0 90 f3"
);

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

impl<H: Host + Clone> Chain<H> {
    /// Puts the Probe's code there, or on a fork that cannot run it [`CALL`].
    pub(crate) fn with_probe(self, caller: Address) -> Self {
        let code = if self.fork < Fork::Cancun {
            &CALL[..]
        } else {
            &PROBE
        };
        self.with_state(|state| state.with_code(caller, code))
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

    /// One call of 0x11 by the caller in bytecode. The data are [`RETURNED`] bytes, with zeros at their end.
    fn raw_by_bytecode(&self, call: &RawCall<'_>) -> Answer {
        let measured = |transaction: &Transaction| {
            let returned = self.returned(transaction);
            let word = |index: usize| {
                let start = RETURNED + 32 * index;
                U256::try_from_be_slice(&returned[start..start + 32]).expect("a word")
            };
            let (gas, success) = (word(0), word(1));
            (success == U256::ONE, returned.slice(..RETURNED), gas)
        };
        let (success, data, gas) = measured(&call.transaction_on(self.fork));
        // What the measurement costs itself: the identity takes 15 gas and 3 for each word.
        let identity = Address::with_last_byte(4);
        let (_, _, overhead) = measured(&call.by_bytecode(self.fork, identity, 1_000_000));
        let copied = U256::from(15 + 3 * call.input.len().div_ceil(32));
        Answer::new(success, data, (gas + copied - overhead).to())
    }

    /// One call of 0x11 by the Probe, or by the caller in bytecode on a fork that cannot run it.
    pub(crate) fn raw(&self, call: &RawCall<'_>) -> Answer {
        if self.fork < Fork::Cancun {
            return self.raw_by_bytecode(call);
        }
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
        let mut chain = self.clone();
        if self.fork >= Fork::Amsterdam && call.kind == Kind::CallWithValue {
            // An account that came into being would take gas of state (EIP-8037), and 0x11 takes no value.
            let identity = Address::with_last_byte(4);
            chain = chain.with_state(|state| state.with_balance(identity, U256::ONE));
        }
        let overhead = Probe::overheadCall::abi_decode_returns(&chain.returned(&measure))
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
