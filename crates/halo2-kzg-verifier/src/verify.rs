//! The protocol, top to bottom (spec, sections 1 to 5).

use crate::{
    Fr, G1Affine, Rejection,
    curve::Curve,
    domain::invert_all,
    expression::Evaluations,
    key::VerifyingKey,
    prepared::PreparedKey,
    protocol::{
        Evaluated, Lagrange, gates,
        opening::{self, AtX, Combination},
        vanishing,
    },
    shape::ColumnValue,
    transcript::{Beta, Challenge, Gamma, Theta, Transcript, X, Y, read_public_inputs},
};
use alloc::vec::Vec;
use ark_ff::{AdditiveGroup, Field};

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
    let opening = reduce(key, proof, public_inputs)?;
    let (left, right) = opening.accumulate(key);
    if C::pairing_check(&key.srs.lines, &left, &right) {
        Ok(())
    } else {
        Err(Rejection::PairingCheckFailed)
    }
}

/// A proof reduced to the claim `e(F, G2) = e(W', [s]G2)`, with F still a sum.
pub(crate) struct Opening {
    /// The proof's points; the last is W'.
    points: Vec<G1Affine>,
    combination: Combination,
}

impl Opening {
    /// F and W'.
    fn accumulate<C: Curve>(&self, key: &PreparedKey<C>) -> (G1Affine, G1Affine) {
        let mut base_scalars = self.combination.key.clone();
        base_scalars.push(self.combination.generator);
        let f = C::multi_exponentiation(
            &self.points,
            &self.combination.proof,
            &key.bases,
            &base_scalars,
        );
        (f, self.points.last().copied().unwrap_or_default())
    }
}

/// Everything but the two heavy operations.
pub(crate) fn reduce<C: Curve>(
    key: &PreparedKey<C>,
    proof: &[u8],
    public_inputs: &[u8],
) -> Result<Opening, Rejection> {
    let vk = key.key();
    check_lengths(vk, proof, public_inputs)?;
    let inputs = read_public_inputs(public_inputs)?;

    // The transcript: commitments and evaluations as they come, challenges in between.
    let mut transcript = Transcript::new(vk.digest, public_inputs, proof);
    let mut user_challenges = Vec::with_capacity(vk.num_challenges() as usize);
    for phase in &vk.phases {
        transcript.read_points(phase.advice_columns)?;
        for _ in 0..phase.challenges {
            user_challenges.push(*transcript.squeeze::<UserChallenge>());
        }
    }
    let theta: Challenge<Theta> = transcript.squeeze();
    transcript.read_points(vk.num_lookups())?; // multiplicities
    let beta: Challenge<Beta> = transcript.squeeze();
    let gamma: Challenge<Gamma> = transcript.squeeze();
    transcript.read_points(vk.shape.num_products)?; // permutation products
    transcript.read_points(vk.num_lookups())?; // lookup sums
    transcript.read_points(vk.num_shuffles())?; // shuffle products
    transcript.read_points(1)?; // random polynomial
    let y: Challenge<Y> = transcript.squeeze();
    transcript.read_points(vk.shape.num_pieces)?; // quotient pieces
    let x: Challenge<X> = transcript.squeeze();
    let evaluations = transcript.read_evaluations(vk.num_evaluations())?;
    let (shplonk_y, shplonk_v) = (transcript.squeeze(), transcript.squeeze());
    transcript.read_points(1)?; // W
    let u = transcript.squeeze();
    transcript.read_points(1)?; // W'
    let challenges = opening::Challenges {
        y: shplonk_y,
        v: shplonk_v,
        u,
    };

    // The identities that must vanish on every row, at x.
    let point = Point::new(key, x, u, &inputs)?;
    let evaluated = Evaluated::read(vk, vk.shape.num_products, &evaluations);
    let values = vk.program.evaluate(&Evaluations {
        advice: evaluated.advice,
        fixed: evaluated.fixed,
        instance: point.instance,
        challenges: &user_challenges,
    });
    let columns = vk
        .shape
        .permutation_values
        .iter()
        .map(|column| match *column {
            ColumnValue::Advice(query) => crate::expression::at(evaluated.advice, query),
            ColumnValue::Fixed(query) => crate::expression::at(evaluated.fixed, query),
            ColumnValue::Instance => point.instance,
        });
    let (lagrange, mut identities) = (&point.lagrange, Vec::new());
    gates::identities(vk, &values, &mut identities);
    let randomness = (beta, gamma, x);
    evaluated
        .permutation
        .identities(vk, columns, lagrange, randomness, &mut identities);
    evaluated
        .lookups
        .identities(vk, &values, lagrange, (theta, beta), &mut identities);
    evaluated
        .shuffles
        .identities(vk, &values, lagrange, (theta, gamma), &mut identities);
    let quotient = vanishing::quotient(&identities, y, point.inverse_of_vanishing);

    // The opening: all evaluations against all commitments, as one sum of points.
    let at_x = AtX {
        x_to_n: point.x_to_n,
        inverse: point.inverse,
        distances: &point.distances,
        inverse_distances: &point.inverse_distances,
    };
    let combination = Combination::new(
        vk,
        &key.weights,
        (&evaluations, quotient),
        challenges,
        &at_x,
    );
    Ok(Opening {
        points: transcript.into_points(),
        combination,
    })
}

