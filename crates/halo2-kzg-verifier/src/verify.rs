//! The protocol, top to bottom (spec, sections 1 to 5).

use crate::{
    Fr, G1Affine, Rejection,
    curve::Curve,
    expression::{Evaluations, at},
    key::VerifyingKey,
    point::Point,
    prepared::PreparedKey,
    protocol::{
        Evaluated, gates,
        opening::{self, Combination},
        vanishing,
    },
    shape::ColumnValue,
    transcript::{Beta, Challenge, Gamma, Theta, Transcript, X, Y, read_public_inputs},
};
use alloc::vec::Vec;

/// Verifies a proof.
///
/// * `proof`: the raw halo2 proof, exactly [`VerifyingKey::proof_length`] bytes: points as
///   `x ‖ y`, scalars, all 32 bytes big-endian.
/// * `public_inputs`: the instances, 32 bytes big-endian each, exactly
///   [`VerifyingKey::public_inputs_length`] bytes.
///
/// # Errors
/// The first reason found, in this order: lengths, public inputs, then the proof from its beginning
/// to its end, then the pairing. Nothing is computed before the lengths are right.
pub fn verify<C: Curve>(
    key: &PreparedKey<C>,
    proof: &[u8],
    public_inputs: &[u8],
) -> Result<(), Rejection> {
    let opening = Opening::reduce(key, proof, public_inputs)?;
    let (left, right) = opening.accumulate(key);
    if C::pairing_check(&key.srs.lines, &left, &right) {
        Ok(())
    } else {
        Err(Rejection::PairingCheckFailed)
    }
}

/// A proof reduced to the claim `e(F, G2) = e(W', [s]G2)`, with F still a sum of points.
pub(crate) struct Opening {
    /// The proof's points; the last is W'.
    pub(crate) points: Vec<G1Affine>,
    pub(crate) combination: Combination,
}

impl Opening {
    /// Everything but the two heavy operations.
    pub(crate) fn reduce<C: Curve>(
        key: &PreparedKey<C>,
        proof: &[u8],
        public_inputs: &[u8],
    ) -> Result<Opening, Rejection> {
        let vk = key.key();
        check_lengths(vk, proof, public_inputs)?;
        let inputs = read_public_inputs(public_inputs)?;
        let messages = Messages::read(vk, proof, public_inputs)?;
        let point = Point::new(key, messages.x, messages.opening.u, &inputs)?;
        let identities = messages.identities(vk, &point);
        let quotient = vanishing::quotient(&identities, messages.y, point.inverse_of_vanishing);
        let opened = (&messages.evaluations[..], quotient);
        let combination =
            Combination::new(vk, &key.weights, opened, messages.opening, &point.at_x());
        Ok(Opening {
            points: messages.points,
            combination,
        })
    }

    /// F and W'.
    pub(crate) fn accumulate<C: Curve>(&self, key: &PreparedKey<C>) -> (G1Affine, G1Affine) {
        let mut base_scalars = self.combination.key.clone();
        base_scalars.push(self.combination.generator);
        let scalars = &self.combination.proof;
        let f = C::multi_exponentiation(&self.points, scalars, &key.bases, &base_scalars);
        (f, self.last_point())
    }

    /// W'.
    pub(crate) fn last_point(&self) -> G1Affine {
        self.points.last().copied().unwrap_or_default()
    }
}

fn check_lengths(vk: &VerifyingKey, proof: &[u8], inputs: &[u8]) -> Result<(), Rejection> {
    let (actual, expected) = (proof.len() as u64, vk.proof_length());
    if actual != expected {
        return Err(Rejection::ProofLength { actual, expected });
    }
    let (actual, expected) = (inputs.len() as u64, vk.public_inputs_length());
    if actual != expected {
        return Err(Rejection::PublicInputsLength { actual, expected });
    }
    Ok(())
}

/// Names the challenges that a circuit draws for itself.
enum UserChallenge {}

/// What the prover sends, and the verifier's challenges in between.
pub(crate) struct Messages {
    pub(crate) points: Vec<G1Affine>,
    pub(crate) evaluations: Vec<Fr>,
    pub(crate) user_challenges: Vec<Fr>,
    pub(crate) theta: Challenge<Theta>,
    pub(crate) beta: Challenge<Beta>,
    pub(crate) gamma: Challenge<Gamma>,
    pub(crate) y: Challenge<Y>,
    pub(crate) x: Challenge<X>,
    pub(crate) opening: opening::Challenges,
}

