//! Reads keys: any byte string that is not exactly what the writer writes is refused.

use super::format::{Below, Features, HEADER, Widths, column_tag, tag};
use crate::{
    circuit::{
        columns::{Column, Phase, Query},
        commitments::Commitments,
        dialect::{Accumulator, LookupArgument},
        expression::Node,
        normal_form,
        parts::Parts,
        tuples::{LookupSize, Lookups, Shuffles},
    },
    error::{Inconsistency, Irregularity, KeyError, KeyFault, Quantity, Value, count, within},
    field::canonical,
    limits,
    trusted_setup::TrustedSetup,
};
use alloc::vec::Vec;
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{AdditiveGroup, BigInt, PrimeField};

/// The parts of a key, with where each begins.
pub(crate) struct Decoded {
    pub(crate) parts: Parts,
    pub(crate) offsets: Offsets,
}

/// Where the parts of a key begin, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Offsets {
    k: u64,
    features: u64,
    degree: u64,
    trusted_setup: u64,
    instances: u64,
    accumulator: u64,
    phases: u64,
    num_fixed: u64,
    advice_queries: u64,
    fixed_queries: u64,
    nodes: u64,
    gates: u64,
    permutation: u64,
    lookups: u64,
    shuffles: u64,
    commitments: u64,
}

impl Offsets {
    /// Names the part that a fault found after reading lies in.
    pub(crate) fn locate(&self, fault: KeyFault) -> KeyError {
        use {Inconsistency as I, Quantity as Q};
        let offset = match fault {
            KeyFault::Limit { quantity, .. } => match quantity {
                Q::K => self.k,
                Q::Phases | Q::AdviceColumns | Q::Challenges => self.phases,
                Q::InstanceColumns => self.instances,
                Q::FixedColumns => self.num_fixed,
                Q::FixedQueries => self.fixed_queries,
                Q::AdviceQueries | Q::Rotation | Q::DistinctRotations | Q::RotationSets => {
                    self.advice_queries
                }
                Q::Nodes | Q::InstanceRotations => self.nodes,
                Q::Degree => self.degree,
                Q::Gates => self.gates,
                Q::PermutationColumns => self.permutation,
                Q::Lookups | Q::LookupInputs | Q::TupleSize => self.lookups,
                Q::Shuffles => self.shuffles,
            },
            KeyFault::Inconsistent(inconsistency) => match inconsistency {
                I::TooFewRows => self.k,
                I::UnknownFeature | I::ClassicWithoutLookups => self.features,
                I::DegreeTooLow => self.degree,
                I::TooManyPublicInputs => self.instances,
                I::Accumulator => self.accumulator,
                I::EmptyPhase => self.phases,
                I::UnknownColumn | I::RepeatedQuery | I::CoincidingRotations => self.advice_queries,
                I::UnqueriedColumn => self.fixed_queries,
                I::UnknownNodeKind | I::UnknownNode | I::UnknownLeaf => self.nodes,
                I::UnknownPermutationColumn
                | I::RepeatedPermutationColumn
                | I::PermutationColumnNotQueried
                | I::PermutationCommitments => self.permutation,
                I::Arity | I::EmptyLookup | I::SeveralClassicInputs => self.lookups,
                I::EmptyShuffle => self.shuffles,
                I::UnknownCommitment => self.commitments,
            },
            KeyFault::NotNormalForm(irregularity) => match irregularity {
                Irregularity::RepeatedNode
                | Irregularity::NodesOutOfOrder
                | Irregularity::UnusedNode => self.nodes,
                Irregularity::IdentityAmongPoints
                | Irregularity::RepeatedPoint
                | Irregularity::PointsOutOfOrder
                | Irregularity::UnusedPoint => self.commitments,
            },
            KeyFault::InvalidTrustedSetup => self.trusted_setup,
            KeyFault::UnknownExpression => self.nodes,
            KeyFault::PointNotOnCurve => self.commitments,
            KeyFault::Truncated { .. }
            | KeyFault::TrailingBytes { .. }
            | KeyFault::UnknownVersion
            | KeyFault::NotCanonical(_) => 0,
        };
        KeyError {
            fault,
            offset: Some(offset),
        }
    }
}

/// Reads the parts of a key, expressions and commitments checked to be in normal form. A setup that is
/// among the `known` ones has been checked before.
///
/// # Errors
/// The first fault, and where it lies.
pub(crate) fn decode(bytes: &[u8], known: &[TrustedSetup]) -> Result<Decoded, KeyError> {
    let mut reader = Reader {
        bytes,
        known,
        position: 0,
        item: 0,
    };
    let mut offsets = Offsets::default();
    let parts = reader.key(&mut offsets).map_err(|fault| KeyError {
        fault,
        offset: Some(reader.item as u64),
    })?;
    Ok(Decoded { parts, offsets })
}

