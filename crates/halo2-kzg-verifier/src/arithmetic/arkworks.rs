//! Plain arkworks.

use super::interface::Arithmetic;
use crate::memory::size_of_vec;
use alloc::vec::Vec;
use ark_bn254::{Bn254, Fq, Fq12, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use ark_ff::{BigInteger, One, PrimeField};

/// Plain arkworks: the reference for every other implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arkworks;

type G2Prepared = <Bn254 as Pairing>::G2Prepared;

impl Arithmetic for Arkworks {
    /// The lines of G2 and of -\[s\]G2.
    type Setup = [G2Prepared; 2];
    type Bases = Vec<G1Affine>;

    fn prepare_setup(s_g2: &G2Affine) -> Self::Setup {
        [G2Affine::generator().into(), (-*s_g2).into()]
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        points
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        size_of_vec(bases)
    }

    fn multi_exponentiation(
        _: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine> {
        let own = G1Projective::msm(points, scalars).ok()?;
        let fixed = G1Projective::msm(bases, base_scalars).ok()?;
        Some((own + fixed).into_affine())
    }

    fn decompress(x: &Fq, y_is_odd: bool) -> Option<G1Affine> {
        let (a, b) = G1Affine::get_ys_from_x_unchecked(*x)?;
        let y = if a.into_bigint().is_odd() == y_is_odd {
            a
        } else {
            b
        };
        Some(G1Affine::new_unchecked(*x, y))
    }

    fn pairing_check(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> bool {
        ratio(setup, left, right).is_one()
    }

    fn pairing_ratio(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> Option<Fq12> {
        Some(ratio(setup, left, right))
    }
}

fn ratio(setup: &[G2Prepared; 2], left: &G1Affine, right: &G1Affine) -> Fq12 {
    Bn254::multi_pairing([left, right], setup.iter().cloned()).0
}
