//! What a proof says: the statement behind a key and its settings, in words.
//!
//! A valid proof says exactly what the circuit constrains, and that depends on the visibilities with
//! which the circuit was made. The layout of the public inputs is that of ezkl 23: hashes of the
//! inputs, hash of the parameters, public inputs, public outputs, hashes of the outputs.

mod layout;
mod text;

use crate::configure::{TreeShape, configure};
use crate::error::{ErrorKind, FileKind, ImportError};
use crate::field;
use crate::proof_json::EzklProof;
use crate::settings::{Settings, Visibility};
use halo2_kzg_verifier::{PreparedKey, VerifyingKey, lengthen_proof, verify};
use serde::Serialize;
use std::borrow::Cow;

/// A part of the computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What the model is run on.
    Input,
    /// The model's weights and other constants.
    Parameters,
    /// What the model returns.
    Output,
}

/// What a group of public inputs holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// The elements of a tensor, row-major, in fixed point.
    Elements,
    /// The Poseidon hash of a tensor.
    Hash,
}

/// One public input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicValue {
    /// The field element, `0x` and 64 hexadecimal digits.
    pub word: String,
    /// The signed integer that it stands for, in decimal, where it is small enough to be one
    /// (elements of tensors).
    pub integer: Option<String>,
    /// The integer divided by 2^scale, where the scale is known.
    pub value: Option<f64>,
}

/// Consecutive public inputs that belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicTensor {
    /// "input 0", "output 1", "hash of input 0", …
    pub name: String,
    /// The part that it belongs to.
    pub part: Part,
    /// Elements or a hash.
    pub content: Content,
    /// Position of the first public input.
    pub first: u32,
    /// Number of public inputs.
    pub length: u32,
    /// The tensor's shape; empty for a hash.
    pub shape: Vec<u64>,
    /// Binary places of the fixed-point numbers, if known.
    pub scale: Option<i32>,
    /// Does anything in the circuit constrain these public inputs? If not, the prover writes there
    /// whatever it likes.
    pub constrained: bool,
    /// The values of a given proof.
    pub values: Option<Vec<PublicValue>>,
}

/// Points at the beginning of a proof that commit to a tensor (visibility `polycommit`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeadingCommitment {
    /// "input 0", "parameters", …
    pub name: String,
    /// Position of the first point in the proof.
    pub first_point: u32,
    /// Number of points.
    pub points: u32,
    /// Elements that are committed to.
    pub elements: u64,
    /// The points of a given proof, whatever its form: `0x`, then x and y, 64 hexadecimal digits each. `None` for a
    /// short proof that is malformed.
    pub values: Option<Vec<String>>,
}

/// The visibilities, in the words of ezkl's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visibilities {
    /// Of the model's input.
    pub input: Visibility,
    /// Of the model's parameters.
    pub parameters: Visibility,
    /// Of the model's output.
    pub output: Visibility,
}

/// What a valid proof under a key says, and what it does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The key's id, `0x` and 64 hexadecimal digits.
    pub key: String,
    /// Version of ezkl that wrote the settings.
    pub ezkl_version: String,
    /// See [`Visibilities`].
    pub visibilities: Visibilities,
    /// The statement.
    pub statement: String,
    /// Is the given proof valid under the key? If not, it says nothing at all.
    pub valid: Option<bool>,
    /// Why the given proof is not valid.
    pub rejection: Option<String>,
    /// The public inputs, in order, without gaps.
    pub public_inputs: Vec<PublicTensor>,
    /// What the proof's leading points commit to.
    pub commitments: Vec<LeadingCommitment>,
    /// What could mislead.
    pub warnings: Vec<String>,
    /// What holds for every proof.
    pub notes: Vec<String>,
}

/// Explains what a valid proof under `key` says, given the settings that its circuit was made with,
/// and names and dequantises the public inputs of `proof`.
///
/// The proof is verified. [`Explanation`] displays as text and serialises as data.
///
/// # Errors
/// An [`ImportError`] when the settings are not those of the key. A proof that does not fit the key
/// is no error: it is not valid.
pub fn explain(
    key: &VerifyingKey,
    settings: &Settings,
    proof: Option<&EzklProof>,
) -> Result<Explanation, ImportError> {
    check_settings(key, settings)?;
    let mut public_inputs = layout::public_inputs(settings);
    let mut commitments = layout::commitments(settings);
    if let Some(proof) = proof {
        // With a wrong number of public inputs none of them has a name.
        if proof.public_inputs.len() as u64 == key.public_inputs_length() {
            for tensor in &mut public_inputs {
                tensor.values = Some(values(tensor, &proof.public_inputs));
            }
        }
        if let Some(long) = in_long_form(key, &proof.proof) {
            for commitment in &mut commitments {
                commitment.values = Some(points(commitment, &long));
            }
        }
    }
    let args = &settings.run_args;
    let visibilities = Visibilities {
        input: args.input_visibility.clone(),
        parameters: args.param_visibility.clone(),
        output: args.output_visibility.clone(),
    };
    let rejection = proof.map(|proof| check(key, proof));
    let known_setup = key.trusted_setup().is_perpetual_powers_of_tau();
    Ok(Explanation {
        key: field::hex_word(&key.id()),
        ezkl_version: settings.version.clone(),
        statement: text::statement(&visibilities, &public_inputs, &commitments),
        valid: rejection.as_ref().map(Option::is_none),
        rejection: rejection.flatten(),
        warnings: text::warnings(&visibilities, &public_inputs, &commitments, known_setup),
        notes: text::notes(),
        visibilities,
        public_inputs,
        commitments,
    })
}

