//! A proof, reduced to one equation of pairings.

use crate::{
    arithmetic::Arithmetic,
    challenge::{Challenge, Rho},
    circuit::{instances::InstanceValues, program::Leaves},
    key::{layout::ColumnValue, prepared::PreparedKey, verifying_key::VerifyingKey},
    opening::{
        self,
        combination::{Combination, Equation, OpenedValues, Planned},
    },
    point_encoding::{PointEncoding, Roots},
    proof_form::wrong_length,
    protocol::{
        accumulator::{self, Accumulated},
        evaluation_point::EvaluationPoint,
        gates,
        messages::Messages,
        reader::ProofReader,
        vanishing,
    },
    rejection::Rejection,
    table::at,
    transcript::{ProofContent, Seal, Transcript, read_public_inputs},
};
use alloc::{vec, vec::Vec};
use ark_bn254::{Fr, G1Affine};
use ark_ff::Field;

/// The claim `e(left, G2) = e(right, [s]G2)`, with both sides still sums of points. The proof holds
/// exactly if the claim does.
pub(crate) struct Claim {
    /// The proof's points, then the left point of an accumulator.
    pub(crate) points: Vec<G1Affine>,
    /// The left side: scalars of `points` and of the key's points.
    pub(crate) combination: Combination,
    pub(crate) right: RightSide,
    /// Of the proof and the public inputs.
    pub(crate) seal: Seal,
}

/// The right side of a claim: W' alone under SHPLONK; a sum where there are more witnesses or an
/// accumulator.
pub(crate) struct RightSide {
    pub(crate) points: Vec<G1Affine>,
    pub(crate) scalars: Vec<Fr>,
}

/// The two sides of a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides {
    pub(crate) left: G1Affine,
    pub(crate) right: G1Affine,
}

impl Claim {
    /// Everything but the heavy operations, from the top of the protocol to its bottom.
    pub(crate) fn reduce<A: Arithmetic>(
        key: &PreparedKey<A>,
        proof: &[u8],
        public_inputs: &[u8],
    ) -> Result<Claim, Rejection> {
        Self::reduce_drawn(key, proof, public_inputs, None)
    }

    /// The same with the challenges that a batch has drawn for this proof already, if it has.
    pub(crate) fn reduce_drawn<A: Arithmetic>(
        key: &PreparedKey<A>,
        proof: &[u8],
        public_inputs: &[u8],
        challenges: Option<Vec<Fr>>,
    ) -> Result<Claim, Rejection> {
        let vk = key.key();
        let dialect = vk.circuit.dialect;
        let encoding = check_lengths::<A>(vk, proof, public_inputs)?;
        let inputs = read_public_inputs(public_inputs)?;
        let accumulated = accumulator::read(&vk.circuit, &inputs)?;
        let hash = dialect.transcript_hash;
        let proof = (proof, encoding.with_points(key, proof));
        let mut transcript = match challenges {
            Some(challenges) => Transcript::with_challenges(challenges, proof),
            None => Transcript::new(hash, vk.circuit.digest, public_inputs, proof),
        };
        let messages = Messages::read(&vk.circuit, &vk.layout, &mut transcript)?;
        let num_rotations = vk.plan.num_rotations();
        let opening = opening::Messages::read(dialect.opening, num_rotations, &mut transcript)?;
        // Drawn after everything else, so that neither equation can be chosen after it.
        let accumulated = accumulated.map(|points| (points, transcript.squeeze()));
        let content = transcript.finish()?;

        let denominators = opening.denominators(&key.weights.omega_powers, messages.x);
        let point = EvaluationPoint::new(key, messages.x, &inputs, &denominators)?;
        let identities = identities(vk, &messages, &point).ok_or(Rejection::InconsistentKey)?;
        let values = OpenedValues {
            evaluations: &content.evaluations,
            quotient: vanishing::quotient(&identities, messages.y, point.inverse_of_vanishing),
        };
        let equation = opening.equation(planned(key), values, &point, &denominators);
        let claim = equation.and_then(|equation| Claim::new(equation, content));
        let mut claim = claim.ok_or(Rejection::InconsistentKey)?;
        if let Some((points, rho)) = accumulated {
            claim.fold(points, rho);
        }
        Ok(claim)
    }

    fn new(equation: Equation, content: ProofContent) -> Option<Claim> {
        let mut right = RightSide {
            points: Vec::with_capacity(equation.right.len()),
            scalars: Vec::with_capacity(equation.right.len()),
        };
        for (position, scalar) in equation.right {
            right.points.push(at(&content.points, position)?);
            right.scalars.push(scalar);
        }
        Some(Claim {
            points: content.points,
            combination: equation.left,
            right,
            seal: content.seal,
        })
    }

