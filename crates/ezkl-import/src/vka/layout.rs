//! Where the evaluations of a proof lie, and what each of them opens.
//!
//! A proof's evaluations stand in a fixed order (advice queries, fixed queries, random polynomial,
//! permutation polynomials, permutation products, lookups), so the artifact's pointers are redundant
//! once the queries are known. This module learns the queries from the PCS section and then holds
//! every pointer against its place.

use super::header::Header;
use super::opening::{Commitment, Evaluation, Opening};
use super::{Permutation, point_address};
use crate::error::{ErrorKind, FileKind, ImportError};
use halo2_kzg_verifier::{Column, Query};

/// The proof's evaluations, named.
pub(super) struct Layout {
    /// Calldata address of the first evaluation.
    pub(super) evaluations_start: u32,
    pub(super) advice_queries: Vec<Query>,
    pub(super) fixed_queries: Vec<Query>,
    pub(super) lookups: u32,
    /// What each evaluation opens, in proof order.
    opened: Vec<(Commitment, i32)>,
    first_lookup: u32,
    /// First points: multiplicities, products, sums, random.
    groups: Groups,
    last: i32,
}

#[derive(Clone, Copy)]
struct Groups {
    products: u32,
    sums: u32,
    multiplicities: u32,
    random: u32,
}

fn mismatch(place: &str, problem: impl Into<String>) -> ImportError {
    ImportError::new(FileKind::Vka, ErrorKind::Mismatch, place, problem)
}

impl Layout {
    pub(super) fn new(
        header: &Header,
        permutation: &Permutation,
        opening: &Opening,
    ) -> Result<Self, ImportError> {
        let evaluations_start = point_address(header.points());
        let opened = evaluations(header, evaluations_start, opening)?;
        let advice = header.advice_columns();
        let last = i32::try_from(header.blinding_factors)
            .ok()
            .and_then(|factors| factors.checked_add(1))
            .ok_or_else(|| mismatch("word 31 (header)", "too many blinding factors"))?;
        let groups = Groups {
            multiplicities: advice,
            products: advice + header.lookups,
            sums: advice + header.lookups + header.products,
            random: advice + 2 * header.lookups + header.products,
        };
        let mut advice_queries = Vec::new();
        let mut fixed_queries = Vec::new();
        for (commitment, rotation) in &opened {
            let rotation = *rotation;
            match *commitment {
                Commitment::Proof(column) if column < advice && fixed_queries.is_empty() => {
                    advice_queries.push(Query { column, rotation });
                }
                Commitment::Key(column) if column < header.fixed_commitments => {
                    fixed_queries.push(Query { column, rotation });
                }
                _ => break,
            }
        }
        let layout = Self {
            evaluations_start,
            first_lookup: (opened.len() as u32).saturating_sub(3 * header.lookups),
            advice_queries,
            fixed_queries,
            lookups: header.lookups,
            opened,
            groups,
            last: -last,
        };
        layout.check_evaluations(header, permutation)?;
        layout.check_opening_points(opening)?;
        Ok(layout)
    }

    /// What the evaluations after the columns' must open, in proof order.
    fn expected_tail(&self, header: &Header, permutation: &Permutation) -> Vec<(Commitment, i32)> {
        let Groups {
            products,
            sums,
            multiplicities,
            random,
        } = self.groups;
        let mut tail = vec![(Commitment::Proof(random), 0)];
        for sigma in 0..permutation.columns.len() as u32 {
            tail.push((Commitment::Key(header.fixed_commitments + sigma), 0));
        }
        for product in 0..header.products {
            let z = Commitment::Proof(products + product);
            tail.extend([(z, 0), (z, 1)]);
            if product + 1 < header.products {
                tail.push((z, self.last));
            }
        }
        for lookup in 0..header.lookups {
            let phi = Commitment::Proof(sums + lookup);
            let m = Commitment::Proof(multiplicities + lookup);
            tail.extend([(phi, 0), (phi, 1), (m, 0)]);
        }
        tail
    }

