//! `bn254-kzg` against arkworks, and against discrete logarithms that are known.
//! What it would find, and how it reads its input: `src/targets/curve.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(curve);
