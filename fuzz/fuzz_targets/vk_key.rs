//! `import_vk` on arbitrary and on edited `vk.key` files, with settings and reference strings of the
//! same circuit and of others.
//! What it would find, and how it reads its input: `src/targets/vk_key.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(vk_key);