struct Reader<'a> {
    bytes: &'a [u8],
    known: &'a [TrustedSetup],
    position: usize,
    /// Where the item that is being read begins.
    item: usize,
}

/// What a key begins with.
struct Head {
    k: u8,
    features: Features,
    degree: u32,
    digest: Fr,
    trusted_setup: TrustedSetup,
    instance_lengths: Vec<u32>,
    accumulator: Option<Accumulator>,
}

/// The columns of the proof and of the key.
struct Columns {
    phases: Vec<Phase>,
    num_advice: u32,
    num_fixed: u32,
    advice_queries: Vec<Query>,
    fixed_queries: Vec<Query>,
}

/// The nodes, not yet known to be in normal form, and the arguments over them.
struct Expressions {
    nodes: Vec<Node>,
    gates: Vec<u32>,
    permutation: Vec<Column>,
    lookups: Lookups,
    shuffles: Shuffles,
}

const UNKNOWN_NODE: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownNode);

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    fn truncated(&self) -> KeyFault {
        KeyFault::Truncated {
            length: self.bytes.len() as u64,
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyFault> {
        self.item = self.position;
        let (taken, _) = self
            .rest()
            .split_first_chunk()
            .ok_or_else(|| self.truncated())?;
        self.position = self.position.saturating_add(N);
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u32, KeyFault> {
        self.array::<1>().map(|[byte]| byte.into())
    }

    fn u16(&mut self) -> Result<u32, KeyFault> {
        self.array().map(|bytes| u16::from_be_bytes(bytes).into())
    }

    /// A count of things that take at least `each` bytes: refused before anything is allocated if
    /// the bytes for them are not there.
    fn count(&mut self, each: usize) -> Result<u32, KeyFault> {
        let number = self.u16()?;
        if (number as usize).saturating_mul(each) > self.rest().len() {
            return Err(self.truncated());
        }
        Ok(number)
    }

    /// Reads `number` items, which [`count`](Self::count) has seen the bytes of.
    fn list<T>(
        &mut self,
        number: u32,
        mut item: impl FnMut(&mut Self) -> Result<T, KeyFault>,
    ) -> Result<Vec<T>, KeyFault> {
        let mut list = Vec::with_capacity((number as usize).min(self.rest().len()));
        for _ in 0..number {
            list.push(item(self)?);
        }
        Ok(list)
    }

    fn index(&mut self, below: Below, unknown: KeyFault) -> Result<u32, KeyFault> {
        let value = if below.is_wide() {
            self.u16()?
        } else {
            self.u8()?
        };
        if value < below.0 {
            Ok(value)
        } else {
            Err(unknown)
        }
    }

    fn field<F: PrimeField<BigInt = BigInt<4>>>(&mut self, what: Value) -> Result<F, KeyFault> {
        canonical(&self.array::<32>()?).ok_or(KeyFault::NotCanonical(what))
    }

    fn trusted_setup(&mut self) -> Result<TrustedSetup, KeyFault> {
        let bytes = self.array()?;
        match self.known.iter().find(|setup| setup.to_bytes() == bytes) {
            Some(setup) => Ok(setup.clone()),
            None => TrustedSetup::from_bytes(&bytes).ok_or(KeyFault::InvalidTrustedSetup),
        }
    }

    fn key(&mut self, offsets: &mut Offsets) -> Result<Parts, KeyFault> {
        let head = self.head(offsets)?;
        let columns = self.columns(offsets)?;
        let expressions = self.expressions(&head, &columns, offsets)?;
        offsets.commitments = self.position as u64;
        let num_permutation = count(expressions.permutation.len());
        let commitments = self.commitments(columns.num_fixed, num_permutation)?;
        self.item = self.position;
        if !self.rest().is_empty() {
            return Err(KeyFault::TrailingBytes {
                extra: self.rest().len() as u64,
            });
        }
        // The roots, in the key's order.
        let (lookups, shuffles) = (&expressions.lookups, &expressions.shuffles);
        let roots = expressions.gates.iter();
        let roots = roots.chain(lookups.nodes()).chain(shuffles.nodes());
        let program = normal_form::check(expressions.nodes, roots.copied())
            .inspect_err(|_| self.item = usize::try_from(offsets.nodes).unwrap_or_default())?;
        Ok(Parts {
            k: head.k,
            dialect: head.features.dialect(),
            degree: head.degree,
            digest: head.digest,
            trusted_setup: head.trusted_setup,
            instance_lengths: head.instance_lengths,
            accumulator: head.accumulator,
            phases: columns.phases,
            advice_queries: columns.advice_queries,
            fixed_queries: columns.fixed_queries,
            program,
            gates: expressions.gates,
            permutation: expressions.permutation,
            lookups: expressions.lookups,
            shuffles: expressions.shuffles,
            commitments,
        })
    }

    /// Everything before the columns.
    fn head(&mut self, offsets: &mut Offsets) -> Result<Head, KeyFault> {
        if self.array()? != HEADER {
            return Err(KeyFault::UnknownVersion);
        }
        offsets.k = self.position as u64;
        let [k] = self.array()?;
        offsets.features = self.position as u64;
        let features = self.features()?;
        offsets.degree = self.position as u64;
        let degree = self.u8()?;
        let digest = self.field(Value::Digest)?;
        offsets.trusted_setup = self.position as u64;
        let trusted_setup = self.trusted_setup()?;
        offsets.instances = self.position as u64;
        let instance_lengths = self.instance_lengths()?;
        offsets.accumulator = self.position as u64;
        let accumulator = match features.has_accumulator() {
            true => Some(self.accumulator(Below(count(instance_lengths.len())))?),
            false => None,
        };
        Ok(Head {
            k,
            features,
            degree,
            digest,
            trusted_setup,
            instance_lengths,
            accumulator,
        })
    }

    /// The phases, and the columns with what is queried of them.
    fn columns(&mut self, offsets: &mut Offsets) -> Result<Columns, KeyFault> {
        offsets.phases = self.position as u64;
        let phases = self.phases()?;
        let columns = phases.iter().map(|phase| phase.advice_columns);
        let num_advice = columns.fold(0, u32::saturating_add);
        within(
            Quantity::AdviceColumns,
            num_advice,
            limits::MAX_ADVICE_COLUMNS,
        )?;
        offsets.num_fixed = self.position as u64;
        let num_fixed = self.u16()?;
        offsets.advice_queries = self.position as u64;
        let advice_queries = self.queries(Below(num_advice))?;
        offsets.fixed_queries = self.position as u64;
        let fixed_queries = self.queries(Below(num_fixed))?;
        Ok(Columns {
            phases,
            num_advice,
            num_fixed,
            advice_queries,
            fixed_queries,
        })
    }

    /// The nodes, and the arguments over them.
    fn expressions(
        &mut self,
        head: &Head,
        columns: &Columns,
        offsets: &mut Offsets,
    ) -> Result<Expressions, KeyFault> {
        offsets.nodes = self.position as u64;
        let num_nodes = self.count(1)?;
        let widths = Widths {
            instance: Below(count(head.instance_lengths.len())),
            advice: Below(columns.num_advice),
            fixed: Below(columns.num_fixed),
            advice_queries: Below(count(columns.advice_queries.len())),
            fixed_queries: Below(count(columns.fixed_queries.len())),
            nodes: Below(num_nodes),
        };
        let nodes = self.list(num_nodes, |reader| reader.node(&widths))?;
        offsets.gates = self.position as u64;
        let num_gates = self.count(1)?;
        let gates = self.list(num_gates, |reader| reader.index(widths.nodes, UNKNOWN_NODE))?;
        offsets.permutation = self.position as u64;
        let permutation = self.permutation(&widths)?;
        offsets.lookups = self.position as u64;
        let kind = head.features.dialect().lookup_argument;
        let lookups = self.lookups(kind, widths.nodes)?;
        offsets.shuffles = self.position as u64;
        let shuffles = self.shuffles(widths.nodes)?;
        Ok(Expressions {
            nodes,
            gates,
            permutation,
            lookups,
            shuffles,
        })
    }

    fn features(&mut self) -> Result<Features, KeyFault> {
        const UNKNOWN: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownFeature);
        let [byte] = self.array()?;
        Features::from_byte(byte).ok_or(UNKNOWN)
    }

    fn instance_lengths(&mut self) -> Result<Vec<u32>, KeyFault> {
        let number = self.u8()?;
        self.list(number, |reader| reader.array().map(u32::from_be_bytes))
    }

    fn accumulator(&mut self, columns: Below) -> Result<Accumulator, KeyFault> {
        const UNKNOWN: KeyFault = KeyFault::Inconsistent(Inconsistency::Accumulator);
        Ok(Accumulator {
            column: self.index(columns, UNKNOWN)?,
            row: u32::from_be_bytes(self.array()?),
            limbs: self.u8()?,
            bits: self.u8()?,
        })
    }

    fn phases(&mut self) -> Result<Vec<Phase>, KeyFault> {
        let number = self.u8()?;
        self.list(number, |reader| {
            Ok(Phase {
                advice_columns: reader.u16()?,
                challenges: reader.u8()?,
            })
        })
    }

    fn queries(&mut self, columns: Below) -> Result<Vec<Query>, KeyFault> {
        const UNKNOWN: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownColumn);
        let number = self.count(2)?;
        self.list(number, |reader| reader.query(columns, UNKNOWN))
    }

    fn query(&mut self, columns: Below, unknown: KeyFault) -> Result<Query, KeyFault> {
        let column = self.index(columns, unknown)?;
        let rotation = self.array().map(i8::from_be_bytes)?.into();
        Ok(Query { column, rotation })
    }

    fn node(&mut self, widths: &Widths) -> Result<Node, KeyFault> {
        const LEAF: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownLeaf);
        let [tag] = self.array()?;
        Ok(match tag {
            tag::CONSTANT => Node::Constant(self.field(Value::Constant)?),
            tag::INSTANCE => Node::Instance(self.query(widths.instance, LEAF)?),
            tag::FIXED => Node::Fixed(self.index(widths.fixed_queries, LEAF)?),
            tag::ADVICE => Node::Advice(self.index(widths.advice_queries, LEAF)?),
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
            _ => return Err(KeyFault::Inconsistent(Inconsistency::UnknownNodeKind)),
        })
    }

    fn permutation(&mut self, widths: &Widths) -> Result<Vec<Column>, KeyFault> {
        const UNKNOWN: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownPermutationColumn);
        let number = self.count(1)?;
        self.list(number, |reader| {
            let [tag] = reader.array()?;
            match tag {
                column_tag::ADVICE => Ok(Column::Advice(reader.index(widths.advice, UNKNOWN)?)),
                column_tag::FIXED => Ok(Column::Fixed(reader.index(widths.fixed, UNKNOWN)?)),
                column_tag::INSTANCE => {
                    Ok(Column::Instance(reader.index(widths.instance, UNKNOWN)?))
                }
                _ => Err(UNKNOWN),
            }
        })
    }

    fn lookups(&mut self, kind: LookupArgument, nodes: Below) -> Result<Lookups, KeyFault> {
        let mut lookups = Lookups::default();
        for _ in 0..self.count(3)? {
            let arity = self.u8()?;
            let inputs = match kind {
                LookupArgument::LogDerivative => self.u8()?,
                LookupArgument::Classic => 1,
            };
            let size = LookupSize { arity, inputs };
            lookups.push(size, || self.index(nodes, UNKNOWN_NODE))?;
        }
        Ok(lookups)
    }

    fn shuffles(&mut self, nodes: Below) -> Result<Shuffles, KeyFault> {
        let mut shuffles = Shuffles::default();
        for _ in 0..self.count(3)? {
            let arity = self.u8()?;
            shuffles.push(arity, || self.index(nodes, UNKNOWN_NODE))?;
        }
        Ok(shuffles)
    }

    fn point(&mut self) -> Result<G1Affine, KeyFault> {
        let x: Fq = self.field(Value::Commitment)?;
        let y: Fq = self.field(Value::Commitment)?;
        if x == Fq::ZERO && y == Fq::ZERO {
            return Err(KeyFault::NotNormalForm(Irregularity::IdentityAmongPoints));
        }
        let point = G1Affine::new_unchecked(x, y);
        if point.is_on_curve() {
            Ok(point)
        } else {
            Err(KeyFault::PointNotOnCurve)
        }
    }

    fn commitments(&mut self, fixed: u32, permutation: u32) -> Result<Commitments, KeyFault> {
        let number = self.count(64)?;
        let points = self.list(number, Self::point)?;
        if Commitments::has_repeated_points(&points) {
            return Err(KeyFault::NotNormalForm(Irregularity::RepeatedPoint));
        }
        let below = Below(number.saturating_add(1));
        let mut used = 0u32;
        let mut marker = |reader: &mut Self| {
            const UNKNOWN: KeyFault = KeyFault::Inconsistent(Inconsistency::UnknownCommitment);
            let marker = reader.index(below, UNKNOWN)?;
            if marker > used.saturating_add(1) {
                return Err(KeyFault::NotNormalForm(Irregularity::PointsOutOfOrder));
            }
            used = used.max(marker);
            Ok(marker.checked_sub(1))
        };
        let fixed = self.list(fixed, &mut marker)?;
        let permutation = self.list(permutation, &mut marker)?;
        if used != number {
            return Err(KeyFault::NotNormalForm(Irregularity::UnusedPoint));
        }
        Ok(Commitments {
            points,
            fixed,
            permutation,
        })
    }
}