impl Messages {
    /// The transcript: commitments and evaluations as they come, each challenge drawn from
    /// everything before it.
    pub(crate) fn read(
        vk: &VerifyingKey,
        proof: &[u8],
        public_inputs: &[u8],
    ) -> Result<Messages, Rejection> {
        let mut transcript = Transcript::new(vk, public_inputs, proof);
        let mut user_challenges = Vec::with_capacity(vk.num_challenges() as usize);
        for phase in &vk.phases {
            transcript.read_points(phase.advice_columns)?;
            for _ in 0..phase.challenges {
                user_challenges.push(*transcript.squeeze::<UserChallenge>());
            }
        }
        let theta = transcript.squeeze();
        transcript.read_points(vk.num_lookups())?; // multiplicities m
        let beta = transcript.squeeze();
        let gamma = transcript.squeeze();
        transcript.read_points(vk.shape.num_products)?; // permutation products z
        transcript.read_points(vk.num_lookups())?; // lookup sums φ
        transcript.read_points(vk.num_shuffles())?; // shuffle products
        transcript.read_points(1)?; // random polynomial
        let y = transcript.squeeze();
        transcript.read_points(vk.shape.num_pieces)?; // quotient pieces h
        let x = transcript.squeeze();
        let evaluations = transcript.read_evaluations(vk.num_evaluations())?;
        let (shplonk_y, v) = (transcript.squeeze(), transcript.squeeze());
        transcript.read_points(1)?; // W
        let u = transcript.squeeze();
        transcript.read_points(1)?; // W'
        let opening = opening::Challenges { y: shplonk_y, v, u };
        let points = transcript.into_points();
        Ok(Messages {
            points,
            evaluations,
            user_challenges,
            theta,
            beta,
            gamma,
            y,
            x,
            opening,
        })
    }

