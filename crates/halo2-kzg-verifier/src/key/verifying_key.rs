//! The verifying key (spec, section 5).

use super::{
    encoding::{format::Features, reader, writer},
    layout::Layout,
};
use crate::{
    circuit::{
        columns::{Column, Phase, Query},
        description::CircuitDescription,
        dialect::{Accumulator, LookupArgument, Opening, TranscriptHash},
        rules::Circuit,
    },
    error::{KeyError, KeyFault, count},
    opening::plan::Plan,
    trusted_setup::TrustedSetup,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use sha3::{Digest, Keccak256};

/// A circuit's verifying key: validated, in normal form, with exactly one encoding.
///
/// Accepting a proof means trusting everything in its key: the gates, the commitments and \[s\]G2.
/// Pin the key by its [`id`](Self::id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    pub(crate) circuit: Circuit,
    pub(crate) layout: Layout,
    pub(crate) plan: Plan,
}

impl VerifyingKey {
    /// Brings a description into the normal form, checks it, and derives what follows from it.
    ///
    /// # Errors
    /// The first limit or consistency rule that the description breaks.
    pub fn new(description: CircuitDescription) -> Result<Self, KeyError> {
        let circuit = Circuit::new(description.normalise()?)?;
        Ok(Self::of(circuit)?)
    }

