//! Every vector through both adapters of one generation of alloy-evm: the provider for plain revm, and
//! the entry in alloy-evm's `PrecompilesMap`. The call reaches the precompile as the interpreter hands it
//! over, with a journal in which the vector's accounts and slots are warm and all others cold.

use crate::adapter::{
    WithZkVerify,
    alloy_evm::{
        precompiles::PrecompilesMap,
        revm::{
            Context, Database, MainContext as _,
            bytecode::Bytecode,
            context::{CfgEnv, ContextTr as _, JournalTr as _},
            handler::{EthPrecompiles, PrecompileProvider},
            interpreter::{
                CallInput, CallInputs, CallScheme, CallValue, InstructionResult, InterpreterResult,
            },
            precompile::{PrecompileSpecId, Precompiles},
            primitives::hardfork::SpecId,
            state::AccountInfo,
        },
    },
    install,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use std::{cell::RefCell, collections::BTreeMap, convert::Infallible, path::Path, rc::Rc};
use zk_verify_precompile::ADDRESS;
use zk_verify_vectors::{Fork, Kind, Observed, Read, Status, Vector, committed, load};

/// A vector's state, as a database that writes down what it is asked for.
#[derive(Debug)]
struct State {
    code: BTreeMap<Address, Bytes>,
    storage: BTreeMap<(Address, U256), U256>,
    reads: Rc<RefCell<Vec<Read>>>,
}

impl State {
    fn of(vector: &Vector, folder: &Path) -> Self {
        let slots = vector.storage.iter().flat_map(|(account, slots)| {
            slots
                .iter()
                .map(|(slot, value)| ((*account, (*slot).into()), (*value).into()))
        });
        State {
            code: vector.accounts(folder).unwrap(),
            storage: slots.collect(),
            reads: Rc::default(),
        }
    }
}

impl Database for State {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        self.reads.borrow_mut().push(Read::Code(address));
        Ok(self.code.get(&address).map(|code| AccountInfo {
            nonce: 1,
            code_hash: keccak256(code),
            code: None, // asked for by its hash, as of a node's database
            ..AccountInfo::default()
        }))
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, Infallible> {
        let mut codes = self.code.values();
        let code = codes.find(|code| keccak256(code) == hash).cloned();
        Ok(Bytecode::new_raw(code.unwrap_or_default()))
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Infallible> {
        self.reads
            .borrow_mut()
            .push(Read::Storage(address, slot.into()));
        Ok(self
            .storage
            .get(&(address, slot))
            .copied()
            .unwrap_or_default())
    }

    fn block_hash(&mut self, _number: u64) -> Result<B256, Infallible> {
        Ok(B256::ZERO)
    }
}

fn spec(fork: Fork) -> SpecId {
    match fork {
        Fork::Cancun => SpecId::CANCUN,
        Fork::Prague => SpecId::PRAGUE,
    }
}

fn call_inputs(vector: &Vector) -> CallInputs {
    let value = U256::from(vector.value);
    // Of an indirect call the executing contract is target and caller.
    let (scheme, target) = match vector.kind {
        Kind::Call => (CallScheme::Call, ADDRESS),
        Kind::StaticCall => (CallScheme::StaticCall, ADDRESS),
        Kind::DelegateCall => (CallScheme::DelegateCall, vector.caller),
        Kind::CallCode => (CallScheme::CallCode, vector.caller),
    };
    CallInputs {
        input: CallInput::Bytes(vector.input().unwrap()),
        return_memory_offset: 0..0,
        gas_limit: vector.gas_limit,
        reservoir: 0,
        bytecode_address: ADDRESS,
        known_bytecode: Default::default(),
        target_address: target,
        caller: vector.caller,
        value: match vector.kind {
            Kind::DelegateCall => CallValue::Apparent(value),
            _ => CallValue::Transfer(value),
        },
        scheme,
        is_static: vector.kind == Kind::StaticCall,
        charged_new_account_state_gas: false,
    }
}

/// Runs a vector through a provider that `make` builds for the fork and the gas table.
macro_rules! run {
    ($vector:expr, $folder:expr, $make:expr) => {{
        let vector: &Vector = $vector;
        let state = State::of(vector, $folder);
        let reads = state.reads.clone();
        let mut cfg = CfgEnv::default();
        cfg.set_spec_and_mainnet_gas_params(spec(vector.fork));
        let mut provider = $make(&cfg);
        let mut context = Context::mainnet().with_db(state).with_cfg(cfg);
        let journal = context.journal_mut();
        // The executing contract is loaded before it can call.
        for account in vector.warm.iter().chain([&vector.caller]) {
            journal.load_account_with_code(*account).unwrap();
        }
        for (account, slot) in &vector.warm_slots {
            journal.load_account(*account).unwrap();
            journal.sload(*account, (*slot).into()).unwrap();
        }
        reads.borrow_mut().clear();
        let result = PrecompileProvider::run(&mut provider, &mut context, &call_inputs(vector));
        let result: InterpreterResult = result.unwrap().expect("there is a precompile");
        observed(vector, result, reads.take())
    }};
}

fn observed(vector: &Vector, result: InterpreterResult, reads: Vec<Read>) -> Observed {
    let error = match result.result {
        InstructionResult::Return => None,
        InstructionResult::Revert => Some(Status::Reverted),
        InstructionResult::PrecompileOOG => Some(Status::OutOfGas),
        other => panic!("{}: {other:?}", vector.name),
    };
    let gas = match error {
        // The frame takes what a halt leaves.
        Some(Status::OutOfGas) => vector.gas_limit,
        _ => vector.gas_limit - result.gas.remaining(),
    };
    Observed {
        error,
        data: result.output,
        gas,
        reads,
    }
}

/// What the database sees: the reads of what was cold.
fn from_database(vector: &Vector, mut expected: Observed) -> Observed {
    expected.reads.retain(|read| match read {
        Read::Code(account) => !vector.warm.contains(account) && *account != vector.caller,
        Read::Storage(account, slot) => !vector.warm_slots.contains(&(*account, *slot)),
    });
    expected
}

#[test]
fn every_vector_holds_through_both_adapters() {
    let folder = committed();
    let mut passed = 0;
    for file in load(&folder).unwrap() {
        for vector in &file.vectors {
            let chain = vector.chain::<zk_verify_precompile::Standard>().unwrap();
            let revm = |cfg: &CfgEnv| {
                let mut provider = WithZkVerify::new(EthPrecompiles::new(cfg.spec), chain.clone());
                PrecompileProvider::<TestContext>::set_spec(&mut provider, cfg.spec);
                provider
            };
            let alloy_evm = |cfg: &CfgEnv| {
                let base = Precompiles::new(PrecompileSpecId::from_spec_id(cfg.spec));
                let mut map = PrecompilesMap::from_static(base);
                install(&mut map, chain.clone(), &cfg.gas_params);
                map
            };
            if vector.base {
                // EIP-2537: 128 zero bytes are an element of Fp2, which is mapped to a point.
                let point = run!(vector, &folder, revm);
                assert_eq!((point.data.len(), point.gas), (256, 23_800));
                assert_eq!(run!(vector, &folder, alloy_evm), point, "{}", vector.name);
                continue;
            }
            let expected = from_database(vector, vector.expected().unwrap().unwrap());
            let name = format!("{}: {}", file.name, vector.name);
            assert_eq!(run!(vector, &folder, revm), expected, "revm, {name}");
            assert_eq!(
                run!(vector, &folder, alloy_evm),
                expected,
                "alloy-evm, {name}"
            );
            passed += 1;
        }
    }
    assert!(passed > 400, "{passed} vectors");
}

type TestContext = crate::adapter::alloy_evm::revm::handler::MainnetContext<State>;
