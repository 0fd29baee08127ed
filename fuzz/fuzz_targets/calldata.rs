//! Calls into the precompile's core, `ZkVerify::call`, with a state in memory.
//! What it would find, and how it reads its input: `src/targets/calldata.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(calldata);
