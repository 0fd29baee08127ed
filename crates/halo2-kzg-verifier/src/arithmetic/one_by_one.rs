//! Operations on lists, one element at a time: what runs without lanes.

use alloc::vec::Vec;
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::AdditiveGroup;

pub(super) fn decompress(
    compressed: &[(Fq, bool)],
    decompress: fn(&Fq, bool) -> Option<G1Affine>,
) -> Vec<Option<G1Affine>> {
    let point = |(x, y_is_odd): &(Fq, bool)| decompress(x, *y_is_odd);
    compressed.iter().map(point).collect()
}

pub(super) fn batch_inverse(values: &mut [Fr]) {
    bn254_kzg::batch_inverse(values, &mut Vec::with_capacity(values.len()));
}

pub(super) fn inner_product(a: &[Fr], b: &[Fr]) -> Fr {
    let products = a.iter().zip(b);
    products.fold(Fr::ZERO, |sum, (a, b)| sum + *a * b)
}
