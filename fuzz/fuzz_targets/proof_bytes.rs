//! Valid proofs under their keys, changed: points, evaluations, public inputs, lengths.
//! What it would find, and how it reads its input: `src/targets/proof_bytes.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(proof_bytes);
