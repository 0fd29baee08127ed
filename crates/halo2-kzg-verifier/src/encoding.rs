//! The canonical encoding of a key: one key, one byte string.
//!
//! Integers are unsigned and big-endian. An *index below N* takes one byte if N ≤ 256, else two; a
//! scalar 32 bytes; a point `x ‖ y`; everything canonical. In order:
//!
//! | part | bytes |
//! |---|---|
//! | header | 0x00 (STOP), the version 0x01 |
//! | k | 1 |
//! | digest | 32 |
//! | \[s\]G2 | 128: `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` |
//! | number of public inputs | 4 |
//! | phases | count 1; each: advice columns 2, challenges 1 |
//! | number of fixed columns | 2 |
//! | advice queries | count 2; each: column, index below the number of advice columns; rotation 1, signed |
//! | fixed queries | count 2; each: column, index below the number of fixed columns; rotation 1, signed |
//! | nodes | count 2; each: tag 1 and operands (below) |
//! | gates | count 2; each: node |
//! | permutation columns | count 2; each: tag 1 (0 advice, 1 fixed, 2 instance), column unless instance |
//! | lookups | count 2; each: arity 1, inputs 1, the inputs' nodes, the table's nodes |
//! | shuffles | count 2; each: arity 1, the input's nodes, the shuffle's nodes |
//! | points | count 2; each 64 |
//! | fixed commitments | for each fixed column: 0 = identity, i+1 = point i; index below points + 1 |
//! | permutation commitments | for each permutation column: the same |
//!
//! Node tags: 0 constant (scalar), 1 instance, 2 fixed (query), 3 advice (query), 4 challenge (1
//! byte), 5 negation (node), 6 sum (two nodes), 7 product (two nodes). A node is an index below the
//! number of nodes, a query one below the number of its kind's queries.
//!
//! The normal form: nodes as in the module `expression`, the roots in the order of this table (a
//! lookup's inputs before its table); points distinct, in the order of their first use, each used.

use crate::{
    Fq, Fr, G1Affine,
    arguments::{Lookups, Shuffles},
    expression::{Node, Program},
    key::{Column, Commitments, KeyError, Phase, Query, VerifyingKey, count},
    limits,
    shape::Shape,
    srs,
    transcript::canonical,
};
use alloc::{collections::BTreeSet, vec::Vec};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};

/// The version byte of the encoding.
pub const ENCODING_VERSION: u8 = 1;

const HEADER: [u8; 2] = [0x00, ENCODING_VERSION];

mod tag {
    pub(super) const CONSTANT: u8 = 0;
    pub(super) const INSTANCE: u8 = 1;
    pub(super) const FIXED: u8 = 2;
    pub(super) const ADVICE: u8 = 3;
    pub(super) const CHALLENGE: u8 = 4;
    pub(super) const NEG: u8 = 5;
    pub(super) const ADD: u8 = 6;
    pub(super) const MUL: u8 = 7;
}

mod column_tag {
    pub(super) const ADVICE: u8 = 0;
    pub(super) const FIXED: u8 = 1;
    pub(super) const INSTANCE: u8 = 2;
}

/// How many values an index may take; decides its width.
#[derive(Clone, Copy)]
struct Below(u32);

impl Below {
    fn is_wide(self) -> bool {
        self.0 > 256
    }
}

