//! The canonical encoding of a key: one key, one byte string.
//!
//! Integers are unsigned and big-endian. An *index below N* takes one byte if N ≤ 256, else two; a
//! scalar 32 bytes; a point `x ‖ y`; everything canonical. In order:
//!
//! | part | bytes |
//! |---|---|
//! | header | 0x00 (STOP), the version 0x01 |
//! | k | 1 |
//! | features | 1: bit 0 GWC opening, bit 1 BLAKE2b transcript, bit 2 classic lookups, bit 3 accumulator; the others 0 |
//! | degree | 1 |
//! | digest | 32 |
//! | \[s\]G2 | 128: `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` |
//! | instance columns | count 1; each: its number of values 4 |
//! | accumulator (bit 3 only) | column, index below the number of instance columns; first row 4; limbs 1; bits 1 |
//! | phases | count 1; each: advice columns 2, challenges 1 |
//! | number of fixed columns | 2 |
//! | advice queries | count 2; each: column, index below the number of advice columns; rotation 1, signed |
//! | fixed queries | count 2; each: column, index below the number of fixed columns; rotation 1, signed |
//! | nodes | count 2; each: tag 1 and operands (below) |
//! | gates | count 2; each: node |
//! | permutation columns | count 2; each: tag 1 (0 advice, 1 fixed, 2 instance), column, index below the number of its kind's columns |
//! | lookups | count 2; each: arity 1, inputs 1 (not with bit 2: one), the inputs' nodes, the table's nodes |
//! | shuffles | count 2; each: arity 1, the input's nodes, the shuffle's nodes |
//! | points | count 2; each 64 |
//! | fixed commitments | for each fixed column: 0 = identity, i+1 = point i; index below points + 1 |
//! | permutation commitments | for each permutation column: the same |
//!
//! Node tags: 0 constant (scalar), 1 instance (column, rotation 1), 2 fixed (query), 3 advice (query), 4 challenge (1
//! byte), 5 negation (node), 6 sum (two nodes), 7 product (two nodes). A node is an index below the
//! number of nodes, a query one below the number of its kind's queries. Rotations are signed.
//!
//! The normal form: nodes as in the module `normal_form`, the roots in the order of this table (a
//! lookup's inputs before its table); points distinct, in the order of their first use, each used.

pub(crate) mod format;
pub(crate) mod reader;
#[cfg(test)]
mod tests;
pub(crate) mod writer;
