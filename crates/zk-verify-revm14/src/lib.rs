#![doc = include_str!("../README.md")]
//!
//! [`register`] is a handler register for [`revm::EvmBuilder::append_handler_register_box`]; nothing else
//! of the EVM changes. It goes to the handle that makes the frame of a call, and does there what
//! `EvmContext::make_call_frame` does around a precompile: depth, warming, checkpoint and transfer.
//!
//! revm 14 has EIP-2537 by its numbers of 2024: with the feature `blst`, 0x11 is `BLS12_PAIRING` on Prague.
//! Its inputs stay with it ([`BaseInputs::BLS12_PAIRING_OF_2024`]).

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

extern crate alloc;

mod journal;

pub use revm;
pub use zk_verify_precompile;

use alloc::{boxed::Box, sync::Arc};
use journal::TransactionJournal;
use revm::{
    Context, ContextPrecompile, Database, FrameOrResult, InnerEvmContext,
    handler::register::{EvmHandler, HandleRegisterBox},
    interpreter::{CallInputs, CallValue, Gas, InstructionResult, InterpreterResult},
    precompile::Precompile,
    primitives::{
        Address, BlockEnv, Bytes, EVMError, Env, PrecompileErrors, PrecompileResult, SpecId,
    },
};
use zk_verify_precompile::{
    AccessPrices, Arithmetic, BaseInputs, BlockPosition, Call, Outcome, ZkVerify,
};

/// How deep calls may nest; revm 14 keeps the number to itself.
const CALL_STACK_LIMIT: u64 = 1024;

/// Puts the verifier at its address, whatever the configuration's `active_from` says.
pub fn register<'r, EXT, DB: Database, A: Arithmetic + 'static>(
    zk_verify: ZkVerify<A>,
) -> HandleRegisterBox<'r, EXT, DB> {
    Box::new(move |handler| install(handler, &zk_verify))
}

/// Puts the verifier at its address if the configuration says that it exists in `block`; otherwise the EVM
/// stays as it is. Whether it exists is decided when the EVM is built; the other rules are those of the
/// block that is executed.
pub fn register_for_block<'r, EXT, DB: Database, A: Arithmetic + 'static>(
    zk_verify: ZkVerify<A>,
    block: &BlockEnv,
) -> HandleRegisterBox<'r, EXT, DB> {
    let is_active = zk_verify.config().is_active(position(block));
    Box::new(move |handler| {
        if is_active {
            install(handler, &zk_verify);
        }
    })
}

/// The prices of touching state on a fork of revm 14.
pub const fn access_prices(spec: SpecId) -> AccessPrices {
    if SpecId::enabled(spec, SpecId::BERLIN) {
        AccessPrices::BERLIN
    } else if SpecId::enabled(spec, SpecId::ISTANBUL) {
        AccessPrices::ISTANBUL
    } else if SpecId::enabled(spec, SpecId::TANGERINE) {
        AccessPrices::TANGERINE_WHISTLE
    } else {
        AccessPrices::FRONTIER
    }
}

fn position(block: &BlockEnv) -> BlockPosition {
    BlockPosition::from_words(block.number, block.timestamp)
}

fn install<EXT, DB: Database, A: Arithmetic + 'static>(
    handler: &mut EvmHandler<'_, EXT, DB>,
    zk_verify: &ZkVerify<A>,
) {
    let rules = zk_verify.config();
    let address = Address::new(rules.address.0.0);
    let prices = access_prices(handler.cfg.spec_id);
    // The address is warm from the transaction's beginning, and no contract can be created there.
    let load = handler.pre_execution.load_precompiles.clone();
    let base_has_it = load().contains(&address);
    if !base_has_it {
        handler.pre_execution.load_precompiles = Arc::new(move || {
            let mut all = load();
            let placeholder = ContextPrecompile::Ordinary(Precompile::Env(never_called));
            all.to_mut().entry(address).or_insert(placeholder);
            all
        });
    }
    let base_inputs = if base_has_it {
        rules.base_inputs_over(BaseInputs::BLS12_PAIRING_OF_2024)
    } else {
        BaseInputs::None
    };
    let base = handler.execution.call.clone();
    let zk_verify = zk_verify.clone();
    handler.execution.call = Arc::new(move |context, inputs| {
        let is_ours =
            inputs.bytecode_address == address && !base_inputs.contains(inputs.input.len() as u64);
        if is_ours {
            call(&zk_verify, prices, context, &inputs)
        } else {
            base(context, inputs)
        }
    });
}

