use std::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::super::kernels::field::Fr8;
use super::super::kernels::scalars::{batch_inverse, inner_product};
use crate::lanes::limbs52::ScalarField;
use crate::tests::lanes::plus_multiple_of;
use crate::tests::{cases, edge_scalars, rng};

/// Random elements, one in three an edge value, one in nine zero.
fn elements(length: usize, rng: &mut StdRng, edges: &[Fr]) -> Vec<Fr> {
    let mut element = || match rng.gen_range(0..9) {
        0 => Fr::ZERO,
        1..=3 => edges[rng.gen_range(0..edges.len())],
        _ => Fr::rand(rng),
    };
    (0..length).map(|_| element()).collect()
}

/// The inverse, or zero of zero.
fn inverse_or_zero(element: &Fr) -> Fr {
    element.inverse().unwrap_or(Fr::ZERO)
}

helpers! {
    fn inverses_are_those_of_arkworks(values: &[Fr]) {
        let expected: Vec<Fr> = values.iter().map(inverse_or_zero).collect();
        let mut inverses = values.to_vec();
        batch_inverse(&mut inverses);
        assert_eq!(inverses, expected, "{}", values.len());
        let mut scalar = values.to_vec();
        crate::batch_inverse(&mut scalar, &mut Vec::new());
        assert_eq!(scalar, expected);
    }

    fn inner_product_is_that_of_arkworks(a: &[Fr], b: &[Fr]) {
        let expected: Fr = a.iter().zip(b).map(|(a, b)| *a * b).sum();
        assert_eq!(inner_product(a, b), expected, "{} {}", a.len(), b.len());
        assert_eq!(inner_product(b, a), expected, "{} {}", b.len(), a.len());
    }

    /// The elements' representatives a·2²⁶⁰ + k·r.
    fn raised(elements: &[Fr], rng: &mut StdRng, most: u64) -> Fr8 {
        let scaled: Vec<Fr> = elements.iter().map(|element| *element * Fr::from(16)).collect();
        Fr8::from_lanes(&Fr8::from_elements(&scaled).to_lanes().map(|lane| {
            let k = if rng.gen_ratio(1, 2) { most } else { rng.gen_range(0..=most) };
            plus_multiple_of::<ScalarField>(&lane, k)
        }))
    }
}

claims! {
    fn inverses_of_lists_of_every_length_equal_arkworks() {
        let (mut rng, edges) = (rng(1), edge_scalars());
        for length in (0..=17).chain([63, 64, 65, 200]) {
            for _ in 0..cases(10) {
                inverses_are_those_of_arkworks(&elements(length, &mut rng, &edges));
            }
        }
    }

    fn inverses_of_extreme_elements_equal_arkworks() {
        let edges = edge_scalars();
        inverses_are_those_of_arkworks(&edges);
        for edge in edges {
            inverses_are_those_of_arkworks(&[edge; 9]);
        }
    }

    /// Zeros stay, wherever they stand, and change no other element.
    fn inverses_skip_zeros() {
        let mut rng = rng(2);
        let values: Vec<Fr> = (0..20).map(|_| Fr::rand(&mut rng)).collect();
        for first in 0..20 {
            for step in 1..=8 {
                let mut values = values.clone();
                values.iter_mut().skip(first).step_by(step).for_each(|value| *value = Fr::ZERO);
                inverses_are_those_of_arkworks(&values);
            }
        }
        inverses_are_those_of_arkworks(&[Fr::ZERO; 20]);
    }

    fn inner_products_of_lists_of_every_length_equal_arkworks() {
        let (mut rng, edges) = (rng(3), edge_scalars());
        for length in (0..=17).chain([511, 512, 513, 1_100]) {
            let (a, b) = (elements(length, &mut rng, &edges), elements(length, &mut rng, &edges));
            inner_product_is_that_of_arkworks(&a, &b);
            // one list longer than the other
            let c = elements(length + 11, &mut rng, &edges);
            inner_product_is_that_of_arkworks(&a, &c);
            inner_product_is_that_of_arkworks(&a, &[]);
        }
    }

    /// Columns and sums are largest where every word is: of r - 1, and of the element with the words of r - 1.
    fn inner_products_of_the_largest_elements_equal_arkworks() {
        let largest = -Fr::from(2).pow([256]).inverse().expect("2 is a unit");
        for element in [-Fr::ONE, largest] {
            for length in [8, 512, 1_025, 5_000] {
                let elements: Vec<Fr> = std::vec![element; length];
                inner_product_is_that_of_arkworks(&elements, &elements);
            }
        }
    }

    /// The claim of the base field's products, for the other modulus.
    fn products_of_the_widest_factors_equal_arkworks() {
        let (mut rng, edges) = (rng(4), edge_scalars());
        for case in 0..cases(3_000) {
            let (a, b) = (elements(8, &mut rng, &edges), elements(8, &mut rng, &edges));
            let (most_a, most_b) = [(82, 82), (0, 83), (7, 7), (5, 2), (1, 1)][case % 5];
            let (x, y) = (raised(&a, &mut rng, most_a), raised(&b, &mut rng, most_b));
            let expected: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b * Fr::from(16)).collect();
            let one = raised(&[Fr::ONE; 8], &mut rng, 0);
            assert_eq!(x.mul(&y).mul(&one).to_elements()[..], expected);
            if (most_a + 1) * (most_b + 1) <= 73 {
                x.mul(&y).debug_assert_between(0, 2);
                assert_eq!(x.mul(&y).to_elements()[..], expected);
            }
            let squares: Vec<Fr> = a.iter().map(|a| *a * a * Fr::from(16)).collect();
            assert_eq!(x.square().mul(&one).to_elements()[..], squares);
            let sums: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| (*a + b) * Fr::from(16)).collect();
            if most_a + most_b <= 80 {
                assert_eq!(x.add(&y).plus(1).reduce().to_elements()[..], sums);
            }
        }
    }

    /// At both ends of the range, as for the base field.
    fn reducing_holds_at_the_ends_of_its_range() {
        let mut rng = rng(5);
        for case in 0..cases(1_000) {
            let element = Fr::rand(&mut rng);
            let k = [1, 2, 42, 82, 83][case % 5];
            assert_eq!(Fr8::from_elements(&[element; 8]).plus(k).reduce().to_elements(), [element; 8]);
            assert_eq!(Fr8::zero().plus(k).reduce().to_elements(), [Fr::ZERO; 8]);
        }
    }
}
