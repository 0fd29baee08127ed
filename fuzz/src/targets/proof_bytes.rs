//! Valid proofs under their keys, changed: points, evaluations, public inputs, lengths.
//!
//! Would find: a forgery or a malleable proof (a changed one that holds), a valid proof refused, a
//! panic while a proof is read.

use crate::{
    edits,
    fixtures::{MODELS, pick},
    proof::{Change, Statement},
};
use arbitrary::{Arbitrary, Unstructured};
use halo2_kzg_verifier::verify;

/// A byte that names the circuit, then changes of its proof.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let model = pick(&MODELS, u8::arbitrary(&mut u).unwrap_or_default());
    let good = Statement {
        proof: model.proof.clone(),
        public_inputs: model.public_inputs.clone(),
    };
    let others: Vec<&[u8]> = MODELS.iter().map(|model| &model.proof[..]).collect();
    let mut changed = good.clone();
    for change in edits::rest::<Change>(&mut u).unwrap_or_default() {
        change.apply(&mut changed, &model.key, &others);
    }
    let verdict = verify(&model.prepared, &changed.proof, &changed.public_inputs);
    assert_eq!(verdict.is_ok(), changed == good, "{verdict:?}");
}