    /// What must vanish on every row, at x, in the order of the powers of y.
    pub(crate) fn identities(&self, vk: &VerifyingKey, point: &Point) -> Vec<Fr> {
        let evaluated = Evaluated::read(vk, vk.shape.num_products, &self.evaluations);
        let values = vk.program.evaluate(&Evaluations {
            advice: evaluated.advice,
            fixed: evaluated.fixed,
            instance: point.instance,
            challenges: &self.user_challenges,
        });
        let columns = vk
            .shape
            .permutation_values
            .iter()
            .map(|column| match *column {
                ColumnValue::Advice(query) => at(evaluated.advice, query),
                ColumnValue::Fixed(query) => at(evaluated.fixed, query),
                ColumnValue::Instance => point.instance,
            });
        let (theta, beta, gamma) = (self.theta, self.beta, self.gamma);
        let (lagrange, mut out) = (&point.lagrange, Vec::new());
        gates::identities(vk, &values, &mut out);
        evaluated
            .permutation
            .identities(vk, columns, lagrange, (beta, gamma, self.x), &mut out);
        evaluated
            .lookups
            .identities(vk, &values, lagrange, (theta, beta), &mut out);
        evaluated
            .shuffles
            .identities(vk, &values, lagrange, (theta, gamma), &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    //! Every intermediate value against the traces of the specification's reference.

    use super::*;
    use crate::Arkworks;
    use alloc::format;
    use ark_ff::PrimeField;
    use serde_json::Value;
    use std::path::Path;

    fn field<F: PrimeField>(value: &Value) -> F {
        match value.as_str() {
            Some(text) => F::from_be_bytes_mod_order(&bytes(text)),
            None => F::from(value.as_u64().unwrap()),
        }
    }

    fn fields(value: &Value) -> Vec<Fr> {
        value.as_array().unwrap().iter().map(field).collect()
    }

    fn bytes(text: &str) -> Vec<u8> {
        let text = text.strip_prefix("0x").unwrap_or(text);
        let digit = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(digit).collect()
    }

    fn read(path: &str) -> Vec<u8> {
        std::fs::read(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../..")
                .join(path),
        )
        .unwrap()
    }

    fn fixture_key(name: &str) -> Vec<u8> {
        let vka = read(&format!("tests/fixtures/{name}/vka.bin"));
        ezkl_import::import_vka(&vka).unwrap().encode()
    }

    fn follows_the_trace(name: &str, key: &[u8]) {
        let trace = read(&format!("spec/vectors/traces/{name}.json"));
        let trace: Value = serde_json::from_slice(&trace).unwrap();
        let key = PreparedKey::<Arkworks>::new(VerifyingKey::decode(key).unwrap());
        let vk = key.key();
        let proof = bytes(trace["proof"].as_str().unwrap());
        let inputs: Vec<u8> = trace["instances"][0]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|word| bytes(word.as_str().unwrap()))
            .collect();

        assert_eq!(vk.digest, field(&trace["digest"]));
        let messages = Messages::read(vk, &proof, &inputs).unwrap();
        assert_eq!(messages.user_challenges, fields(&trace["user_challenges"]));
        assert_eq!(*messages.theta, field(&trace["theta"]), "theta");
        assert_eq!(*messages.beta, field(&trace["beta"]), "beta");
        assert_eq!(*messages.gamma, field(&trace["gamma"]), "gamma");
        assert_eq!(*messages.y, field(&trace["y"]), "y");
        assert_eq!(*messages.x, field(&trace["x"]), "x");
        assert_eq!(*messages.opening.y, field(&trace["shplonk_y"]), "shplonk y");
        assert_eq!(*messages.opening.v, field(&trace["shplonk_v"]), "shplonk v");
        assert_eq!(*messages.opening.u, field(&trace["shplonk_u"]), "shplonk u");

        let inputs = read_public_inputs(&inputs).unwrap();
        let point = Point::new(&key, messages.x, messages.opening.u, &inputs).unwrap();
        assert_eq!(point.x_to_n, field(&trace["xn"]), "x^n");
        assert_eq!(point.lagrange.first, field(&trace["l_0"]), "l_0");
        assert_eq!(point.lagrange.last, field(&trace["l_last"]), "l_last");
        let blind = Fr::from(1u64) - point.lagrange.active - point.lagrange.last;
        assert_eq!(blind, field(&trace["l_blind"]), "l_blind");
        assert_eq!(
            [point.instance],
            fields(&trace["instance_evals"])[..],
            "instance"
        );

        let identities = messages.identities(vk, &point);
        for (i, (ours, theirs)) in identities
            .iter()
            .zip(fields(&trace["identities"]))
            .enumerate()
        {
            assert_eq!(*ours, theirs, "identity {i}");
        }
        assert_eq!(
            identities.len(),
            trace["identities"].as_array().unwrap().len()
        );
        let h = vanishing::quotient(&identities, messages.y, point.inverse_of_vanishing);
        assert_eq!(h, field(&trace["h_eval"]), "h");

        let rotations: Vec<Vec<i64>> = trace["sets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|set| serde_json::from_value(set["rotations"].clone()).unwrap())
            .collect();
        let plan = &vk.shape.plan;
        let ours = plan.sets.iter().map(|set| {
            set.rotations
                .iter()
                .map(|&r| i64::from(plan.rotations[r as usize]))
                .collect()
        });
        assert_eq!(ours.collect::<Vec<Vec<i64>>>(), rotations, "rotation sets");

        check_msm(&key, &messages, h, &point, &trace);
    }

    /// The scalars of the final sum, added up by point on both sides.
    fn check_msm(
        key: &PreparedKey<Arkworks>,
        messages: &Messages,
        h: Fr,
        point: &Point,
        trace: &Value,
    ) {
        let vk = key.key();
        let opened = (&messages.evaluations[..], h);
        let at_x = point.at_x();
        let sum = Combination::new(vk, &key.weights, opened, messages.opening, &at_x);
        let mut ours = alloc::collections::BTreeMap::new();
        let generator = <G1Affine as ark_ec::AffineRepr>::generator();
        let points = messages.points.iter().zip(&sum.proof);
        let points = points.chain(vk.commitments.points.iter().zip(&sum.key));
        for (p, scalar) in points.chain([(&generator, &sum.generator)]) {
            *ours.entry((p.x, p.y)).or_insert(Fr::from(0u64)) += scalar;
        }
        for term in trace["msm"].as_array().unwrap() {
            if term[1].is_null() {
                continue;
            }
            let coordinate = |i: usize| field::<ark_bn254::Fq>(&term[1][i]);
            let entry = ours
                .get_mut(&(coordinate(0), coordinate(1)))
                .expect("a point of the sum");
            *entry -= field::<Fr>(&term[0]);
        }
        assert!(
            ours.values().all(|rest| *rest == Fr::from(0u64)),
            "scalars of the final sum"
        );
    }

    #[test]
    fn follows_the_trace_of_mlp() {
        follows_the_trace("mlp", &fixture_key("mlp"));
    }

    #[test]
    fn follows_the_trace_of_a_circuit_with_two_phases() {
        follows_the_trace("bmm_freivalds", &fixture_key("bmm_freivalds"));
    }

    /// Challenges, shuffles, lookups of several inputs, several permutation products.
    #[test]
    fn follows_the_trace_of_a_circuit_with_every_argument() {
        follows_the_trace("forged-11", &read("spec/vectors/keys/forged-11.zkvk"));
    }
}