impl Settings {
    /// What the public inputs hold, in order, without gaps: hashes of the inputs, hash of the
    /// parameters, public inputs, public outputs, hashes of the outputs.
    pub fn public_tensors(&self) -> Vec<PublicTensor> {
        layout::public_inputs(self)
    }

    /// What the proof's leading points commit to: inputs, parameters, outputs.
    pub fn leading_commitments(&self) -> Vec<LeadingCommitment> {
        layout::commitments(self)
    }
}

impl Explanation {
    /// The explanation as plain text, several lines.
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

/// Why the verifier rejects the proof, if it does.
fn check(key: &VerifyingKey, proof: &EzklProof) -> Option<String> {
    let prepared: PreparedKey = PreparedKey::new(key.clone());
    verify(&prepared, &proof.proof, &proof.public_inputs)
        .err()
        .map(|rejection| rejection.to_string())
}

fn check_settings(key: &VerifyingKey, settings: &Settings) -> Result<(), ImportError> {
    let mismatch = |place: &str, ours: u64, keys: u64| {
        let problem = format!("{ours}, but the key has {keys}");
        Err(ImportError::new(
            FileKind::Settings,
            ErrorKind::Mismatch,
            place,
            problem,
        ))
    };
    if settings.logrows() != u32::from(key.k()) {
        return mismatch(
            "run_args.logrows",
            settings.logrows().into(),
            key.k().into(),
        );
    }
    let (ours, keys) = (
        u64::from(settings.public_inputs()?),
        key.num_public_inputs(),
    );
    if ours != keys {
        return mismatch("model_instance_shapes (public inputs)", ours, keys);
    }
    // What selector compression leaves as it is. Settings that differ in what the shape does not show, such as fixed
    // or private weights, are believed.
    let cs = configure(settings, TreeShape::SINGLE_THREAD)?;
    let shape = [
        (
            "advice columns",
            cs.advice_phases.len(),
            key.num_advice() as usize,
        ),
        (
            "permutation columns",
            cs.permutation.len(),
            key.permutation().len(),
        ),
        (
            "lookup arguments",
            cs.lookups.len(),
            key.num_lookups() as usize,
        ),
    ];
    for (place, ours, keys) in shape {
        if ours != keys {
            return mismatch(place, ours as u64, keys as u64);
        }
    }
    Ok(())
}

fn values(tensor: &PublicTensor, public_inputs: &[u8]) -> Vec<PublicValue> {
    let (words, _) = public_inputs.as_chunks::<32>();
    words
        .iter()
        .skip(tensor.first as usize)
        .take(tensor.length as usize)
        .map(|word| public_value(tensor, word))
        .collect()
}

fn public_value(tensor: &PublicTensor, word: &[u8; 32]) -> PublicValue {
    let mut out = PublicValue {
        word: field::hex_word(word),
        integer: None,
        value: None,
    };
    if tensor.content == Content::Hash {
        return out;
    }
    // ezkl's integers have at most 128 bits; anything else is no quantised number.
    let signed = field::fr_from_be(word).map(|value| field::signed(&value));
    if let Some((negative, magnitude)) = signed
        && let [low, high, 0, 0] = magnitude.0
    {
        let magnitude = u128::from(high) << 64 | u128::from(low);
        let sign = if negative { "-" } else { "" };
        out.integer = Some(format!("{sign}{magnitude}"));
        let float = magnitude as f64 * if negative { -1.0 } else { 1.0 };
        out.value = tensor
            .scale
            .map(|scale| float * f64::from(scale).exp2().recip());
    }
    out
}

/// The proof in the long form; `None` for a short one that is malformed.
fn in_long_form<'a>(key: &VerifyingKey, proof: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    if proof.len() as u64 == key.short_proof_length() {
        return lengthen_proof(key, proof).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(proof))
}

fn points(commitment: &LeadingCommitment, proof: &[u8]) -> Vec<String> {
    let (points, _) = proof.as_chunks::<64>();
    points
        .iter()
        .skip(commitment.first_point as usize)
        .take(commitment.points as usize)
        .map(|point| format!("0x{}", hex::encode(point)))
        .collect()
}
