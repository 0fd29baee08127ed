//! Columns, and where they are read.

/// The advice columns committed in one phase, and the challenges drawn after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Advice columns of this phase; at least one.
    pub advice_columns: u32,
    /// User challenges squeezed after this phase's commitments.
    pub challenges: u32,
}

/// A column opened at a rotation: one evaluation in the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// Index of the column among those of its kind.
    pub column: u32,
    /// Row offset: the column is opened at `omega^rotation · x`.
    pub rotation: i32,
}

/// A column of the permutation argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// An advice column, numbered in proof order.
    Advice(u32),
    /// A fixed column.
    Fixed(u32),
    /// An instance column.
    Instance(u32),
}