/// What the widths of a key's indices follow from.
#[derive(Clone, Copy)]
struct Widths {
    advice: Below,
    fixed: Below,
    advice_queries: Below,
    fixed_queries: Below,
    nodes: Below,
}

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

    fn field<F: PrimeField>(&mut self, value: &F) {
        self.0.extend(value.into_bigint().to_bytes_be());
    }

    fn queries(&mut self, queries: &[Query], columns: Below) {
        self.u16(count(queries.len()));
        for query in queries {
            self.index(query.column, columns);
            self.u8(query.rotation.cast_unsigned());
        }
    }

    fn node(&mut self, node: &Node, widths: &Widths) {
        match *node {
            Node::Constant(value) => {
                self.0.push(tag::CONSTANT);
                self.field(&value);
            }
            Node::Instance => self.0.push(tag::INSTANCE),
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

    fn arguments(&mut self, key: &VerifyingKey, nodes: Below) {
        self.u16(key.lookups.len());
        for lookup in key.lookups.iter() {
            self.u8(lookup.arity);
            self.u8(lookup.num_inputs);
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

pub(crate) fn encode(key: &VerifyingKey) -> Vec<u8> {
    let widths = Widths {
        advice: Below(key.num_advice()),
        fixed: Below(key.num_fixed()),
        advice_queries: Below(count(key.advice_queries.len())),
        fixed_queries: Below(count(key.fixed_queries.len())),
        nodes: Below(key.num_nodes()),
    };
    let mut out = Writer(HEADER.to_vec());
    out.0.push(key.k);
    out.field(&key.digest);
    out.0.extend(srs::encode_s_g2(&key.s_g2));
    out.0.extend(key.num_public_inputs.to_be_bytes());
    out.u8(count(key.phases.len()));
    for phase in &key.phases {
        out.u16(phase.advice_columns);
        out.u8(phase.challenges);
    }
    out.u16(key.num_fixed());
    out.queries(&key.advice_queries, widths.advice);
    out.queries(&key.fixed_queries, widths.fixed);
    out.u16(key.num_nodes());
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
            Column::Instance => out.0.push(column_tag::INSTANCE),
        }
    }
    out.arguments(key, widths.nodes);
    out.commitments(&key.commitments);
    out.0
}

const UNKNOWN_NODE: &str = "an unknown expression node";

struct Reader<'a> {
    rest: &'a [u8],
    length: u64,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, number: usize) -> Result<&'a [u8], KeyError> {
        let truncated = KeyError::Truncated {
            length: self.length,
        };
        let (taken, rest) = self.rest.split_at_checked(number).ok_or(truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let truncated = KeyError::Truncated {
            length: self.length,
        };
        self.bytes(N)?.try_into().map_err(|_| truncated)
    }

    fn u8(&mut self) -> Result<u32, KeyError> {
        self.array::<1>().map(|[byte]| byte.into())
    }

    fn u16(&mut self) -> Result<u32, KeyError> {
        self.array().map(|bytes| u16::from_be_bytes(bytes).into())
    }

    /// A count of things that take at least `each` bytes: refused before anything is allocated if
    /// the bytes for them are not there.
    fn count(&mut self, each: usize) -> Result<u32, KeyError> {
        let number = self.u16()?;
        if (number as usize).saturating_mul(each) > self.rest.len() {
            return Err(KeyError::Truncated {
                length: self.length,
            });
        }
        Ok(number)
    }

    fn index(&mut self, below: Below, what: &'static str) -> Result<u32, KeyError> {
        let value = if below.is_wide() {
            self.u16()?
        } else {
            self.u8()?
        };
        if value < below.0 {
            Ok(value)
        } else {
            Err(KeyError::Inconsistent(what))
        }
    }

    fn field<F: PrimeField<BigInt = ark_ff::BigInt<4>>>(
        &mut self,
        what: &'static str,
    ) -> Result<F, KeyError> {
        canonical(self.bytes(32)?).ok_or(KeyError::NotCanonical(what))
    }

    fn queries(&mut self, columns: Below) -> Result<Vec<Query>, KeyError> {
        let number = self.count(2)?;
        (0..number)
            .map(|_| {
                let column = self.index(columns, "a query names an unknown column")?;
                let [rotation] = self.array()?;
                Ok(Query {
                    column,
                    rotation: i8::from_be_bytes([rotation]).into(),
                })
            })
            .collect()
    }

    fn nodes(&mut self, number: u32, below: Below) -> Result<Vec<u32>, KeyError> {
        (0..number)
            .map(|_| self.index(below, UNKNOWN_NODE))
            .collect()
    }

    fn node(&mut self, widths: &Widths) -> Result<Node, KeyError> {
        const QUERY: &str = "an expression names an unknown query";
        let [tag] = self.array()?;
        Ok(match tag {
            tag::CONSTANT => Node::Constant(self.field("a constant")?),
            tag::INSTANCE => Node::Instance,
            tag::FIXED => Node::Fixed(self.index(widths.fixed_queries, QUERY)?),
            tag::ADVICE => Node::Advice(self.index(widths.advice_queries, QUERY)?),
            tag::CHALLENGE => Node::Challenge(self.u8()?),
            tag::NEG => Node::Neg(self.index(widths.nodes, UNKNOWN_NODE)?),
            tag::ADD => Node::Add(
                self.index(widths.nodes, UNKNOWN_NODE)?,
                self.index(widths.nodes, UNKNOWN_NODE)?,
            ),
            tag::MUL => Node::Mul(
                self.index(widths.nodes, UNKNOWN_NODE)?,
                self.index(widths.nodes, UNKNOWN_NODE)?,
            ),
            _ => return Err(KeyError::Inconsistent("an unknown kind of expression node")),
        })
    }

    fn permutation(&mut self, widths: &Widths) -> Result<Vec<Column>, KeyError> {
        const UNKNOWN: &str = "a permutation column is unknown";
        let number = self.count(1)?;
        (0..number)
            .map(|_| {
                let [tag] = self.array()?;
                match tag {
                    column_tag::ADVICE => Ok(Column::Advice(self.index(widths.advice, UNKNOWN)?)),
                    column_tag::FIXED => Ok(Column::Fixed(self.index(widths.fixed, UNKNOWN)?)),
                    column_tag::INSTANCE => Ok(Column::Instance),
                    _ => Err(KeyError::Inconsistent(UNKNOWN)),
                }
            })
            .collect()
    }

    fn lookups(&mut self, nodes: Below) -> Result<Lookups, KeyError> {
        let mut lookups = Lookups::default();
        for _ in 0..self.count(4)? {
            let (arity, inputs) = (self.u8()?, self.u8()?);
            lookups.read((arity, inputs), || self.index(nodes, UNKNOWN_NODE))?;
        }
        Ok(lookups)
    }

    fn shuffles(&mut self, nodes: Below) -> Result<Shuffles, KeyError> {
        let mut shuffles = Shuffles::default();
        for _ in 0..self.count(3)? {
            let arity = self.u8()?;
            shuffles.read(arity, || self.index(nodes, UNKNOWN_NODE))?;
        }
        Ok(shuffles)
    }

    fn point(&mut self) -> Result<G1Affine, KeyError> {
        let (x, y): (Fq, Fq) = (self.field("a commitment")?, self.field("a commitment")?);
        if x == Fq::ZERO && y == Fq::ZERO {
            return Err(KeyError::NotNormalForm(
                "the identity stands among the points",
            ));
        }
        let point = G1Affine::new_unchecked(x, y);
        if point.is_on_curve() {
            Ok(point)
        } else {
            Err(KeyError::PointNotOnCurve)
        }
    }

    fn commitments(&mut self, fixed: u32, permutation: u32) -> Result<Commitments, KeyError> {
        let number = self.count(64)?;
        let points = (0..number)
            .map(|_| self.point())
            .collect::<Result<Vec<_>, _>>()?;
        let distinct: BTreeSet<_> = points.iter().map(|p| (p.x, p.y)).collect();
        if distinct.len() != points.len() {
            return Err(KeyError::NotNormalForm("a commitment is stored twice"));
        }
        let below = Below(number.saturating_add(1));
        let mut used = 0u32;
        let mut columns = |columns: u32| -> Result<Vec<Option<u32>>, KeyError> {
            (0..columns)
                .map(|_| {
                    let marker = self.index(below, "an unknown commitment")?;
                    if marker > used.saturating_add(1) {
                        return Err(KeyError::NotNormalForm("commitments are out of order"));
                    }
                    used = used.max(marker);
                    Ok(marker.checked_sub(1))
                })
                .collect()
        };
        let fixed = columns(fixed)?;
        let permutation = columns(permutation)?;
        if used != number {
            return Err(KeyError::NotNormalForm("a commitment is unused"));
        }
        Ok(Commitments {
            points,
            fixed,
            permutation,
        })
    }
}

