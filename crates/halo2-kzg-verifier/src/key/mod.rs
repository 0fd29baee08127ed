//! Verifying keys.

pub(crate) mod encoding;
pub(crate) mod layout;
pub(crate) mod prepared;
pub(crate) mod verifying_key;