    /// Adds rho times the accumulator's claim.
    fn fold(&mut self, accumulated: Accumulated, rho: Challenge<Rho>) {
        self.points.push(accumulated.left);
        self.combination.proof.push(*rho);
        self.right.points.push(accumulated.right);
        self.right.scalars.push(*rho);
    }

    /// Adds up both sides.
    pub(crate) fn sides<A: Arithmetic>(&self, key: &PreparedKey<A>) -> Result<Sides, Rejection> {
        let Combination { proof, key: fixed } = &self.combination;
        let setup = &key.setup.pairing;
        let left = A::multi_exponentiation(setup, &self.points, proof, &key.bases, fixed);
        Ok(Sides {
            left: left.ok_or(Rejection::InconsistentKey)?,
            right: self
                .right
                .sum::<A>(setup)
                .ok_or(Rejection::InconsistentKey)?,
        })
    }
}

impl RightSide {
    fn sum<A: Arithmetic>(&self, setup: &A::Setup) -> Option<G1Affine> {
        match (&self.points[..], &self.scalars[..]) {
            ([point], [scalar]) if *scalar == Fr::ONE => Some(*point),
            (points, scalars) => {
                A::multi_exponentiation(setup, points, scalars, &A::prepare_bases(vec![]), &[])
            }
        }
    }
}

/// What a key's opening is planned with.
fn planned<A: Arithmetic>(key: &PreparedKey<A>) -> Planned<'_> {
    let vk = key.key();
    Planned {
        plan: &vk.plan,
        weights: &key.weights,
        num_commitments: vk.circuit.commitments.points.len(),
        num_pieces: vk.layout.num_pieces,
    }
}

/// Checks the lengths. That of the proof tells its form; the two differ, as every proof has points.
fn check_lengths<A: Arithmetic>(
    vk: &VerifyingKey,
    proof: &[u8],
    inputs: &[u8],
) -> Result<PointEncoding, Rejection> {
    let actual = proof.len() as u64;
    let encoding = if actual == vk.proof_length() {
        PointEncoding::Long
    } else if actual == vk.short_proof_length() {
        PointEncoding::Short(Roots::Each(A::decompress))
    } else {
        return Err(wrong_length(vk, proof));
    };
    let (actual, expected) = (inputs.len() as u64, vk.public_inputs_length());
    if actual != expected {
        return Err(Rejection::PublicInputsLength { actual, expected });
    }
    Ok(encoding)
}

/// What must vanish on every row, at x, in the order of the powers of y (spec, section 7).
fn identities(
    vk: &VerifyingKey,
    messages: &Messages<Transcript<'_>>,
    point: &EvaluationPoint,
) -> Option<Vec<Fr>> {
    let (circuit, layout) = (&vk.circuit, &vk.layout);
    let mut user_challenges = Vec::with_capacity(messages.columns.user_challenges.len());
    user_challenges.extend(messages.columns.user_challenges.iter().map(|c| **c));
    let leaves = Leaves {
        advice: &messages.columns.advice,
        fixed: &messages.columns.fixed,
        instance: InstanceValues {
            queries: &layout.instances,
            values: &point.instances,
        },
        challenges: &user_challenges,
    };
    let values = circuit.program.evaluate(&leaves)?;
    let mut permuted = Vec::with_capacity(layout.permutation_values.len());
    for column in &layout.permutation_values {
        permuted.push(match *column {
            ColumnValue::Advice(query) => at(leaves.advice, query)?,
            ColumnValue::Fixed(query) => at(leaves.fixed, query)?,
            ColumnValue::Instance(query) => at(&point.instances, query)?,
        });
    }

    let (theta, beta, gamma) = (messages.theta, messages.beta, messages.gamma);
    let (lagrange, mut out) = (&point.lagrange, Vec::new());
    gates::identities(circuit, &values, &mut out)?;
    messages.permutation.identities(
        &permuted,
        layout.chunk,
        lagrange,
        (beta, gamma, messages.x),
        &mut out,
    )?;
    messages
        .lookups
        .identities(circuit, &values, lagrange, (theta, beta, gamma), &mut out)?;
    messages
        .shuffles
        .identities(circuit, &values, lagrange, (theta, gamma), &mut out)?;
    Some(out)
}

#[cfg(test)]
mod tests {
    //! Every intermediate value against the traces of the specification's reference.

    use super::*;
    use crate::{Arkworks, opening::plan::Grouped, shorten_proof, test_data};
    use ark_ff::PrimeField;
    use serde_json::Value;
    use test_data::bytes;

    fn field<F: PrimeField>(value: &Value) -> F {
        match value.as_str() {
            Some(text) => F::from_be_bytes_mod_order(&bytes(text)),
            None => F::from(value.as_u64().unwrap()),
        }
    }

    fn fields(value: &Value) -> Vec<Fr> {
        value.as_array().unwrap().iter().map(field).collect()
    }