pub(crate) fn decode(bytes: &[u8]) -> Result<VerifyingKey, KeyError> {
    let mut r = Reader {
        rest: bytes,
        length: bytes.len() as u64,
    };
    if r.array()? != HEADER {
        return Err(KeyError::UnknownVersion);
    }
    let [k] = r.array()?;
    let digest: Fr = r.field("the digest")?;
    let s_g2 = srs::decode_s_g2(&r.array()?).ok_or(KeyError::InvalidSG2)?;
    let num_public_inputs = u32::from_be_bytes(r.array()?);
    let num_phases = r.u8()?;
    let phases = (0..num_phases)
        .map(|_| {
            Ok(Phase {
                advice_columns: r.u16()?,
                challenges: r.u8()?,
            })
        })
        .collect::<Result<Vec<_>, KeyError>>()?;
    let num_advice = phases
        .iter()
        .fold(0u32, |sum, p| sum.saturating_add(p.advice_columns));
    if num_advice > limits::MAX_ADVICE_COLUMNS {
        return Err(KeyError::limit(
            "advice columns",
            limits::MAX_ADVICE_COLUMNS,
        ));
    }
    let (advice, num_fixed) = (Below(num_advice), r.u16()?);
    let fixed = Below(num_fixed);
    let advice_queries = r.queries(advice)?;
    let fixed_queries = r.queries(fixed)?;
    let num_nodes = r.count(1)?;
    let widths = Widths {
        advice,
        fixed,
        advice_queries: Below(count(advice_queries.len())),
        fixed_queries: Below(count(fixed_queries.len())),
        nodes: Below(num_nodes),
    };
    let nodes = (0..num_nodes)
        .map(|_| r.node(&widths))
        .collect::<Result<Vec<_>, _>>()?;
    let num_gates = r.count(1)?;
    let gates = r.nodes(num_gates, widths.nodes)?;
    let permutation = r.permutation(&widths)?;
    let lookups = r.lookups(widths.nodes)?;
    let shuffles = r.shuffles(widths.nodes)?;
    let commitments = r.commitments(num_fixed, count(permutation.len()))?;
    if !r.rest.is_empty() {
        return Err(KeyError::TrailingBytes {
            extra: r.rest.len() as u64,
        });
    }
    // The roots, in the key's order.
    let roots = gates.iter().chain(lookups.nodes()).chain(shuffles.nodes());
    let program = Program::from_nodes(nodes, roots.copied())?;
    VerifyingKey {
        k,
        digest,
        s_g2,
        num_public_inputs,
        phases,
        advice_queries,
        fixed_queries,
        program,
        gates,
        permutation,
        lookups,
        shuffles,
        commitments,
        shape: Shape::default(),
    }
    .checked()
}

