//! The expressions of a key's lookup and shuffle arguments, all tuples of a kind in one list.
//!
//! A key from a stranger may have thousands of tuples, of one expression each or of none. As lists of
//! lists they would take many times the bytes that were paid for; here a node is four bytes.

use crate::{
    expression::ExprId,
    key::{KeyError, Lookup, Shuffle, count},
};
use alloc::vec::Vec;

/// Places the roots of a tuple in the program.
pub(crate) type Place<'a> = &'a mut dyn FnMut(&[ExprId]) -> Result<Vec<u32>, KeyError>;

const ARITY: KeyError = KeyError::Inconsistent("tuples of one argument differ in arity");

/// The lookup arguments of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lookups {
    sizes: Vec<LookupSize>,
    /// Argument by argument: its inputs, then its table.
    nodes: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LookupSize {
    arity: u32,
    inputs: u32,
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
    /// Flattens what a description has, every tuple placed in the program.
    pub(crate) fn place(list: &[Lookup], place: Place<'_>) -> Result<Self, KeyError> {
        let mut out = Self::default();
        for lookup in list {
            let arity = lookup.table.len();
            for tuple in lookup.inputs.iter().chain([&lookup.table]) {
                if tuple.len() != arity {
                    return Err(ARITY);
                }
                out.nodes.extend(place(tuple)?);
            }
            out.sizes.push(LookupSize {
                arity: count(arity),
                inputs: count(lookup.inputs.len()),
            });
        }
        Ok(out)
    }

    /// Reads an argument of this size, node by node.
    pub(crate) fn read(
        &mut self,
        (arity, inputs): (u32, u32),
        mut node: impl FnMut() -> Result<u32, KeyError>,
    ) -> Result<(), KeyError> {
        for _ in 0..arity.saturating_mul(inputs.saturating_add(1)) {
            self.nodes.push(node()?);
        }
        self.sizes.push(LookupSize { arity, inputs });
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
    /// Flattens what a description has, every tuple placed in the program.
    pub(crate) fn place(list: &[Shuffle], place: Place<'_>) -> Result<Self, KeyError> {
        let mut out = Self::default();
        for shuffle in list {
            if shuffle.input.len() != shuffle.shuffle.len() {
                return Err(ARITY);
            }
            out.nodes.extend(place(&shuffle.input)?);
            out.nodes.extend(place(&shuffle.shuffle)?);
            out.arities.push(count(shuffle.shuffle.len()));
        }
        Ok(out)
    }

    /// Reads an argument of this arity, node by node.
    pub(crate) fn read(
        &mut self,
        arity: u32,
        mut node: impl FnMut() -> Result<u32, KeyError>,
    ) -> Result<(), KeyError> {
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
    let (taken, behind) = rest
        .split_at_checked(number as usize)
        .unwrap_or((rest, &[]));
    *rest = behind;
    taken
}

/// Bytes that a list has asked the allocator for.
pub(crate) fn size_of_vec<T>(list: &Vec<T>) -> usize {
    list.capacity().saturating_mul(size_of::<T>())
}
