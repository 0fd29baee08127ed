//! Circuits that use everything that halo2-axiom has, made at random from descriptions: those of
//! tests/fixtures-halo2/axiom. Their keys are reproducible; proofs are not.

pub mod circuit;
pub mod openvm;
pub mod spec;
pub mod witness;

use circuit::{Circ, P};
use halo2_proofs::{
    halo2curves::bn256::{Bn256, G1Affine},
    plonk::{keygen_vk_custom, Circuit, ConstraintSystem, VerifyingKey},
    poly::kzg::commitment::ParamsKZG,
};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use spec::Spec;
use std::sync::Arc;

/// The fixtures' setup. A TEST setup: its secret is known.
pub fn params(k: u32) -> ParamsKZG<Bn256> {
    ParamsKZG::setup(k, ChaCha20Rng::seed_from_u64(0x7e57))
}

/// Makes a circuit's key. halo2-axiom limits the degree to 5 unless MAX_DEGREE says otherwise; set it first.
pub fn verifying_key(params: &ParamsKZG<Bn256>, spec: Spec) -> VerifyingKey<G1Affine> {
    let spec = Arc::new(spec);
    let mut cs = ConstraintSystem::default();
    Circ::configure_with_params(&mut cs, P(spec.clone()));
    let wit = Arc::new(witness::draw(&spec, cs.blinding_factors()));
    let compress = spec.compress;
    keygen_vk_custom(params, &Circ { spec, wit }, compress).expect("the circuit has a key")
}
