//! `Settings::from_json`, the circuit that `import_vk` rebuilds from the settings, and what `explain`
//! says of it, on arbitrary and on edited `settings.json` files.
//! What it would find, and how it reads its input: `src/targets/settings_json.rs`.

#![cfg_attr(fuzzing, no_main)]

zkml_fuzz::target!(settings_json);
