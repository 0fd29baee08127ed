//! The arguments of the protocol, a module each, with the same verbs:
//!
//! * `degree` says how high the argument drives the circuit's degree, for importers (spec, section
//!   5.4);
//! * `read…` takes the argument's points and evaluations from the proof, in proof order (sections
//!   6.3 and 6.4). Each stage consumes the one before, so reading out of order does not compile;
//! * `identities` adds what must vanish on every row, in the order of the powers of y (section 7);
//! * `queries` lists what the opening must prove, in its order (section 8.1).
//!
//! Reading is generic over where a proof comes from ([`reader`]): the bytes of a real proof, or the
//! mere positions in one when a key is planned. So each order is written once.

pub(crate) mod accumulator;
pub(crate) mod columns;
mod degree;
pub(crate) mod evaluation_point;
pub(crate) mod gates;
pub(crate) mod lagrange;
pub(crate) mod lookup;
pub(crate) mod messages;
pub(crate) mod permutation;
pub(crate) mod query;
pub(crate) mod reader;
pub(crate) mod shuffle;
pub(crate) mod vanishing;
