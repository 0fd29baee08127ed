//! What reader and writer of the encoding agree on.

/// The version byte of the encoding.
pub const ENCODING_VERSION: u8 = 1;

pub(super) const HEADER: [u8; 2] = [0x00, ENCODING_VERSION];

/// The bits of the features byte.
pub(super) mod feature {
    pub(in super::super) const GWC: u8 = 1;
    pub(in super::super) const BLAKE2B: u8 = 2;
    pub(in super::super) const CLASSIC: u8 = 4;
    pub(in super::super) const ACCUMULATOR: u8 = 8;
    pub(in super::super) const ALL: u8 = GWC | BLAKE2B | CLASSIC | ACCUMULATOR;
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
