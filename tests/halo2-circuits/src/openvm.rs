//! The circuit of `openvm_shape`: one of halo2-base, of the shape of OpenVM's wrapper.

use halo2_base::gates::{
    circuit::{builder::BaseCircuitBuilder, CircuitBuilderStage},
    RangeInstructions,
};
use halo2_proofs::{
    halo2curves::{
        bn256::{Bn256, Fr, G1Affine},
        ff::Field,
    },
    plonk::{keygen_vk, VerifyingKey},
    poly::kzg::commitment::ParamsKZG,
};

/// The circuit has two to this power rows.
pub const K: u32 = 10;
/// Public inputs: twelve limbs of an accumulator, two commitments, and bytes.
pub const INSTANCES: usize = 46;
const LIMBS: usize = 12;
const LIMB_BITS: usize = 88;
const COMMITMENTS: usize = 2;
const UNUSABLE_ROWS: usize = 9;

/// Makes the circuit's key. Values of the witness do not show in it.
pub fn verifying_key(params: &ParamsKZG<Bn256>) -> VerifyingKey<G1Affine> {
    let mut builder = BaseCircuitBuilder::<Fr>::from_stage(CircuitBuilderStage::Keygen)
        .use_k(K as usize)
        .use_lookup_bits(8)
        .use_instance_columns(1);
    let range = builder.range_chip();
    let context = builder.main(0);
    let cells = context.assign_witnesses([Fr::ZERO; INSTANCES]);
    for limb in &cells[..LIMBS] {
        range.range_check(context, *limb, LIMB_BITS);
    }
    for byte in &cells[LIMBS + COMMITMENTS..] {
        range.range_check(context, *byte, 8);
    }
    builder.assigned_instances[0] = cells;
    builder.calculate_params(Some(UNUSABLE_ROWS));
    keygen_vk(params, &builder).expect("the circuit has a key")
}
