//! One module for each fuzz target: what it claims, and how it reads its input.

pub mod calldata;
pub mod curve;
pub mod differential;
pub mod key_bytes;
pub mod lanes;
pub mod proof_bytes;
pub mod proof_json;
pub mod settings_json;
pub mod vk_key;
pub mod vka_bin;

/// A target's body.
pub type Run = fn(&[u8]);

/// All of them, by name.
pub const ALL: [(&str, Run); 10] = [
    ("key_bytes", key_bytes::run),
    ("calldata", calldata::run),
    ("proof_bytes", proof_bytes::run),
    ("vk_key", vk_key::run),
    ("settings_json", settings_json::run),
    ("vka_bin", vka_bin::run),
    ("proof_json", proof_json::run),
    ("differential", differential::run),
    ("curve", curve::run),
    ("lanes", lanes::run),
];