#[cfg(test)]
mod tests {
    //! Keys that break the normal form, written as no encoder of ours would.

    use super::*;
    use std::path::Path;

    fn mlp() -> VerifyingKey {
        let vka = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp/vka.bin");
        let key = ezkl_import::import_vka(&std::fs::read(vka).unwrap()).unwrap();
        decode(&key.encode()).unwrap()
    }

    /// Decodes what the changed key would be written as.
    fn decoded(change: impl FnOnce(&mut VerifyingKey)) -> Result<VerifyingKey, KeyError> {
        let mut key = mlp();
        change(&mut key);
        decode(&encode(&key))
    }

    fn shift(key: &mut VerifyingKey, from: u32, by: i64) {
        let moved = |id: u32| {
            if id >= from {
                u32::try_from(i64::from(id) + by).unwrap()
            } else {
                id
            }
        };
        for node in &mut key.program.nodes {
            *node = match *node {
                Node::Neg(a) => Node::Neg(moved(a)),
                Node::Add(a, b) => Node::Add(moved(a), moved(b)),
                Node::Mul(a, b) => Node::Mul(moved(a), moved(b)),
                leaf => leaf,
            };
        }
        let tuples = key.lookups.nodes_mut_for_test().iter_mut();
        for root in key.gates.iter_mut().chain(tuples) {
            *root = moved(*root);
        }
    }

