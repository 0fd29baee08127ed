//! Writes keys.

use super::format::{Below, Features, HEADER, Widths, column_tag, tag};
use crate::{
    circuit::{
        columns::{Column, Query},
        commitments::Commitments,
        dialect::LookupArgument,
        expression::Node,
        parts::Parts,
    },
    error::count,
    field::to_word,
};
use alloc::vec::Vec;
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField};

struct Writer(Vec<u8>);

impl Writer {
    // Values are bounded by the limits that every key obeys; the low bytes are all there is.
    fn u8(&mut self, value: u32) {
        self.0.extend(value.to_be_bytes().last());
    }

    fn u16(&mut self, value: u32) {
        self.0.extend(value.to_be_bytes().iter().skip(2));
    }

    fn index(&mut self, value: u32, below: Below) {
        if below.is_wide() {
            self.u16(value)
        } else {
            self.u8(value)
        }
    }

    fn indices(&mut self, values: &[u32], below: Below) {
        values.iter().for_each(|&value| self.index(value, below));
    }

    fn field<F: PrimeField<BigInt = BigInt<4>>>(&mut self, value: &F) {
        self.0.extend(to_word(value));
    }

    fn query(&mut self, query: Query, columns: Below) {
        self.index(query.column, columns);
        self.u8(query.rotation.cast_unsigned());
    }

    fn queries(&mut self, queries: &[Query], columns: Below) {
        self.u16(count(queries.len()));
        queries.iter().for_each(|query| self.query(*query, columns));
    }

    fn instances(&mut self, key: &Parts, widths: &Widths) {
        self.u8(count(key.instance_lengths.len()));
        for length in &key.instance_lengths {
            self.0.extend(length.to_be_bytes());
        }
        if let Some(accumulator) = &key.accumulator {
            self.index(accumulator.column, widths.instance);
            self.0.extend(accumulator.row.to_be_bytes());
            self.u8(accumulator.limbs);
            self.u8(accumulator.bits);
        }
    }

    fn node(&mut self, node: &Node, widths: &Widths) {
        match *node {
            Node::Constant(value) => {
                self.0.push(tag::CONSTANT);
                self.field(&value);
            }
            Node::Instance(query) => {
                self.0.push(tag::INSTANCE);
                self.query(query, widths.instance);
            }
            Node::Fixed(query) => {
                self.0.push(tag::FIXED);
                self.index(query, widths.fixed_queries);
            }
            Node::Advice(query) => {
                self.0.push(tag::ADVICE);
                self.index(query, widths.advice_queries);
            }
            Node::Challenge(index) => {
                self.0.push(tag::CHALLENGE);
                self.u8(index);
            }
            Node::Neg(a) => {
                self.0.push(tag::NEG);
                self.index(a, widths.nodes);
            }
            Node::Add(a, b) => {
                self.0.push(tag::ADD);
                self.indices(&[a, b], widths.nodes);
            }
            Node::Mul(a, b) => {
                self.0.push(tag::MUL);
                self.indices(&[a, b], widths.nodes);
            }
        }
    }

    fn arguments(&mut self, key: &Parts, nodes: Below) {
        self.u16(key.lookups.len());
        for lookup in key.lookups.iter() {
            self.u8(lookup.arity);
            if key.dialect.lookup_argument == LookupArgument::LogDerivative {
                self.u8(lookup.num_inputs);
            }
            lookup.inputs().for_each(|input| self.indices(input, nodes));
            self.indices(lookup.table, nodes);
        }
        self.u16(key.shuffles.len());
        for shuffle in key.shuffles.iter() {
            self.u8(count(shuffle.shuffle.len()));
            self.indices(shuffle.input, nodes);
            self.indices(shuffle.shuffle, nodes);
        }
    }

    fn commitments(&mut self, commitments: &Commitments) {
        self.u16(count(commitments.points.len()));
        for (x, y) in commitments.points.iter().filter_map(AffineRepr::xy) {
            self.field(&x);
            self.field(&y);
        }
        let below = Below(count(commitments.points.len()).saturating_add(1));
        for point in commitments.fixed.iter().chain(&commitments.permutation) {
            self.index(point.map_or(0, |i| i.saturating_add(1)), below);
        }
    }
}

/// The features byte of a key.
pub(crate) fn features(key: &Parts) -> Features {
    Features::new(key.dialect, key.accumulator.is_some())
}

/// Writes a key from its parts.
pub(crate) fn encode(key: &Parts) -> Vec<u8> {
    let num_fixed = key.num_fixed();
    let num_nodes = count(key.program.nodes.len());
    let widths = Widths {
        instance: Below(count(key.instance_lengths.len())),
        advice: Below(key.num_advice()),
        fixed: Below(num_fixed),
        advice_queries: Below(count(key.advice_queries.len())),
        fixed_queries: Below(count(key.fixed_queries.len())),
        nodes: Below(num_nodes),
    };
    let mut out = Writer(HEADER.to_vec());
    out.0.push(key.k);
    out.0.push(features(key).to_byte());
    out.u8(key.degree);
    out.field(&key.digest);
    out.0.extend(key.trusted_setup.to_bytes());
    out.instances(key, &widths);
    out.u8(count(key.phases.len()));
    for phase in &key.phases {
        out.u16(phase.advice_columns);
        out.u8(phase.challenges);
    }
    out.u16(num_fixed);
    out.queries(&key.advice_queries, widths.advice);
    out.queries(&key.fixed_queries, widths.fixed);
    out.u16(num_nodes);
    key.program
        .nodes
        .iter()
        .for_each(|node| out.node(node, &widths));
    out.u16(count(key.gates.len()));
    out.indices(&key.gates, widths.nodes);
    out.u16(count(key.permutation.len()));
    for column in &key.permutation {
        match *column {
            Column::Advice(c) => {
                out.0.push(column_tag::ADVICE);
                out.index(c, widths.advice);
            }
            Column::Fixed(c) => {
                out.0.push(column_tag::FIXED);
                out.index(c, widths.fixed);
            }
            Column::Instance(c) => {
                out.0.push(column_tag::INSTANCE);
                out.index(c, widths.instance);
            }
        }
    }
    out.arguments(key, widths.nodes);
    out.commitments(&key.commitments);
    out.0
}