/// What `EvmContext::make_call_frame` does for a precompile, with caller, scheme and value at hand.
fn call<EXT, DB: Database, A: Arithmetic>(
    zk_verify: &ZkVerify<A>,
    prices: AccessPrices,
    context: &mut Context<EXT, DB>,
    inputs: &CallInputs,
) -> Result<FrameOrResult, EVMError<DB::Error>> {
    let evm = &mut context.evm.inner;
    let ended = |result| {
        Ok(frame(
            inputs,
            result,
            Gas::new(inputs.gas_limit),
            Bytes::new(),
        ))
    };
    if evm.journaled_state.depth() > CALL_STACK_LIMIT {
        return ended(InstructionResult::CallTooDeep);
    }
    let address = inputs.bytecode_address;
    evm.journaled_state
        .load_account_delegated(address, &mut evm.db)?;
    let checkpoint = evm.journaled_state.checkpoint();
    if let Some(error) = transfer(evm, inputs)? {
        evm.journaled_state.checkpoint_revert(checkpoint);
        return ended(error);
    }

    let block = position(&evm.env.block);
    let call = Call {
        input: &inputs.input,
        gas_limit: inputs.gas_limit,
        caller: zk_verify_precompile::Address::new(inputs.caller.0.0),
        value: inputs.call_value(),
        is_direct: inputs.target_address == inputs.bytecode_address,
    };
    let output = zk_verify.call(&call, &mut TransactionJournal(evm), prices, block)?;
    let result = match output.outcome {
        Outcome::Valid | Outcome::Invalid(_) => InstructionResult::Return,
        Outcome::Revert(_) => InstructionResult::Revert,
        Outcome::OutOfGas => InstructionResult::PrecompileOOG,
    };
    if result == InstructionResult::Return {
        evm.journaled_state.checkpoint_commit();
    } else {
        evm.journaled_state.checkpoint_revert(checkpoint);
    }
    let mut gas = Gas::new(inputs.gas_limit);
    // The precompile never uses more than the limit.
    let _ = gas.record_cost(output.gas_used);
    Ok(frame(
        inputs,
        result,
        gas,
        output.outcome.return_data().into(),
    ))
}

/// Moves the value of a CALL and touches its target. `Some` if the caller has too little.
fn transfer<DB: Database>(
    evm: &mut InnerEvmContext<DB>,
    inputs: &CallInputs,
) -> Result<Option<InstructionResult>, EVMError<DB::Error>> {
    match inputs.value {
        CallValue::Transfer(value) if value.is_zero() => {
            evm.load_account(inputs.target_address)?;
            evm.journaled_state.touch(&inputs.target_address);
            Ok(None)
        }
        CallValue::Transfer(value) => {
            let (from, to) = (&inputs.caller, &inputs.target_address);
            evm.journaled_state.transfer(from, to, value, &mut evm.db)
        }
        CallValue::Apparent(_) => Ok(None),
    }
}

fn frame(inputs: &CallInputs, result: InstructionResult, gas: Gas, output: Bytes) -> FrameOrResult {
    let result = InterpreterResult {
        result,
        gas,
        output,
    };
    FrameOrResult::new_call_result(result, inputs.return_memory_offset.clone())
}

/// Makes the address a precompile's. The handle of calls is asked first, so this is not reached.
fn never_called(_: &Bytes, _: u64, _: &Env) -> PrecompileResult {
    let msg = "zk_verify was called past its handler".into();
    Err(PrecompileErrors::Fatal { msg })
}
