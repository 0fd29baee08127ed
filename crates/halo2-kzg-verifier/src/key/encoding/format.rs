//! What reader and writer of the encoding agree on.

use crate::circuit::dialect::{Dialect, LookupArgument, Opening, TranscriptHash};

/// The version byte of the encoding.
pub const ENCODING_VERSION: u8 = 1;

pub(super) const HEADER: [u8; 2] = [0x00, ENCODING_VERSION];

/// Where the features byte stands.
const FEATURES_AT: usize = 3;

/// The features byte of a key, which stands at a fixed place, so that what it says can be priced
/// before the key is decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features(u8);

impl Features {
    const GWC: u8 = 1;
    const BLAKE2B: u8 = 2;
    const CLASSIC: u8 = 4;
    const ACCUMULATOR: u8 = 8;

    /// Of an encoded key, which is not looked at otherwise. Bytes that are too short have none.
    pub fn of_encoding(bytes: &[u8]) -> Self {
        Features(bytes.get(FEATURES_AT).copied().unwrap_or_default())
    }

    pub(super) fn new(dialect: Dialect, has_accumulator: bool) -> Self {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let classic = dialect.lookup_argument == LookupArgument::Classic;
        let blake2b = dialect.transcript_hash == TranscriptHash::Blake2b;
        Features(
            bit(dialect.opening == Opening::Gwc, Self::GWC)
                | bit(blake2b, Self::BLAKE2B)
                | bit(classic, Self::CLASSIC)
                | bit(has_accumulator, Self::ACCUMULATOR),
        )
    }

    /// `None` if there are bits that mean nothing.
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        let all = Self::GWC | Self::BLAKE2B | Self::CLASSIC | Self::ACCUMULATOR;
        (byte & !all == 0).then_some(Features(byte))
    }

    pub(super) fn to_byte(self) -> u8 {
        self.0
    }

    const fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    /// The opening is GWC.
    pub const fn has_gwc(self) -> bool {
        self.has(Self::GWC)
    }

    /// The instances hold an accumulator.
    pub const fn has_accumulator(self) -> bool {
        self.has(Self::ACCUMULATOR)
    }

    pub(super) fn dialect(self) -> Dialect {
        Dialect {
            opening: if self.has_gwc() {
                Opening::Gwc
            } else {
                Opening::Shplonk
            },
            transcript_hash: if self.has(Self::BLAKE2B) {
                TranscriptHash::Blake2b
            } else {
                TranscriptHash::Keccak256
            },
            lookup_argument: if self.has(Self::CLASSIC) {
                LookupArgument::Classic
            } else {
                LookupArgument::LogDerivative
            },
        }
    }
}

/// The kinds of expression nodes.
pub(super) mod tag {
    pub(in super::super) const CONSTANT: u8 = 0;
    pub(in super::super) const INSTANCE: u8 = 1;
    pub(in super::super) const FIXED: u8 = 2;
    pub(in super::super) const ADVICE: u8 = 3;
    pub(in super::super) const CHALLENGE: u8 = 4;
    pub(in super::super) const NEG: u8 = 5;
    pub(in super::super) const ADD: u8 = 6;
    pub(in super::super) const MUL: u8 = 7;
}

/// The kinds of permutation columns.
pub(super) mod column_tag {
    pub(in super::super) const ADVICE: u8 = 0;
    pub(in super::super) const FIXED: u8 = 1;
    pub(in super::super) const INSTANCE: u8 = 2;
}

/// How many values an index may take; decides its width.
#[derive(Clone, Copy)]
pub(super) struct Below(pub(super) u32);

impl Below {
    pub(super) fn is_wide(self) -> bool {
        self.0 > 256
    }
}

/// What the widths of a key's indices follow from.
#[derive(Clone, Copy)]
pub(super) struct Widths {
    pub(super) instance: Below,
    pub(super) advice: Below,
    pub(super) fixed: Below,
    pub(super) advice_queries: Below,
    pub(super) fixed_queries: Below,
    pub(super) nodes: Below,
}
