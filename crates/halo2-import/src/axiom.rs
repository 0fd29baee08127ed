//! halo2-axiom's `VerifyingKey` → [`Halo2Key`], from its public interface.

use crate::{
    circuit::{AnyColumn, Circuit, ColumnKind, Expression, ExpressionIndex, Lookup},
    error::{ErrorKind, ImportError, Subject},
    field,
    key::Halo2Key,
    pinned::MAX_DEGREE_CURE,
};
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInt, PrimeField};
use halo2_kzg_verifier::{LookupArgument, Query, TrustedSetup, limits::MAX_K};
use halo2_proofs::{
    halo2curves::{bn256, ff::PrimeField as _},
    plonk::{self, Any, ConstraintSystem},
    poly::{Rotation, kzg::commitment::ParamsKZG},
};
use std::cell::RefCell;

type Key = plonk::VerifyingKey<bn256::G1Affine>;

/// The trusted setup of a `ParamsKZG`. Anyone who knows its secret can forge proofs, as everybody does who
/// ran `ParamsKZG::setup`: that is for tests only.
pub fn trusted_setup(params: &ParamsKZG<bn256::Bn256>) -> Option<TrustedSetup> {
    let point = params.s_g2();
    let fq2 = |value: bn256::Fq2| Some(Fq2::new(fq(value.c0)?, fq(value.c1)?));
    TrustedSetup::new(G2Affine::new_unchecked(fq2(point.x)?, fq2(point.y)?))
}

impl Halo2Key {
    /// Reads a key that `keygen_vk` gave. The same key as from its pinned text, byte for byte.
    ///
    /// # Errors
    /// An [`ImportError`] about [`Subject::VerifyingKey`]: halo2-axiom limited the degree when it made the key.
    pub fn from_axiom(key: &Key) -> Result<Self, ImportError> {
        let subject = Subject::VerifyingKey;
        let malformed = || {
            ImportError::new(
                subject,
                ErrorKind::Malformed,
                "",
                "a part names one that does not exist",
            )
        };
        let circuit = read(key).ok_or_else(malformed)?;
        let (degree, limited) = (circuit.degree(), key.cs().degree());
        if usize::try_from(degree) != Ok(limited) {
            let problem =
                format!("the constraints have degree {degree}, but the key was made for {limited}");
            return Err(
                ImportError::new(subject, ErrorKind::Mismatch, "", problem).cure(MAX_DEGREE_CURE)
            );
        }
        Ok(Halo2Key { circuit, subject })
    }
}

fn read(key: &Key) -> Option<Circuit> {
    let cs = key.cs();
    let mut arena = Arena {
        cs,
        nodes: RefCell::default(),
    };
    let gates = cs.gates().iter().flat_map(|gate| gate.polynomials());
    let gates = gates.map(|gate| arena.read(gate)).collect::<Option<_>>()?;
    let mut all = |list: &[plonk::Expression<bn256::Fr>]| -> Option<Vec<ExpressionIndex>> {
        list.iter()
            .map(|expression| arena.read(expression))
            .collect()
    };
    let lookups = cs.lookups().iter().map(|lookup| {
        Some(Lookup {
            inputs: vec![all(lookup.input_expressions())?],
            table: all(lookup.table_expressions())?,
        })
    });
    let lookups: Vec<Lookup> = lookups.collect::<Option<_>>()?;
    Some(Circuit {
        k: u8::try_from(key.get_domain().k())
            .ok()
            .filter(|k| *k <= MAX_K)?,
        digest: fr(key.transcript_repr())?,
        minimum_degree: u32::try_from(cs.minimum_degree().unwrap_or(0)).ok()?,
        lookup_argument: if lookups.is_empty() {
            LookupArgument::LogDerivative
        } else {
            LookupArgument::Classic
        },
        advice_phases: cs.advice_column_phase(),
        challenge_phases: cs.challenge_phase(),
        instance_columns: u32::try_from(cs.num_instance_columns()).ok()?,
        advice_queries: queries(cs.advice_queries().iter().map(|(c, r)| (c.index(), *r)))?,
        fixed_queries: queries(cs.fixed_queries().iter().map(|(c, r)| (c.index(), *r)))?,
        instance_queries: queries(cs.instance_queries().iter().map(|(c, r)| (c.index(), *r)))?,
        expressions: arena.nodes.into_inner(),
        gates,
        permutation: permutation(cs)?,
        lookups,
        shuffles: Vec::new(),
        fixed_commitments: key
            .fixed_commitments()
            .iter()
            .map(g1)
            .collect::<Option<_>>()?,
        permutation_commitments: key
            .permutation()
            .commitments()
            .iter()
            .map(g1)
            .collect::<Option<_>>()?,
    })
}