    #[test]
    fn refuses_nodes_unused_duplicated_and_reordered() {
        let unused = decoded(|key| key.program.nodes.push(Node::Challenge(0)));
        assert_eq!(
            unused,
            Err(KeyError::NotNormalForm("an expression node is unused"))
        );

        let duplicated = decoded(|key| {
            // A copy of node 0 in second place, used by the first node that used the original.
            let first = key.program.nodes[0];
            shift(key, 1, 1);
            key.program.nodes.insert(1, first);
            let user = key
                .program
                .nodes
                .iter_mut()
                .skip(2)
                .find_map(|node| match node {
                    Node::Add(a, _) | Node::Mul(a, _) | Node::Neg(a) if *a == 0 => Some(a),
                    _ => None,
                });
            *user.unwrap() = 1;
        });
        assert!(
            matches!(duplicated, Err(KeyError::NotNormalForm(_))),
            "{duplicated:?}"
        );

        let reordered = decoded(|key| {
            key.program.nodes.swap(0, 1);
            for node in &mut key.program.nodes {
                let swapped = |id: u32| if id < 2 { 1 - id } else { id };
                *node = node.with_operands_for_test(swapped);
            }
        });
        assert!(
            matches!(reordered, Err(KeyError::NotNormalForm(_))),
            "{reordered:?}"
        );
    }

    #[test]
    fn refuses_commitments_stored_twice_unused_or_out_of_order() {
        let twice = decoded(|key| {
            let first = key.commitments.points[0];
            key.commitments.points.push(first);
            let last = count(key.commitments.points.len()) - 1;
            *key.commitments.permutation.last_mut().unwrap() = Some(last);
        });
        assert_eq!(
            twice,
            Err(KeyError::NotNormalForm("a commitment is stored twice"))
        );

        let unused = decoded(|key| {
            let first = -key.commitments.points[0];
            key.commitments.points.push(first);
        });
        assert_eq!(
            unused,
            Err(KeyError::NotNormalForm("a commitment is unused"))
        );

        let swapped = decoded(|key| {
            key.commitments.points.swap(0, 1);
            let columns = key
                .commitments
                .fixed
                .iter_mut()
                .chain(&mut key.commitments.permutation);
            for index in columns.flatten().filter(|index| **index < 2) {
                *index = 1 - *index;
            }
        });
        assert_eq!(
            swapped,
            Err(KeyError::NotNormalForm("commitments are out of order"))
        );
    }

    #[test]
    fn refuses_the_identity_and_points_off_the_curve_among_the_commitments() {
        let key = mlp();
        let mut bytes = encode(&key);
        let x = key.commitments.points[0].x.into_bigint().to_bytes_be();
        let at = bytes.windows(32).position(|word| word == x).unwrap();
        let mut with = |x: u8, y: u8| {
            bytes[at..at + 64].fill(0);
            (bytes[at + 31], bytes[at + 63]) = (x, y);
            decode(&bytes)
        };
        assert_eq!(
            with(0, 0),
            Err(KeyError::NotNormalForm(
                "the identity stands among the points"
            ))
        );
        for (x, y) in [(0, 1), (1, 0), (1, 3)] {
            assert_eq!(with(x, y), Err(KeyError::PointNotOnCurve));
        }
    }

    #[test]
    fn refuses_headers_of_another_version() {
        let bytes = encode(&mlp());
        for (i, value) in [(0, 0xfe), (1, 0), (1, 2)] {
            let mut changed = bytes.clone();
            changed[i] = value;
            assert_eq!(decode(&changed), Err(KeyError::UnknownVersion));
        }
    }

    #[test]
    fn refuses_counts_that_the_bytes_cannot_hold() {
        // The number of fixed columns stands behind the header, k, digest, [s]G2, inputs and phases.
        let mut bytes = encode(&mlp());
        let at = 2 + 1 + 32 + 128 + 4 + 1 + 3;
        assert_eq!(bytes[at..at + 2], [0, 12]);
        bytes[at..at + 2].copy_from_slice(&[0xff, 0xff]);
        assert!(decode(&bytes).is_err());
    }
}