    /// In both forms, which have one transcript.
    fn follows_the_trace(name: &str) {
        let trace = test_data::trace(name);
        let key = PreparedKey::<Arkworks>::new(test_data::key(name));
        let long = bytes(trace["proof"].as_str().unwrap());
        let short = shorten_proof(key.key(), &long).unwrap();
        follows((&long, PointEncoding::Long), &key, &trace);
        let encoding = PointEncoding::Short(Roots::Each(Arkworks::decompress));
        follows((&short, encoding), &key, &trace);
    }

    fn follows(proof: (&[u8], PointEncoding), key: &PreparedKey<Arkworks>, trace: &Value) {
        let vk = key.key();
        let inputs: Vec<u8> = trace["instances"][0]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|word| bytes(word.as_str().unwrap()))
            .collect();

        assert_eq!(vk.digest(), field(&trace["digest"]));
        let hash = vk.transcript_hash();
        let mut transcript = Transcript::new(hash, vk.digest(), &inputs, proof);
        let messages = Messages::read(&vk.circuit, &vk.layout, &mut transcript).unwrap();
        let rotations = vk.plan.num_rotations();
        let opening = opening::Messages::read(vk.opening(), rotations, &mut transcript).unwrap();
        let content = transcript.finish().unwrap();
        let drawn = messages.columns.user_challenges.iter().map(|c| **c);
        assert_eq!(
            drawn.collect::<Vec<Fr>>(),
            fields(&trace["user_challenges"])
        );
        assert_eq!(*messages.theta, field(&trace["theta"]), "theta");
        assert_eq!(*messages.beta, field(&trace["beta"]), "beta");
        assert_eq!(*messages.gamma, field(&trace["gamma"]), "gamma");
        assert_eq!(*messages.y, field(&trace["y"]), "y");
        assert_eq!(*messages.x, field(&trace["x"]), "x");
        let opening::Messages::Shplonk(shplonk) = &opening else {
            panic!("another opening");
        };
        assert_eq!(*shplonk.y, field(&trace["shplonk_y"]), "shplonk y");
        assert_eq!(*shplonk.v, field(&trace["shplonk_v"]), "shplonk v");
        assert_eq!(*shplonk.u, field(&trace["shplonk_u"]), "shplonk u");

        let inputs = read_public_inputs(&inputs).unwrap();
        let denominators = opening.denominators(&key.weights.omega_powers, messages.x);
        let point = EvaluationPoint::new(key, messages.x, &inputs, &denominators).unwrap();
        assert_eq!(point.x_to_n, field(&trace["xn"]), "x^n");
        assert_eq!(point.lagrange.first, field(&trace["l_0"]), "l_0");
        assert_eq!(point.lagrange.last, field(&trace["l_last"]), "l_last");
        let blind = Fr::from(1u64) - point.lagrange.active - point.lagrange.last;
        assert_eq!(blind, field(&trace["l_blind"]), "l_blind");
        assert_eq!(
            point.instances,
            fields(&trace["instance_evals"]),
            "instance"
        );

        let identities = identities(vk, &messages, &point).unwrap();
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
        let plan = &vk.plan;
        let Grouped::Shplonk(grouped) = &plan.grouped else {
            panic!("another opening");
        };
        let ours = grouped.sets.iter().map(|set| {
            set.rotations
                .iter()
                .map(|&r| i64::from(plan.rotations[r as usize]))
                .collect()
        });
        assert_eq!(ours.collect::<Vec<Vec<i64>>>(), rotations, "rotation sets");

        let values = OpenedValues {
            evaluations: &content.evaluations,
            quotient: h,
        };
        let equation = opening.equation(planned(key), values, &point, &denominators);
        check_msm(key, &content, &equation.unwrap(), trace);
    }

    /// The scalars of the final sum, added up by point on both sides.
    fn check_msm(
        key: &PreparedKey<Arkworks>,
        content: &ProofContent,
        equation: &Equation,
        trace: &Value,
    ) {
        let sum = &equation.left;
        let mut ours = alloc::collections::BTreeMap::new();
        let generator = <G1Affine as ark_ec::AffineRepr>::generator();
        let points = content.points.iter().zip(&sum.proof);
        let fixed = &key.key().circuit.commitments.points;
        let fixed = fixed.iter().chain([&generator]).zip(&sum.key);
        for (p, scalar) in points.chain(fixed) {
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
        follows_the_trace("mlp");
    }

    #[test]
    fn follows_the_trace_of_a_circuit_with_two_phases() {
        follows_the_trace("bmm_freivalds");
    }

    /// Challenges, shuffles, lookups of several inputs, several permutation products.
    #[test]
    fn follows_the_trace_of_a_circuit_with_every_argument() {
        follows_the_trace("forged-11");
    }
}
