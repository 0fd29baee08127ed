//! The arithmetic in lanes against the scalar one and against arkworks.
//! What it would find, and how it reads its input: `src/targets/lanes.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(lanes);
