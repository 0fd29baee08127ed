//! What is computed in lanes. Compiled once for each kind of vector (see [`lanes`](crate::lanes)).

pub(crate) mod field;
pub(crate) mod final_exponentiation;
pub(crate) mod miller_loop;
pub(crate) mod tower;