    /// Every evaluation opens what its place in the proof says, and the permutation section points
    /// to the right ones.
    fn check_evaluations(
        &self,
        header: &Header,
        permutation: &Permutation,
    ) -> Result<(), ImportError> {
        let columns = self.advice_queries.len() + self.fixed_queries.len();
        if self.opened.get(columns..) != Some(&self.expected_tail(header, permutation)) {
            return Err(mismatch(
                "PCS section",
                "the evaluations do not open the commitments in the order of ezkl's proof system",
            ));
        }
        let address = |index: usize| self.evaluation_address(index as u32);
        let first_sigma = columns + 1;
        let sigmas = permutation.columns.iter().enumerate();
        if sigmas
            .into_iter()
            .any(|(index, (_, sigma))| *sigma != address(first_sigma + index))
        {
            return Err(mismatch(
                "permutation section",
                "a permutation polynomial's evaluation is not at its place in the proof",
            ));
        }
        let first_product = first_sigma + permutation.columns.len();
        let products = permutation.products.len();
        for (index, product) in permutation.products.iter().enumerate() {
            let first = first_product + 3 * index;
            let expected = [address(first), address(first + 1), address(first + 2)];
            // The last product is not opened at the last row; its third pointer means nothing.
            let pointers = if index + 1 == products { 2 } else { 3 };
            if product
                .iter()
                .zip(expected)
                .take(pointers)
                .any(|(a, b)| *a != b)
            {
                return Err(mismatch(
                    "permutation section",
                    format!("product {index}'s evaluations are not at their place in the proof"),
                ));
            }
        }
        if products as u32 != header.products {
            return Err(mismatch(
                "permutation section",
                format!("{products} products, but the proof has {}", header.products),
            ));
        }
        Ok(())
    }

    /// W and W' follow the evaluations.
    fn check_opening_points(&self, opening: &Opening) -> Result<(), ImportError> {
        let end = self.evaluation_address(self.opened.len() as u32);
        if opening.opening_points != [end, end + 32, end + 64, end + 96] {
            return Err(mismatch(
                "PCS section",
                "W and W' do not follow the evaluations",
            ));
        }
        Ok(())
    }

    fn evaluation_address(&self, index: u32) -> u32 {
        self.evaluations_start
            .saturating_add(index.saturating_mul(32))
    }

    /// Addresses of phi(x), phi(ωx) and m(x) of a lookup argument.
    pub(super) fn lookup_addresses(&self, lookup: u32) -> [u32; 3] {
        let first = self.first_lookup.saturating_add(lookup.saturating_mul(3));
        [first, first.saturating_add(1), first.saturating_add(2)]
            .map(|index| self.evaluation_address(index))
    }

    /// The advice or fixed column whose evaluation at rotation 0 lies at this address.
    pub(super) fn column_at_rotation_0(&self, address: u32) -> Option<Column> {
        let index = super::program::element(address, self.evaluations_start, 32)? as usize;
        let at_0 = |query: &Query| (query.rotation == 0).then_some(query.column);
        match index.checked_sub(self.advice_queries.len()) {
            None => self
                .advice_queries
                .get(index)
                .and_then(at_0)
                .map(Column::Advice),
            Some(fixed) => self
                .fixed_queries
                .get(fixed)
                .and_then(at_0)
                .map(Column::Fixed),
        }
    }

