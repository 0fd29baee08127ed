//! The verifier's challenges.

use ark_bn254::Fr;
use core::{marker::PhantomData, ops::Deref};

/// A verifier's challenge. The name is part of the type, so that none is used in another's place.
pub(crate) struct Challenge<Name>(Fr, PhantomData<Name>);

impl<Name> Challenge<Name> {
    pub(crate) fn new(value: Fr) -> Self {
        Challenge(value, PhantomData)
    }
}

impl<Name> Clone for Challenge<Name> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Name> Copy for Challenge<Name> {}

impl<Name> Deref for Challenge<Name> {
    type Target = Fr;
    fn deref(&self) -> &Fr {
        &self.0
    }
}

/// Compresses the tuples of lookups and shuffles.
pub(crate) enum Theta {}
/// Randomises the permutation and lookup arguments.
pub(crate) enum Beta {}
/// Randomises the permutation and shuffle arguments.
pub(crate) enum Gamma {}
/// Combines the identities.
pub(crate) enum Y {}
/// The point of evaluation.
pub(crate) enum X {}
/// GWC: combines the commitments that are opened at one rotation.
pub(crate) enum GwcV {}
/// GWC: combines the rotations.
pub(crate) enum GwcU {}
/// Folds the accumulator's equation into that of the opening.
pub(crate) enum Rho {}
/// SHPLONK: combines the commitments of one rotation set.
pub(crate) enum ShplonkY {}
/// SHPLONK: combines the rotation sets.
pub(crate) enum ShplonkV {}
/// SHPLONK: the point at which the combination is opened.
pub(crate) enum ShplonkU {}
