//! `import_vka` on arbitrary and on edited `vka.bin` files.
//! What it would find, and how it reads its input: `src/targets/vka_bin.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(vka_bin);
