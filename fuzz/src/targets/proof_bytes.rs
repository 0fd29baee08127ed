//! Valid proofs under their keys, in both forms, changed: points, evaluations, public inputs, lengths.
//!
//! Would find: a forgery or a malleable proof (a changed one that holds), a valid proof refused, two forms of one
//! proof with two verdicts, a conversion that is not exact, a panic while a proof is read.

use crate::{
    edits,
    fixtures::{MODELS, Model, pick},
    proof::{Change, Form, Statement},
};
use arbitrary::{Arbitrary, Unstructured};
use halo2_kzg_verifier::{Rejection, VerifyingKey, lengthen_proof, shorten_proof, verify};

/// A byte that names the circuit and, by its top bit, the form, then changes of its proof.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let first = u8::arbitrary(&mut u).unwrap_or_default();
    let model = pick(&MODELS, first);
    let (form, proof) = match first < 128 {
        true => (Form::Long, model.proof.clone()),
        false => (Form::Short, model.short_proof()),
    };
    let good = Statement {
        proof,
        public_inputs: model.public_inputs.clone(),
    };
    let others: Vec<&[u8]> = MODELS.iter().map(|model| &model.proof[..]).collect();
    let mut changed = good.clone();
    for change in edits::rest::<Change>(&mut u).unwrap_or_default() {
        change.apply(&mut changed, (&model.key, form), &others);
    }
    let verdict = verify(&model.prepared, &changed.proof, &changed.public_inputs);
    assert_eq!(verdict.is_ok(), changed == good, "{verdict:?}");
    check_other_form(model, &changed, verdict);
}

type Conversion = fn(&VerifyingKey, &[u8]) -> Result<Vec<u8>, Rejection>;

/// What converts has the same verdict in the other form, and comes back; what does not convert does not hold, and
/// with good public inputs for the very reason.
fn check_other_form(model: &Model, statement: &Statement, verdict: Result<(), Rejection>) {
    let (key, proof) = (&model.key, &statement.proof);
    let is_long = proof.len() as u64 == key.proof_length();
    let [convert, back]: [Conversion; 2] = match is_long {
        true => [shorten_proof, lengthen_proof],
        false => [lengthen_proof, shorten_proof],
    };
    match convert(key, proof) {
        Ok(other) => {
            assert_eq!(back(key, &other).as_ref(), Ok(proof));
            let of_other = verify(&model.prepared, &other, &statement.public_inputs);
            assert_eq!(of_other, verdict);
        }
        Err(reason) => {
            assert!(verdict.is_err());
            if statement.public_inputs == model.public_inputs {
                assert_eq!(verdict, Err(reason));
            }
        }
    }
}
