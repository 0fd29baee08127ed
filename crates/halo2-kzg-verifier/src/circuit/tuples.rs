//! The expressions of a key's lookup and shuffle arguments, all tuples of a kind in one list.
//!
//! A key from a stranger may have thousands of tuples, of one expression each or of none. As lists of
//! lists they would take many times the bytes that were paid for; here a node is four bytes.

use crate::{error::count, memory::size_of_vec};
use alloc::vec::Vec;

/// The lookup arguments of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lookups {
    sizes: Vec<LookupSize>,
    /// Argument by argument: its inputs, then its table.
    nodes: Vec<u32>,
}

/// The size of one lookup argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LookupSize {
    /// Expressions in each of its tuples.
    pub(crate) arity: u32,
    /// Input tuples.
    pub(crate) inputs: u32,
}

/// One lookup argument.
#[derive(Clone, Copy)]
pub(crate) struct LookupNodes<'a> {
    /// Expressions in each of its tuples.
    pub(crate) arity: u32,
    /// Number of its inputs.
    pub(crate) num_inputs: u32,
    inputs: &'a [u32],
    /// The table tuple.
    pub(crate) table: &'a [u32],
}

impl<'a> LookupNodes<'a> {
    /// The input tuples.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &'a [u32]> {
        self.inputs.chunks(self.arity.max(1) as usize)
    }
}

impl Lookups {
    /// Adds an argument: `node` gives its expressions one by one, the inputs' first.
    pub(crate) fn push<E>(
        &mut self,
        size: LookupSize,
        mut node: impl FnMut() -> Result<u32, E>,
    ) -> Result<(), E> {
        for _ in 0..size.arity.saturating_mul(size.inputs.saturating_add(1)) {
            self.nodes.push(node()?);
        }
        self.sizes.push(size);
        Ok(())
    }

    pub(crate) fn len(&self) -> u32 {
        count(self.sizes.len())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = LookupNodes<'_>> {
        let mut rest = self.nodes.as_slice();
        self.sizes.iter().map(move |size| {
            let inputs = take(&mut rest, size.arity.saturating_mul(size.inputs));
            LookupNodes {
                arity: size.arity,
                num_inputs: size.inputs,
                inputs,
                table: take(&mut rest, size.arity),
            }
        })
    }

    /// All nodes, in the order of the encoding.
    pub(crate) fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    #[cfg(test)]
    pub(crate) fn nodes_mut_for_test(&mut self) -> &mut [u32] {
        &mut self.nodes
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of_vec(&self.sizes).saturating_add(size_of_vec(&self.nodes))
    }
}

/// The shuffle arguments of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shuffles {
    arities: Vec<u32>,
    /// Argument by argument: its input, then what that is a rearrangement of.
    nodes: Vec<u32>,
}

/// One shuffle argument.
#[derive(Clone, Copy)]
pub(crate) struct ShuffleNodes<'a> {
    /// The input tuple.
    pub(crate) input: &'a [u32],
    /// The tuple that it is a rearrangement of, of the same arity.
    pub(crate) shuffle: &'a [u32],
}

impl Shuffles {
    /// Adds an argument: `node` gives its expressions one by one, the input's first.
    pub(crate) fn push<E>(
        &mut self,
        arity: u32,
        mut node: impl FnMut() -> Result<u32, E>,
    ) -> Result<(), E> {
        for _ in 0..arity.saturating_mul(2) {
            self.nodes.push(node()?);
        }
        self.arities.push(arity);
        Ok(())
    }

    pub(crate) fn len(&self) -> u32 {
        count(self.arities.len())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = ShuffleNodes<'_>> {
        let mut rest = self.nodes.as_slice();
        self.arities.iter().map(move |&arity| ShuffleNodes {
            input: take(&mut rest, arity),
            shuffle: take(&mut rest, arity),
        })
    }

    /// All nodes, in the order of the encoding.
    pub(crate) fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        size_of_vec(&self.arities).saturating_add(size_of_vec(&self.nodes))
    }
}

/// The next nodes; as many as there are, which is as many as the sizes say.
fn take<'a>(rest: &mut &'a [u32], number: u32) -> &'a [u32] {
    debug_assert!(rest.len() >= number as usize, "a tuple is cut short");
    let (taken, after) = rest
        .split_at_checked(number as usize)
        .unwrap_or((rest, &[]));
    *rest = after;
    taken
}
