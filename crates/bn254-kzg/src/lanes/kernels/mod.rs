//! What is computed in lanes. Compiled once for each kind of vector (see [`lanes`](crate::lanes)).

pub(crate) mod field;
pub(crate) mod tower;
