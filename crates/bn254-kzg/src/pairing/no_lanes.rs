//! The check in lanes, where there are none: no value of these types exists.

use ark_bn254::G1Affine;

use super::PairingCheck;
use super::prepared::PreparedG2;
use crate::Lanes;
use crate::tower::Fp12;

#[derive(Clone, Debug)]
pub(super) struct InLanes(Lanes);

impl InLanes {
    pub(super) fn new(lanes: Lanes, _: [&PreparedG2; 2]) -> InLanes {
        InLanes(lanes)
    }

    pub(super) fn lanes(&self) -> Lanes {
        self.0
    }

    pub(super) fn check(&self, _: &PairingCheck, _: &G1Affine, _: &G1Affine) -> bool {
        self.0.never()
    }

    pub(super) fn value(&self, _: &PairingCheck, _: &G1Affine, _: &G1Affine) -> Fp12 {
        self.0.never()
    }
}
