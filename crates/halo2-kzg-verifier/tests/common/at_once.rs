//! The standard arithmetic by the interface that lanes have, on any processor: all points of a short proof at once.

use halo2_kzg_verifier::{Arithmetic, Fq, Fr, G1Affine, G2Affine, Standard};
use std::cell::Cell;

std::thread_local! {
    static ASKED_FOR: Cell<Option<usize>> = const { Cell::new(None) };
}

/// For how many points this thread was asked since the last call; `None` if it was not asked.
pub fn asked_for() -> Option<usize> {
    ASKED_FOR.take()
}

pub struct AtOnce;

impl Arithmetic for AtOnce {
    type Setup = <Standard as Arithmetic>::Setup;
    type Bases = <Standard as Arithmetic>::Bases;

    fn prepare_setup(s_g2: &G2Affine) -> Self::Setup {
        Standard::prepare_setup(s_g2)
    }

    fn is_in_lanes(_: &Self::Setup) -> bool {
        true
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        Standard::prepare_bases(points)
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        Standard::size_of_bases(bases)
    }

    fn multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine> {
        Standard::multi_exponentiation(setup, points, scalars, bases, base_scalars)
    }

    fn decompress(x: &Fq, _: bool) -> Option<G1Affine> {
        panic!("asked for the point of {x} alone")
    }

    fn decompress_all(_: &Self::Setup, compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
        let before = ASKED_FOR.replace(Some(compressed.len()));
        assert_eq!(before, None, "asked twice");
        let points = compressed.iter();
        points
            .map(|(x, y_is_odd)| Standard::decompress(x, *y_is_odd))
            .collect()
    }

    fn pairing_check(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> bool {
        Standard::pairing_check(setup, left, right)
    }
}
