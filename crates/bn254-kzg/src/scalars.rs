//! Inversion in the scalar field, faster than arkworks' binary algorithm.

use alloc::vec::Vec;

use ark_bn254::{Fr, FrConfig};
use ark_ff::{BigInt, Field, MontConfig, PrimeField, Zero};

use crate::inversion::Divisor;

/// The scalar field's modulus r, the order of the groups, prepared for inversion.
const DIVISOR: Divisor = Divisor::new(&Fr::MODULUS.0, <FrConfig as MontConfig<4>>::INV);

/// R³ mod r, R = 2²⁵⁶, read as a Montgomery form: the element R².
const R_SQUARED: Fr = Fr::new_unchecked(BigInt([
    0x5e94_d8e1_b4bf_0040,
    0x2a48_9cbe_1cfb_b6b8,
    0x893c_c664_a19f_cfed,
    0x0cf8_594b_7fcc_657c,
]));

/// `1/a`, or `None` for zero. Equal to [`ark_ff::Field::inverse`], in less than half the time.
pub fn inverse(a: &Fr) -> Option<Fr> {
    if a.is_zero() {
        return None;
    }
    // a·R as an integer becomes a⁻¹·R⁻¹, the Montgomery form of a⁻¹·R⁻²
    let inverse = Fr::new_unchecked(BigInt(DIVISOR.inverse(&a.0.0)));
    Some(mul(&inverse, &R_SQUARED))
}

fn mul(a: &Fr, b: &Fr) -> Fr {
    let mut product = *a;
    core::ops::MulAssign::mul_assign(&mut product, b);
    product
}

/// Replaces every element of `values` that is not zero by its inverse and leaves zeros as they are,
/// with one inversion in all. `prefixes` is working memory, reused between calls.
pub fn batch_inverse(values: &mut [Fr], prefixes: &mut Vec<Fr>) {
    prefixes.clear();
    let mut product = Fr::ONE;
    for value in values.iter() {
        prefixes.push(product);
        if !value.is_zero() {
            product = mul(&product, value);
        }
    }
    let Some(mut running) = inverse(&product) else {
        return; // a product of elements other than zero is not zero
    };
    for (value, prefix) in values.iter_mut().zip(prefixes.iter()).rev() {
        if !value.is_zero() {
            let own = mul(&running, prefix);
            running = mul(&running, value);
            *value = own;
        }
    }
}
