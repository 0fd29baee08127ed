//! The rules that the parts of a circuit obey together (spec, sections 5.1 and 5.5).

use super::{
    columns::{Column, Query},
    dialect::LookupArgument,
    expression::Node,
    parts::Parts,
};
use crate::{
    error::{Inconsistency, KeyFault, Quantity, count, within},
    limits,
};
use alloc::{vec, vec::Vec};
use core::ops::Deref;

/// Parts that fit each other. A circuit that exists has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Circuit(Parts);

impl Deref for Circuit {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Circuit {
    /// Checks everything but the normal form, which the parts have already.
    pub(crate) fn new(parts: Parts) -> Result<Circuit, KeyFault> {
        let circuit = Circuit(parts);
        circuit.check_degree()?;
        circuit.check_instances()?;
        circuit.check_phases()?;
        let num_fixed = circuit.num_fixed();
        within(Quantity::FixedColumns, num_fixed, limits::MAX_FIXED_COLUMNS)?;
        check_queries(
            Quantity::AdviceQueries,
            &circuit.advice_queries,
            circuit.num_advice(),
        )?;
        let queried = check_queries(Quantity::FixedQueries, &circuit.fixed_queries, num_fixed)?;
        // An advice column is committed to in the proof, queried or not. A fixed column that nothing
        // queries would be in the key for nothing.
        if queried.contains(&false) {
            return Err(KeyFault::Inconsistent(Inconsistency::UnqueriedColumn));
        }
        circuit.check_leaves()?;
        circuit.check_tuples()?;
        circuit.check_permutation()?;
        Ok(circuit)
    }

    /// User challenges over all phases.
    pub(crate) fn num_challenges(&self) -> u32 {
        let challenges = self.phases.iter().map(|phase| phase.challenges);
        challenges.fold(0, u32::saturating_add)
    }

    /// Instance columns.
    pub(crate) fn num_instance(&self) -> u32 {
        count(self.instance_lengths.len())
    }

    fn check_degree(&self) -> Result<(), KeyFault> {
        if self.degree < limits::MIN_DEGREE {
            return Err(KeyFault::Inconsistent(Inconsistency::DegreeTooLow));
        }
        within(Quantity::Degree, self.degree, limits::MAX_DEGREE)
    }

    /// The accumulator lies wholly inside its column. That the columns fit the rows shows when the
    /// usable rows are known.
    fn check_instances(&self) -> Result<(), KeyFault> {
        within(
            Quantity::InstanceColumns,
            self.num_instance(),
            limits::MAX_INSTANCE_COLUMNS,
        )?;
        let Some(accumulator) = &self.accumulator else {
            return Ok(());
        };
        let bits = accumulator.bits.saturating_mul(accumulator.limbs);
        let end = accumulator.row.checked_add(accumulator.num_rows());
        let length = self.instance_lengths.get(accumulator.column as usize);
        let is_inside = end.zip(length).is_some_and(|(end, length)| end <= *length);
        if is_inside
            && limits::ACCUMULATOR_LIMBS.contains(&accumulator.limbs)
            && limits::ACCUMULATOR_LIMB_BITS.contains(&accumulator.bits)
            && limits::ACCUMULATOR_COORDINATE_BITS.contains(&bits)
        {
            Ok(())
        } else {
            Err(KeyFault::Inconsistent(Inconsistency::Accumulator))
        }
    }

    fn check_phases(&self) -> Result<(), KeyFault> {
        within(
            Quantity::Phases,
            count(self.phases.len()),
            limits::MAX_PHASES,
        )?;
        if self.phases.is_empty() || self.phases.iter().any(|p| p.advice_columns == 0) {
            return Err(KeyFault::Inconsistent(Inconsistency::EmptyPhase));
        }
        within(
            Quantity::AdviceColumns,
            self.num_advice(),
            limits::MAX_ADVICE_COLUMNS,
        )?;
        within(
            Quantity::Challenges,
            self.num_challenges(),
            limits::MAX_CHALLENGES,
        )
    }

    fn check_leaves(&self) -> Result<(), KeyFault> {
        let nodes = &self.program.nodes;
        within(Quantity::Nodes, count(nodes.len()), limits::MAX_NODES)?;
        let (advice, fixed) = (
            count(self.advice_queries.len()),
            count(self.fixed_queries.len()),
        );
        let (instance, challenges) = (self.num_instance(), self.num_challenges());
        let known = nodes.iter().all(|node| match *node {
            Node::Advice(query) => query < advice,
            Node::Fixed(query) => query < fixed,
            Node::Challenge(index) => index < challenges,
            Node::Instance(query) => query.column < instance,
            _ => true,
        });
        if !known {
            return Err(KeyFault::Inconsistent(Inconsistency::UnknownLeaf));
        }
        nodes.iter().try_for_each(|node| match node {
            Node::Instance(query) => check_rotation(*query),
            _ => Ok(()),
        })
    }

