//! Proofs of the right form for any key: they are read to the end and fail, if at all, at the pairing.

use crate::{
    edits::Edit,
    numbers::{self, PointChange, Word, encode_point},
};
use arbitrary::{Arbitrary, Result, Unstructured};
use halo2_kzg_verifier::VerifyingKey;

/// Bytes of the longest proof, and of the most public inputs, that are made here.
const LONGEST: u64 = 1 << 16;

/// A proof with its public inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub proof: Vec<u8>,
    pub public_inputs: Vec<u8>,
}

impl Statement {
    /// Points of the curve and canonical scalars, a byte of the input each: structured ones, and all
    /// equal where the input has ended. `None` for a key whose proofs are long.
    pub fn well_formed(u: &mut Unstructured<'_>, key: &VerifyingKey) -> Result<Option<Self>> {
        if key.proof_length().max(key.public_inputs_length()) > LONGEST {
            return Ok(None);
        }
        let mut proof = Vec::new();
        for _ in 0..key.num_proof_points() - key.num_opening_points() {
            proof.extend(point(u)?);
        }
        for _ in 0..key.num_evaluations() {
            proof.extend(scalar(u)?);
        }
        for _ in 0..key.num_opening_points() {
            proof.extend(point(u)?);
        }
        let mut public_inputs = Vec::new();
        for _ in 0..key.num_public_inputs() {
            public_inputs.extend(scalar(u)?);
        }
        Ok(Some(Self {
            proof,
            public_inputs,
        }))
    }
}

fn scalar(u: &mut Unstructured<'_>) -> Result<[u8; 32]> {
    Ok(numbers::encode(&numbers::scalar(u8::arbitrary(u)?)))
}

/// Never the identity, the last of the points.
fn point(u: &mut Unstructured<'_>) -> Result<[u8; 64]> {
    let index = u8::arbitrary(u)?.min(254);
    Ok(encode_point(&numbers::point(index).point))
}

/// The form of a proof: how many bytes a point has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Long,
    Short,
}

impl Form {
    const fn point_bytes(self) -> usize {
        match self {
            Form::Long => 64,
            Form::Short => 32,
        }
    }
}

/// One change of a proof or its public inputs. Positions count modulo what the key has.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Change {
    /// A point of the proof.
    Point { index: u16, change: PointChange },
    /// An evaluation.
    Evaluation { index: u16, value: Word },
    /// A public input.
    PublicInput { index: u16, value: Word },
    /// One point in another's place.
    CopyPoint { from: u16, to: u16 },
    /// Two points exchanged.
    SwapPoints { a: u16, b: u16 },
    /// Two evaluations exchanged.
    SwapEvaluations { a: u16, b: u16 },
    /// Bytes of the proof.
    Proof(Edit),
    /// Bytes of the public inputs.
    PublicInputs(Edit),
}

impl Change {
    /// Changes the statement, whose proof is for `key` and of this form, or was before other changes. `others` are
    /// the proofs that [`Edit::Splice`] takes from.
    pub fn apply(
        self,
        statement: &mut Statement,
        (key, form): (&VerifyingKey, Form),
        others: &[&[u8]],
    ) {
        let Statement {
            proof,
            public_inputs,
        } = statement;
        match self {
            Change::Point { index, change } => {
                let place = point_place(key, form, index);
                match form {
                    Form::Long => with_chunk(proof, place, |point| change.apply(point)),
                    Form::Short => with_chunk(proof, place, |word| change.apply_short(word)),
                }
            }
            Change::Evaluation { index, value } => {
                with_chunk(proof, evaluation_place(key, form, index), |word| {
                    *word = value.bytes(*word)
                });
            }
            Change::PublicInput { index, value } => {
                let index = usize::from(index) % (public_inputs.len() / 32).max(1);
                with_chunk(public_inputs, 32 * index, |word| *word = value.bytes(*word));
            }
            Change::CopyPoint { from, to } => {
                let (from, to) = (point_place(key, form, from), point_place(key, form, to));
                match form {
                    Form::Long => copy::<64>(proof, from, to),
                    Form::Short => copy::<32>(proof, from, to),
                }
            }
            Change::SwapPoints { a, b } => {
                let (a, b) = (point_place(key, form, a), point_place(key, form, b));
                match form {
                    Form::Long => swap::<64>(proof, a, b),
                    Form::Short => swap::<32>(proof, a, b),
                }
            }
            Change::SwapEvaluations { a, b } => {
                let (a, b) = (
                    evaluation_place(key, form, a),
                    evaluation_place(key, form, b),
                );
                swap::<32>(proof, a, b);
            }
            Change::Proof(edit) => edit.apply(proof, others),
            Change::PublicInputs(edit) => edit.apply(public_inputs, others),
        }
    }
}

/// Where a point begins: only the opening's follow the evaluations.
fn point_place(key: &VerifyingKey, form: Form, index: u16) -> usize {
    let (points, evaluations) = (
        key.num_proof_points() as usize,
        key.num_evaluations() as usize,
    );
    let index = usize::from(index) % points;
    let before = if index + (key.num_opening_points() as usize) < points {
        0
    } else {
        32 * evaluations
    };
    form.point_bytes() * index + before
}

fn evaluation_place(key: &VerifyingKey, form: Form, index: u16) -> usize {
    let (points, evaluations) = (
        (key.num_proof_points() - key.num_opening_points()) as usize,
        key.num_evaluations() as usize,
    );
    form.point_bytes() * points + 32 * (usize::from(index) % evaluations)
}

/// Hands out the bytes at a place, if the string is still so long.
fn with_chunk<const N: usize>(bytes: &mut [u8], at: usize, change: impl FnOnce(&mut [u8; N])) {
    if let Some(chunk) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        change(chunk);
    }
}

fn copy<const N: usize>(bytes: &mut [u8], from: usize, to: usize) {
    let mut chunk = [0; N];
    with_chunk(bytes, from, |from| chunk = *from);
    with_chunk(bytes, to, |to| *to = chunk);
}

fn swap<const N: usize>(bytes: &mut [u8], a: usize, b: usize) {
    let (mut first, mut second) = ([0; N], [0; N]);
    with_chunk(bytes, a, |chunk| first = *chunk);
    with_chunk(bytes, b, |chunk| second = std::mem::replace(chunk, first));
    with_chunk(bytes, a, |chunk| *chunk = second);
}