/// Names the challenges that a circuit draws for itself.
enum UserChallenge {}

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

/// What follows from the points of evaluation x and u (spec, section 3).
struct Point {
    x_to_n: Fr,
    /// `1/x`
    inverse: Fr,
    /// `1/(x^n - 1)`
    inverse_of_vanishing: Fr,
    lagrange: Lagrange,
    /// The instance column at x.
    instance: Fr,
    /// `u - ω^t x` for each rotation t of the opening, and their inverses.
    distances: Vec<Fr>,
    inverse_distances: Vec<Fr>,
}

impl Point {
    fn new<C: Curve>(
        key: &PreparedKey<C>,
        x: Challenge<X>,
        u: Challenge<crate::transcript::ShplonkU>,
        inputs: &[Fr],
    ) -> Result<Point, Rejection> {
        let (vk, domain) = (key.key(), &key.domain);
        let x_to_n = (0..vk.k).fold(*x, |power, _| power.square());
        let vanishing = x_to_n - Fr::ONE;
        let distances: Vec<Fr> = key
            .weights
            .omega_powers
            .iter()
            .map(|omega| *u - *omega * *x)
            .collect();

        // One inversion for everything: x, x^n - 1, the opening's distances, x - ω^i for the rows
        // at the end, and x - ω^i for row 0 and the other rows that hold public inputs.
        let mut inverted = Vec::with_capacity(inputs.len().saturating_add(32));
        inverted.extend([*x, vanishing]);
        inverted.extend(&distances);
        inverted.extend(domain.tail.iter().map(|row| *x - row));
        let mut row = Fr::ONE;
        for _ in 0..inputs.len().max(1) {
            inverted.push(*x - row);
            row *= domain.omega;
        }
        invert_all(&mut inverted).ok_or(Rejection::DegenerateChallenge)?;
        let (fixed, rest) = inverted.split_at(2.min(inverted.len()));
        let (inverse_distances, rest) = rest.split_at(distances.len().min(rest.len()));
        let (tail, head) = rest.split_at(domain.tail.len().min(rest.len()));

        // L_i(x) = ω^i · (x^n - 1) / (n · (x - ω^i))
        let scale = vanishing * domain.inverse_of_n;
        let mut at_end = domain
            .tail
            .iter()
            .zip(tail)
            .map(|(row, inverse)| scale * row * inverse);
        let last = at_end.next().unwrap_or_default();
        let blind = at_end.fold(Fr::ZERO, |sum, value| sum + value);
        let first = scale * head.first().copied().unwrap_or_default();
        let (mut row, mut instance) = (Fr::ONE, Fr::ZERO);
        for (input, inverse) in inputs.iter().zip(head) {
            instance += *input * row * inverse;
            row *= domain.omega;
        }
        Ok(Point {
            x_to_n,
            inverse: fixed.first().copied().unwrap_or_default(),
            inverse_of_vanishing: fixed.get(1).copied().unwrap_or_default(),
            lagrange: Lagrange {
                first,
                last,
                active: Fr::ONE - last - blind,
            },
            instance: instance * scale,
            inverse_distances: inverse_distances.to_vec(),
            distances,
        })
    }
}