    /// Reads the canonical encoding (spec, section 5.2).
    ///
    /// # Errors
    /// Everything that [`new`](Self::new) refuses, and every byte string that is not exactly what
    /// [`encode`](Self::encode) writes for the key that it holds. The error says where.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::decode_knowing(bytes, &[])
    }

    /// As [`decode`](Self::decode), and sooner if the key's trusted setup is among the `known` ones:
    /// that its \[s\]G2 is in the subgroup is not checked again, which takes longer than all the rest of a small
    /// key.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_knowing(bytes: &[u8], known: &[TrustedSetup]) -> Result<Self, KeyError> {
        let decoded = reader::decode(bytes, known)?;
        Circuit::new(decoded.parts)
            .and_then(Self::of)
            .map_err(|fault| decoded.offsets.locate(fault))
    }

    fn of(circuit: Circuit) -> Result<Self, KeyFault> {
        let layout = Layout::new(&circuit)?;
        let plan = Plan::new(&circuit, &layout)?;
        Ok(VerifyingKey {
            circuit,
            layout,
            plan,
        })
    }

    /// The canonical encoding, made from the fields. It begins with 0x00, so it can be the code of
    /// a contract that does nothing.
    pub fn encode(&self) -> Vec<u8> {
        writer::encode(&self.circuit)
    }

    /// The features byte of the encoding.
    pub fn features(&self) -> Features {
        writer::features(&self.circuit)
    }

    /// Keccak-256 of the encoding: the code hash of the contract that holds this key.
    pub fn id(&self) -> [u8; 32] {
        Keccak256::digest(self.encode()).into()
    }

    /// Memory that the key takes on the heap, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        crate::memory::total([
            self.circuit.size_in_bytes(),
            self.layout.size_in_bytes(),
            self.plan.size_in_bytes(),
        ])
    }

    /// The circuit has `2^k` rows.
    pub fn k(&self) -> u8 {
        self.circuit.k
    }

    /// The digest that begins the transcript.
    pub fn digest(&self) -> Fr {
        self.circuit.digest
    }

    /// The trusted setup that the key was made under.
    pub fn trusted_setup(&self) -> &TrustedSetup {
        &self.circuit.trusted_setup
    }

    /// The multi-point opening of the proofs.
    pub fn opening(&self) -> Opening {
        self.circuit.dialect.opening
    }

    /// The hash of the proofs' transcript.
    pub fn transcript_hash(&self) -> TranscriptHash {
        self.circuit.dialect.transcript_hash
    }

    /// The argument that all lookups are proven with.
    pub fn lookup_argument(&self) -> LookupArgument {
        self.circuit.dialect.lookup_argument
    }

    /// Where the instances hold an accumulator, if they do.
    pub fn accumulator(&self) -> Option<Accumulator> {
        self.circuit.accumulator
    }

    /// For each instance column, how many values it holds.
    pub fn instance_lengths(&self) -> &[u32] {
        &self.circuit.instance_lengths
    }

    /// The instance columns that an expression or the permutation reads, each at its rotations,
    /// ascending. Nothing constrains the values of a column that is not among them.
    pub fn instance_queries(&self) -> impl Iterator<Item = Query> {
        self.layout.instances.list.iter().map(|q| q.query)
    }

    /// Number of public inputs, each a field element: the values of all instance columns.
    pub fn num_public_inputs(&self) -> u64 {
        let lengths = self.circuit.instance_lengths.iter();
        lengths.fold(0, |sum, length| sum.saturating_add((*length).into()))
    }

    /// Number of advice columns over all phases.
    pub fn num_advice(&self) -> u32 {
        self.circuit.num_advice()
    }

    /// Number of fixed columns.
    pub fn num_fixed(&self) -> u32 {
        self.circuit.num_fixed()
    }

    /// Number of user challenges over all phases.
    pub fn num_challenges(&self) -> u32 {
        self.circuit.num_challenges()
    }

    /// Phases in transcript order.
    pub fn phases(&self) -> &[Phase] {
        &self.circuit.phases
    }

    /// Advice queries in the order of their evaluations.
    pub fn advice_queries(&self) -> &[Query] {
        &self.circuit.advice_queries
    }

    /// Fixed queries in the order of their evaluations.
    pub fn fixed_queries(&self) -> &[Query] {
        &self.circuit.fixed_queries
    }

    /// Columns of the permutation argument.
    pub fn permutation(&self) -> &[Column] {
        &self.circuit.permutation
    }

    /// Number of gate polynomials.
    pub fn num_gates(&self) -> u32 {
        count(self.circuit.gates.len())
    }

    /// Number of lookup arguments.
    pub fn num_lookups(&self) -> u32 {
        self.circuit.lookups.len()
    }

    /// Number of lookup inputs over all arguments.
    pub fn num_lookup_inputs(&self) -> u32 {
        self.circuit
            .lookups
            .iter()
            .fold(0u32, |n, l| n.saturating_add(l.num_inputs))
    }

    /// Number of shuffle arguments.
    pub fn num_shuffles(&self) -> u32 {
        self.circuit.shuffles.len()
    }

    /// Number of nodes of the expression program.
    pub fn num_nodes(&self) -> u32 {
        count(self.circuit.program.nodes.len())
    }

    /// Number of distinct finite commitments.
    pub fn num_commitments(&self) -> u32 {
        count(self.circuit.commitments.points.len())
    }

    /// Degree of the constraint system, as the key states it.
    pub fn degree(&self) -> u32 {
        self.circuit.degree
    }

    /// Rows at the end of the advice columns that hold random values (spec, section 5.4).
    pub fn blinding_factors(&self) -> u32 {
        self.layout.blinding_factors
    }

    /// Points in a proof: 64 bytes each, 32 in the short form. At least one.
    pub fn num_proof_points(&self) -> u32 {
        self.plan.num_points
    }

    /// How many of the points stand at a proof's end, after the evaluations: two under SHPLONK, one
    /// for each distinct rotation under GWC.
    pub fn num_opening_points(&self) -> u32 {
        self.plan.num_opening_points()
    }

    /// Evaluations in a proof, 32 bytes each.
    pub fn num_evaluations(&self) -> u32 {
        self.plan.num_evaluations
    }

    /// Bytes of every proof for this key in the long form.
    pub fn proof_length(&self) -> u64 {
        self.plan.proof_length()
    }

    /// Bytes of every proof for this key in the short form: less than in the long form.
    pub fn short_proof_length(&self) -> u64 {
        self.plan.short_proof_length()
    }

    /// Bytes of the public inputs for this key.
    pub fn public_inputs_length(&self) -> u64 {
        self.num_public_inputs().saturating_mul(32)
    }
}