    /// Tuples of one argument have one arity already.
    fn check_tuples(&self) -> Result<(), KeyFault> {
        within(Quantity::Gates, count(self.gates.len()), limits::MAX_GATES)?;
        within(Quantity::Lookups, self.lookups.len(), limits::MAX_ARGUMENTS)?;
        within(
            Quantity::Shuffles,
            self.shuffles.len(),
            limits::MAX_ARGUMENTS,
        )?;
        let tuple =
            |nodes: &[u32]| within(Quantity::TupleSize, count(nodes.len()), limits::MAX_TUPLE);
        for lookup in self.lookups.iter() {
            tuple(lookup.table)?;
            if lookup.table.is_empty() || lookup.num_inputs == 0 {
                return Err(KeyFault::Inconsistent(Inconsistency::EmptyLookup));
            }
            within(
                Quantity::LookupInputs,
                lookup.num_inputs,
                limits::MAX_LOOKUP_INPUTS,
            )?;
        }
        if self.dialect.lookup_argument == LookupArgument::Classic {
            if self.lookups.len() == 0 {
                return Err(KeyFault::Inconsistent(Inconsistency::ClassicWithoutLookups));
            }
            if self.lookups.iter().any(|lookup| lookup.num_inputs != 1) {
                return Err(KeyFault::Inconsistent(Inconsistency::SeveralClassicInputs));
            }
        }
        for shuffle in self.shuffles.iter() {
            tuple(shuffle.shuffle)?;
            if shuffle.shuffle.is_empty() {
                return Err(KeyFault::Inconsistent(Inconsistency::EmptyShuffle));
            }
        }
        Ok(())
    }

    /// Permutation columns exist, are distinct, and have a commitment each. That they are queried at
    /// rotation 0 shows when their values are looked for.
    fn check_permutation(&self) -> Result<(), KeyFault> {
        let columns = &self.permutation;
        within(
            Quantity::PermutationColumns,
            count(columns.len()),
            limits::MAX_PERMUTATION_COLUMNS,
        )?;
        if self.commitments.permutation.len() != columns.len() {
            return Err(KeyFault::Inconsistent(
                Inconsistency::PermutationCommitments,
            ));
        }
        let mut advice = vec![false; self.num_advice() as usize];
        let mut fixed = vec![false; self.num_fixed() as usize];
        let mut instance = vec![false; self.num_instance() as usize];
        for column in columns {
            let seen = match *column {
                Column::Advice(index) => advice.get_mut(index as usize),
                Column::Fixed(index) => fixed.get_mut(index as usize),
                Column::Instance(index) => instance.get_mut(index as usize),
            };
            let Some(seen) = seen else {
                return Err(KeyFault::Inconsistent(
                    Inconsistency::UnknownPermutationColumn,
                ));
            };
            if core::mem::replace(seen, true) {
                return Err(KeyFault::Inconsistent(
                    Inconsistency::RepeatedPermutationColumn,
                ));
            }
        }
        Ok(())
    }
}

/// Each (column, rotation) is queried once. Returns which columns are queried.
fn check_queries(quantity: Quantity, list: &[Query], columns: u32) -> Result<Vec<bool>, KeyFault> {
    within(quantity, count(list.len()), limits::MAX_QUERIES)?;
    let mut queried = vec![false; columns as usize];
    let mut sorted = Vec::with_capacity(list.len());
    for query in list {
        let Some(queried) = queried.get_mut(query.column as usize) else {
            return Err(KeyFault::Inconsistent(Inconsistency::UnknownColumn));
        };
        *queried = true;
        check_rotation(*query)?;
        // One number for each (column, rotation): numbers are quicker to sort than pairs.
        sorted.push(u64::from(query.column) << 32 | u64::from(query.rotation.cast_unsigned()));
    }
    sorted.sort_unstable();
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
    {
        return Err(KeyFault::Inconsistent(Inconsistency::RepeatedQuery));
    }
    Ok(queried)
}

fn check_rotation(query: Query) -> Result<(), KeyFault> {
    if query.rotation.saturating_abs() > limits::MAX_ROTATION {
        let limit = limits::MAX_ROTATION.unsigned_abs();
        return Err(KeyFault::limit(Quantity::Rotation, limit));
    }
    Ok(())
}
