use std::vec::Vec;

use ark_bn254::{Fq, Fq2, Fq6, Fq12};
use ark_ff::{AdditiveGroup, CyclotomicMultSubgroup, Field, UniformRand};
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;

use super::{cases, edge_fq, rng};
use crate::tower::{Fp2, Fp6, Fp12};

/// Random elements; one coordinate in three is an edge value.
struct Source {
    rng: StdRng,
    edges: Vec<Fq>,
}

impl Source {
    fn new(seed: u64) -> Source {
        Source {
            rng: rng(seed),
            edges: edge_fq(),
        }
    }

    fn fq(&mut self) -> Fq {
        if self.rng.gen_ratio(1, 3) {
            self.edges[self.rng.gen_range(0..self.edges.len())]
        } else {
            Fq::rand(&mut self.rng)
        }
    }

    fn fq2(&mut self) -> Fq2 {
        Fq2::new(self.fq(), self.fq())
    }

    fn fq6(&mut self) -> Fq6 {
        Fq6::new(self.fq2(), self.fq2(), self.fq2())
    }

    fn fq12(&mut self) -> Fq12 {
        Fq12::new(self.fq6(), self.fq6())
    }
}

fn xi() -> Fq2 {
    Fq2::new(Fq::from(9), Fq::ONE)
}

#[test]
fn fp2_equals_arkworks_on_all_pairs_of_edge_coordinates() {
    let edges = edge_fq();
    for (i, a) in edges.iter().enumerate() {
        for b in &edges {
            let (x, y) = (Fq2::new(*a, *b), Fq2::new(edges[edges.len() - 1 - i], *a));
            compare_fp2(x, y);
        }
    }
}

fn compare_fp2(a: Fq2, b: Fq2) {
    let (x, y) = (Fp2::from(a), Fp2::from(b));
    assert_eq!(Fq2::from(x.add(&y)), a + b);
    assert_eq!(Fq2::from(x.sub(&y)), a - b);
    assert_eq!(Fq2::from(x.mul(&y)), a * b);
    assert_eq!(Fq2::from(x.neg()), -a);
    assert_eq!(Fq2::from(x.double()), a.double());
    assert_eq!(Fq2::from(x.square()), a.square());
    assert_eq!(
        Fq2::from(x.scale(&b.c0.into())),
        a * Fq2::new(b.c0, Fq::ZERO)
    );
    assert_eq!(Fq2::from(x.mul_by_xi()), a * xi());
    assert_eq!(Fq2::from(x.conjugate()), a.frobenius_map(1));
}

#[test]
fn fp2_equals_arkworks() {
    let mut source = Source::new(1);
    for _ in 0..cases(1_500) {
        let (a, b) = (source.fq2(), source.fq2());
        compare_fp2(a, b);
        if let Some(inverse) = a.inverse() {
            assert_eq!(Fq2::from(Fp2::from(a).inverse()), inverse);
        }
    }
    assert_eq!(Fp2::ZERO.inverse(), Fp2::ZERO);
}

#[test]
fn fp6_equals_arkworks() {
    let mut source = Source::new(2);
    let v = Fq6::new(Fq2::ZERO, Fq2::ONE, Fq2::ZERO);
    for _ in 0..cases(1_500) {
        let (a, b) = (source.fq6(), source.fq6());
        let (x, y) = (Fp6::from(a), Fp6::from(b));
        assert_eq!(Fq6::from(x.add(&y)), a + b);
        assert_eq!(Fq6::from(x.sub(&y)), a - b);
        assert_eq!(Fq6::from(x.mul(&y)), a * b);
        assert_eq!(Fq6::from(x.neg()), -a);
        assert_eq!(Fq6::from(x.mul_by_v()), a * v);
        let sparse = Fq6::new(b.c0, b.c1, Fq2::ZERO);
        assert_eq!(Fq6::from(x.mul_by_01(&y.c0, &y.c1)), a * sparse);
        if let Some(inverse) = a.inverse() {
            assert_eq!(Fq6::from(x.inverse()), inverse);
        }
    }
    assert_eq!(Fp6::ZERO.inverse(), Fp6::ZERO);
}

#[test]
fn fp12_equals_arkworks() {
    let mut source = Source::new(3);
    for _ in 0..cases(2_000) {
        let (a, b) = (source.fq12(), source.fq12());
        let (x, y) = (Fp12::from(a), Fp12::from(b));
        assert_eq!(Fq12::from(x.mul(&y)), a * b);
        assert_eq!(Fq12::from(x.square()), a.square());
        assert_eq!(Fq12::from(x.conjugate()), a.frobenius_map(6));
        for power in 1..=3 {
            assert_eq!(Fq12::from(x.frobenius(power)), a.frobenius_map(power));
        }
        let (l, m) = (b.c0.c0, b.c0.c1);
        let line = Fq12::new(Fq6::ONE, Fq6::new(l, m, Fq2::ZERO));
        assert_eq!(Fq12::from(x.mul_by_line(&l.into(), &m.into())), a * line);
        if let Some(inverse) = a.inverse() {
            assert_eq!(Fq12::from(x.inverse()), inverse);
        }
    }
}

#[test]
fn cyclotomic_operations_equal_arkworks() {
    let mut source = Source::new(4);
    for _ in 0..cases(200) {
        let Some(inverse) = source.fq12().inverse() else {
            continue;
        };
        let easy = inverse.frobenius_map(6) * inverse.inverse().expect("not zero");
        let a = easy.frobenius_map(2) * easy;
        let x = Fp12::from(a);
        assert_eq!(Fq12::from(x.cyclotomic_square()), a.square());
        assert_eq!(
            Fq12::from(x.cyclotomic_power_of_x()),
            a.cyclotomic_exp([4_965_661_367_192_848_881])
        );
    }
    let one = Fp12::ONE;
    assert_eq!(one.cyclotomic_square(), one);
    assert_eq!(one.cyclotomic_power_of_x(), one);
}
