//! `VerifyingKey::decode` on arbitrary bytes and on edited keys.
//! What it would find, and how it reads its input: `src/targets/key_bytes.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(key_bytes);
