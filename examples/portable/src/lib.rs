//! The precompile on machines that have nothing but a processor and memory: one call is a message of
//! bytes, and so is its answer. [`message`] has the formats.
//!
//! In WebAssembly, `allocate` gives room for a message, `run` executes it and gives the answer, and
//! `release` takes the answer back. `run.mjs` does that in node for all published test vectors.

#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;

pub mod message;
#[cfg(target_arch = "wasm32")]
mod wasm;

use alloc::vec::Vec;
use message::{Answer, Request};
use zk_verify_precompile::{BaseInputs, BlockPosition, Journal, ZkVerify};

/// Executes the call that a message describes.
pub fn execute(message: &[u8]) -> Vec<u8> {
    Request::decode(message)
        .map_or(Answer::NotAMessage, answer)
        .encode()
}

fn answer(request: Request<'_>) -> Answer {
    let belongs_to_base = BaseInputs::MAP_FP2_TO_G2.contains(request.input.len() as u64);
    if request.base_has_precompile && belongs_to_base {
        return Answer::BelongsToBase;
    }
    let call = request.call();
    let mut state = request.state;
    // Touching something is what makes it warm; the journal records that, so it is left out below.
    for account in &request.warm_accounts {
        let _ = state.code(*account, false);
    }
    for (account, slot) in &request.warm_slots {
        let _ = state.storage(*account, *slot, false);
    }
    let before = state.reads().len();
    let zk_verify = ZkVerify::new(request.config);
    let genesis = BlockPosition::default();
    let Ok(output) = zk_verify.call(&call, &mut state, request.prices, genesis);
    let reads = state.reads().iter().skip(before).copied().collect();
    Answer::Executed { output, reads }
}
