//! `EzklProof::from_json` on arbitrary and on edited `proof.json` files.
//! What it would find, and how it reads its input: `src/targets/proof_json.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(proof_json);
