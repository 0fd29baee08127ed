use std::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};

use super::{cases, edge_scalars, rng};
use crate::recoding::{POSITIONS, digits};
use crate::{LAMBDA, batch_inverse, glv, inverse};

#[test]
fn inverses_equal_those_of_arkworks() {
    assert_eq!(inverse(&Fr::ZERO), None);
    let mut rng = rng(1);
    let random = (0..cases(4_000)).map(|_| Fr::rand(&mut rng));
    for a in edge_scalars()
        .into_iter()
        .chain((0..2_000).map(Fr::from))
        .chain(random)
    {
        assert_eq!(inverse(&a), a.inverse(), "1/{a}");
    }
}

#[test]
fn a_batch_of_inverses_skips_zeros_wherever_they_stand() {
    let mut rng = rng(2);
    let mut prefixes = Vec::new();
    for zeros in [&[][..], &[0], &[6], &[0, 1, 5, 6], &[0, 1, 2, 3, 4, 5, 6]] {
        let mut values: Vec<Fr> = (0..7).map(|_| Fr::rand(&mut rng)).collect();
        for zero in zeros {
            values[*zero] = Fr::ZERO;
        }
        let expected: Vec<Fr> = values
            .iter()
            .map(|v| v.inverse().unwrap_or(Fr::ZERO))
            .collect();
        batch_inverse(&mut values, &mut prefixes);
        assert_eq!(values, expected);
    }
    batch_inverse(&mut [], &mut prefixes);
}

fn signed(k: i128) -> Fr {
    let magnitude = Fr::from(k.unsigned_abs());
    if k < 0 { -magnitude } else { magnitude }
}

/// The bound of the module's documentation, 0.6·(B + C), is below 2¹²⁶·⁰⁷ < 1.06·2¹²⁶.
const BOUND: u128 = (1 << 126) + (1 << 126) / 16;

#[test]
fn halves_of_scalars_recombine_and_keep_their_bound() {
    let mut rng = rng(3);
    let random = (0..cases(10_000)).map(|_| Fr::rand(&mut rng));
    for k in edge_scalars().into_iter().chain(random) {
        let (k1, k2) = glv::split(&k.into_bigint().0);
        assert!(
            k1.unsigned_abs() < BOUND && k2.unsigned_abs() < BOUND,
            "{k}"
        );
        assert_eq!(signed(k1) + signed(k2) * LAMBDA, k, "{k}");
    }
}

/// So that a + b·λ with short a and b has few windows.
#[test]
fn short_halves_are_found_again() {
    let mut rng = rng(5);
    let edges = [0, 1, -1, i128::from(u64::MAX), 1 << 64, -(1 << 64)];
    let random = (0..cases(1_000)).map(|_| i128::from(u64::rand(&mut rng)));
    let halves: Vec<i128> = edges.into_iter().chain(random).collect();
    for (a, b) in halves.iter().zip(halves.iter().rev()) {
        let k = signed(*a) + signed(*b) * LAMBDA;
        assert_eq!(glv::split(&k.into_bigint().0), (*a, *b));
    }
}

#[test]
fn digits_recombine_are_sparse_and_stay_below_the_last_position() {
    let mut rng = rng(4);
    let extremes = [
        0,
        1,
        -1,
        i128::MAX,
        -i128::MAX,
        (1 << 126) - 1,
        1 << 126,
        BOUND as i128,
        -(BOUND as i128),
    ];
    let powers = (0..127).flat_map(|k| [1_i128 << k, -(1 << k), (1_i128 << k) - 1]);
    let random = (0..cases(2_000)).map(|_| {
        let k = Fr::rand(&mut rng).into_bigint().0;
        (u128::from(k[0]) | u128::from(k[1] >> 1) << 64) as i128
    });
    let numbers: Vec<i128> = extremes.into_iter().chain(powers).chain(random).collect();
    for width in 2..=16 {
        for k in &numbers {
            let mut sum = Fr::ZERO;
            let mut lowest_allowed = 0;
            digits(*k, width, |digit| {
                let position = u32::from(digit.position);
                assert!(usize::from(digit.position) < POSITIONS);
                assert!(
                    position >= lowest_allowed,
                    "two digits of {k} in one window of {width}"
                );
                lowest_allowed = position + width;
                assert!(u32::from(digit.index) < 1 << (width - 2));
                let value = Fr::from(2 * u64::from(digit.index) + 1)
                    * Fr::from(2_u64).pow([position.into()]);
                sum += if digit.negative { -value } else { value };
            });
            assert_eq!(sum, signed(*k), "{k} at width {width}");
        }
    }
}