    /// The rotation sets that SHPLONK derives from the queries must be those of the artifact, in the
    /// same order: the order fixes which power of a challenge goes with which commitment.
    pub(super) fn check_sets(&self, opening: &Opening) -> Result<(), ImportError> {
        let mut members: Vec<(Commitment, Vec<i32>)> = Vec::new();
        let mut position = std::collections::BTreeMap::new();
        for (commitment, rotation) in self.query_list() {
            let index = *position.entry(commitment).or_insert_with(|| {
                members.push((commitment, Vec::new()));
                members.len() - 1
            });
            if let Some((_, rotations)) = members.get_mut(index) {
                rotations.push(rotation);
            }
        }
        let mut sets: Vec<(Vec<i32>, Vec<Commitment>)> = Vec::new();
        for (commitment, mut rotations) in members {
            rotations.sort_unstable();
            match sets.iter_mut().find(|(set, _)| *set == rotations) {
                Some((_, list)) => list.push(commitment),
                None => sets.push((rotations, vec![commitment])),
            }
        }
        let stated = opening.sets.iter().map(|set| {
            let commitments: Vec<_> = set.members.iter().map(|(c, _)| *c).collect();
            (set.rotations.clone(), commitments)
        });
        if sets.into_iter().eq(stated) {
            Ok(())
        } else {
            Err(mismatch(
                "PCS section",
                "the rotation sets are not those of the circuit's queries",
            ))
        }
    }

    /// The opening's queries in the protocol's order: advice, products, sums and multiplicities,
    /// fixed, permutation polynomials, quotient, random.
    fn query_list(&self) -> Vec<(Commitment, i32)> {
        let advice = self.advice_queries.len();
        let random = advice + self.fixed_queries.len();
        let products = self
            .opened
            .iter()
            .position(|(commitment, _)| *commitment == Commitment::Proof(self.groups.products));
        let products = products.unwrap_or(self.opened.len());
        let part = |from: usize, to: usize| self.opened.get(from..to).unwrap_or(&[]);
        let tail = part(products, self.opened.len());
        let at_last = |(_, rotation): &&(Commitment, i32)| *rotation == self.last;
        let mut list = part(0, advice).to_vec();
        // Products at x and ωx in order, then at the last row from the last product but one down;
        // lookups follow. No lookup is opened at the last row.
        let lookups = self.first_lookup as usize - products.min(self.first_lookup as usize);
        let (of_products, of_lookups) = tail.split_at(lookups.min(tail.len()));
        list.extend(of_products.iter().filter(|entry| !at_last(entry)));
        list.extend(of_products.iter().rev().filter(at_last));
        list.extend(of_lookups);
        list.extend(part(advice, random));
        list.extend(part(random + 1, products));
        list.push((Commitment::Quotient, 0));
        list.extend(part(random, random + 1));
        list
    }
}

/// What each evaluation of the proof opens; each must open exactly one thing.
fn evaluations(
    header: &Header,
    start: u32,
    opening: &Opening,
) -> Result<Vec<(Commitment, i32)>, ImportError> {
    let total: usize = opening
        .sets
        .iter()
        .flat_map(|set| &set.members)
        .map(|(_, list)| list.len())
        .sum();
    if total != header.evaluations as usize + 1 {
        return Err(mismatch(
            "PCS section",
            format!(
                "{total} evaluations are opened, not {} and the quotient's",
                header.evaluations
            ),
        ));
    }
    let mut opened = vec![None; header.evaluations as usize];
    for set in &opening.sets {
        for (commitment, evaluations) in &set.members {
            for (evaluation, rotation) in evaluations.iter().zip(&set.rotations) {
                let is_quotient = *evaluation == Evaluation::Quotient;
                if is_quotient != (*commitment == Commitment::Quotient) {
                    return Err(mismatch(
                        "PCS section",
                        "the quotient has a foreign evaluation",
                    ));
                }
                let Evaluation::Calldata(address) = *evaluation else {
                    continue;
                };
                let slot = super::program::element(address, start, 32)
                    .and_then(|index| opened.get_mut(index as usize))
                    .filter(|slot| slot.is_none());
                let slot = slot.ok_or_else(|| {
                    mismatch(
                        "PCS section",
                        format!("calldata {address:#x} is no evaluation, or is opened twice"),
                    )
                })?;
                *slot = Some((*commitment, *rotation));
            }
        }
    }
    // As many slots as evaluations, none filled twice: all are filled.
    opened
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| mismatch("PCS section", "an evaluation of the proof is never opened"))
}
