//! One verdict, reason included, from every way to verify: with tables and without, on arkworks, alone
//! and in a batch.
//! What it would find, and how it reads its input: `src/targets/differential.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(differential);