fn queries(list: impl Iterator<Item = (usize, Rotation)>) -> Option<Vec<Query>> {
    list.map(|(column, rotation)| {
        Some(Query {
            column: u32::try_from(column).ok()?,
            rotation: rotation.0,
        })
    })
    .collect()
}

fn permutation(cs: &ConstraintSystem<bn256::Fr>) -> Option<Vec<AnyColumn>> {
    let columns = cs.permutation().get_columns();
    let columns = columns.iter().map(|column| {
        Some(AnyColumn {
            kind: match column.column_type() {
                Any::Advice(_) => ColumnKind::Advice,
                Any::Fixed => ColumnKind::Fixed,
                Any::Instance => ColumnKind::Instance,
            },
            index: u32::try_from(column.index()).ok()?,
        })
    });
    columns.collect()
}

/// Expressions, operands first.
struct Arena<'a> {
    cs: &'a ConstraintSystem<bn256::Fr>,
    nodes: RefCell<Vec<Expression>>,
}

impl Arena<'_> {
    /// `None` if the expression has a selector, or a query that the constraint system does not know.
    fn read(&mut self, expression: &plonk::Expression<bn256::Fr>) -> Option<ExpressionIndex> {
        let push = |node: Option<Expression>| {
            let mut nodes = self.nodes.borrow_mut();
            nodes.push(node?);
            Some(nodes.len() - 1)
        };
        let query = |list: Option<usize>| list.and_then(|index| u32::try_from(index).ok());
        expression.evaluate(
            &|value| push(fr(value).map(Expression::Constant)),
            &|_| None,
            &|q| {
                let mut list = self.cs.fixed_queries().iter();
                let at =
                    list.position(|(c, r)| (c.index(), *r) == (q.column_index(), q.rotation()));
                push(query(at).map(Expression::Fixed))
            },
            &|q| {
                let mut list = self.cs.advice_queries().iter();
                let at =
                    list.position(|(c, r)| (c.index(), *r) == (q.column_index(), q.rotation()));
                push(query(at).map(Expression::Advice))
            },
            &|q| {
                let mut list = self.cs.instance_queries().iter();
                let at =
                    list.position(|(c, r)| (c.index(), *r) == (q.column_index(), q.rotation()));
                push(query(at).map(Expression::Instance))
            },
            &|challenge| push(query(Some(challenge.index())).map(Expression::Challenge)),
            &|a| push(a.map(Expression::Negated)),
            &|a, b| push(a.zip(b).map(|(a, b)| Expression::Sum(a, b))),
            &|a, b| push(a.zip(b).map(|(a, b)| Expression::Product(a, b))),
            &|a, value| {
                push(
                    a.zip(fr(value))
                        .map(|(a, value)| Expression::Scaled(a, value)),
                )
            },
        )
    }
}

fn element<F: PrimeField<BigInt = BigInt<4>>>(mut little_endian: [u8; 32]) -> Option<F> {
    little_endian.reverse();
    field::from_be(&little_endian)
}

fn fr(value: bn256::Fr) -> Option<Fr> {
    element(value.to_repr())
}

fn fq(value: bn256::Fq) -> Option<Fq> {
    element(value.to_repr())
}

fn g1(point: &bn256::G1Affine) -> Option<G1Affine> {
    field::g1(Some(fq(point.x)?), Some(fq(point.y)?)).ok()
}
