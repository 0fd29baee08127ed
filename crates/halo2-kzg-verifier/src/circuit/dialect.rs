//! What the dialects of halo2 differ in (spec, section 9).

/// The multi-point opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// [BDFG 2020](https://eprint.iacr.org/2020/081), section 4: two points, whatever is opened.
    Shplonk,
    /// [GWC 2019](https://eprint.iacr.org/2019/953), section 3: a point for each distinct rotation.
    Gwc,
}

/// What the transcript is hashed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptHash {
    /// Keccak-256, as verifiers written for the EVM have it.
    Keccak256,
    /// BLAKE2b-512, as halo2 itself has it. Only the hashing differs: a proof has the same two forms.
    Blake2b,
}

/// The lookup argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupArgument {
    /// logUp ([Haböck 2022](https://eprint.iacr.org/2022/1530)), several inputs to an argument.
    LogDerivative,
    /// Permuted input and table, as halo2 has had it from the beginning; one input to an argument.
    Classic,
}

/// Which protocol a key's proofs follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) opening: Opening,
    pub(crate) transcript_hash: TranscriptHash,
    pub(crate) lookup_argument: LookupArgument,
}

/// Where an instance column holds a KZG accumulator: two points `(lhs, rhs)` with
/// `e(lhs, G2) = e(rhs, [s]G2)`, which a proof about other proofs leaves to its verifier.
///
/// `lhs.x`, `lhs.y`, `rhs.x`, `rhs.y` stand one after the other in consecutive rows, each as `limbs`
/// scalars of `bits` bits, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accumulator {
    /// The instance column.
    pub column: u32,
    /// The row of the first limb.
    pub row: u32,
    /// Limbs of a coordinate: 2 to 8.
    pub limbs: u32,
    /// Bits of a limb: 32 to 128, and 254 to 320 for all limbs of a coordinate together.
    pub bits: u32,
}

impl Accumulator {
    /// Rows that the four coordinates take.
    pub(crate) fn num_rows(&self) -> u32 {
        self.limbs.saturating_mul(4)
    }
}
