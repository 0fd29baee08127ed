//! What is computed in lanes. Compiled once for each kind of vector (see [`lanes`](crate::lanes)).

pub(crate) mod buckets;
pub(crate) mod field;
pub(crate) mod final_exponentiation;
pub(crate) mod miller_loop;
pub(crate) mod msm;
pub(crate) mod points;
pub(crate) mod runs;
pub(crate) mod scalars;
pub(crate) mod square_root;
pub(crate) mod straus;
pub(crate) mod tower;
