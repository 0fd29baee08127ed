//! The precompile inside an EVM, called by compiled Solidity, through both adapters of one generation
//! of alloy-evm.

mod calls;
mod chain;
mod reads;
mod world;
