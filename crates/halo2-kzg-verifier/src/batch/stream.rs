//! Any number of proofs in bounded memory.

use super::{Batch, BatchItem, InvalidRate, MixedSetups};
use crate::{arithmetic::Arithmetic, rejection::Rejection, threads::Threads};
use alloc::vec::Vec;

/// Proofs that are verified under one pairing check: more gain little.
const MOST_PROOFS: usize = 1_024;
/// Bytes of proofs and public inputs that are held at once, and some ten times as much for what they
/// reduce to.
const MOST_BYTES: usize = 4 << 20;

/// What a batch can take: something that holds a key, a proof and public inputs, or refers to them.
pub trait Statement<A: Arithmetic> {
    /// The statement with its proof.
    fn item(&self) -> BatchItem<'_, A>;
}

impl<A: Arithmetic> Statement<A> for BatchItem<'_, A> {
    fn item(&self) -> BatchItem<'_, A> {
        BatchItem { ..*self }
    }
}

impl<A: Arithmetic> Batch<'_, A> {
    /// The statements that a batch takes next: a thousand, or four megabytes of proofs and public inputs if that is
    /// less, so that a batch takes bounded memory. A single proof may be longer. None at the end.
    pub fn take<S: Statement<A>>(statements: &mut impl Iterator<Item = S>) -> Vec<S> {
        let (mut taken, mut bytes) = (Vec::new(), 0_usize);
        while taken.len() < MOST_PROOFS && bytes < MOST_BYTES {
            let Some(statement) = statements.next() else {
                break;
            };
            let item = statement.item();
            bytes = bytes
                .saturating_add(item.proof.len())
                .saturating_add(item.public_inputs.len());
            taken.push(statement);
        }
        taken
    }

    /// Names every invalid proof with its reason, in order. Statements are [taken](Self::take) as one batch after
    /// another, and dropped when these are verified; so the memory that this takes does not depend on their number.
    ///
    /// # Errors
    /// If the keys are not all of one trusted setup.
    pub fn stream<S: Statement<A>>(
        statements: impl IntoIterator<Item = S>,
        threads: &dyn Threads,
    ) -> Result<Vec<(usize, Rejection)>, MixedSetups> {
        let mut statements = statements.into_iter();
        let (mut invalid, mut before) = (Vec::new(), 0_usize);
        let mut setup = None;
        let mut rate = InvalidRate::default();
        loop {
            let chunk = Batch::take(&mut statements);
            let items: Vec<BatchItem<'_, A>> = chunk.iter().map(Statement::item).collect();
            let Some(first) = items.first() else {
                return Ok(invalid);
            };
            let at = |index: usize| before.saturating_add(index);
            let of_chunk = first.key.key().trusted_setup();
            if setup.get_or_insert_with(|| of_chunk.clone()) != of_chunk {
                return Err(MixedSetups { index: at(0) });
            }
            let batch = Batch::reduce_on(&items, threads)
                .map_err(|MixedSetups { index }| MixedSetups { index: at(index) })?;
            let found = batch.find_invalid_at(&mut rate, threads);
            invalid.extend(found.into_iter().map(|(index, reason)| (at(index), reason)));
            before = at(items.len());
        }
    }
}
