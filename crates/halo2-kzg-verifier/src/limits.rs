//! Bounds that every key obeys. Each is far above what ezkl makes and low enough that the work
//! a key can cause stays in proportion to the bytes that were paid for.

use core::ops::RangeInclusive;

/// Largest `k`: the scalar field has 2^28-th roots of unity and no larger power of two.
pub const MAX_K: u8 = 28;
/// Phases of advice columns; halo2 has three.
pub const MAX_PHASES: u32 = 3;
/// User challenges, over all phases. ezkl makes one for each output axis of an einsum.
pub const MAX_CHALLENGES: u32 = 64;
/// Instance columns: their number takes one byte.
pub const MAX_INSTANCE_COLUMNS: u32 = 255;
/// Distinct rotations of one instance column: the verifier computes the column's value at each.
pub const MAX_INSTANCE_ROTATIONS: u32 = 4;
/// Advice columns. The largest ezkl circuit seen has 300.
pub const MAX_ADVICE_COLUMNS: u32 = 4_096;
/// Fixed columns. The largest ezkl circuit seen has 1,571.
pub const MAX_FIXED_COLUMNS: u32 = 8_192;
/// Queries of one kind of column: each is an evaluation of 32 bytes in the proof.
pub const MAX_QUERIES: u32 = 16_384;
/// A rotation is encoded in one signed byte; ezkl reads the previous, the current and the next row.
pub const MAX_ROTATION: i32 = 127;
/// Distinct rotations that a proof opens at: each costs a point of evaluation in every set.
pub const MAX_ROTATIONS: u32 = 16;
/// Rotation sets of the opening: their weights are computed pair by pair.
pub const MAX_ROTATION_SETS: u32 = 16;
/// Least degree of a constraint system: a permutation product over one column needs it.
pub const MIN_DEGREE: u32 = 3;
/// Degree of the constraint system: the quotient has `degree - 1` pieces. ezkl's largest is 14.
pub const MAX_DEGREE: u32 = 64;
/// Inputs of a lookup: `n` of them need a degree of `n + 3`.
pub const MAX_LOOKUP_INPUTS: u32 = 61;
/// Limbs of an accumulator's coordinate.
pub const ACCUMULATOR_LIMBS: RangeInclusive<u32> = 2..=8;
/// Bits of an accumulator's limb: every one is below r.
pub const ACCUMULATOR_LIMB_BITS: RangeInclusive<u32> = 32..=128;
/// Bits of all limbs of an accumulator's coordinate together.
pub const ACCUMULATOR_COORDINATE_BITS: RangeInclusive<u32> = 254..=320;
/// Columns in the permutation argument. The largest ezkl circuit seen has 303.
pub const MAX_PERMUTATION_COLUMNS: u32 = 8_192;
/// Gate polynomials.
pub const MAX_GATES: u32 = 16_384;
/// Lookup arguments, and shuffle arguments.
pub const MAX_ARGUMENTS: u32 = 4_096;
/// Expressions in one tuple of a lookup or shuffle; ezkl uses at most four.
pub const MAX_TUPLE: u32 = 64;
/// Nodes of the expression program: indices fit two bytes.
pub const MAX_NODES: u32 = 65_535;
