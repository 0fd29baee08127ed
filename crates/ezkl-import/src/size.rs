//! What settings.json says of a circuit before there are keys: how large it is, and whether the
//! verifier would take it. Setup takes minutes, and this none.

use crate::circuit::Circuit;
use crate::configure::{TreeShape, configure};
use crate::error::ImportError;
use crate::selectors;
use crate::settings::Settings;
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use halo2_kzg_verifier::TrustedSetup;

/// The columns of a circuit. With compression several selectors share a fixed column, so that the
/// circuit may get fewer of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitSize {
    /// Columns that the prover fills for each proof.
    pub advice_columns: usize,
    /// Columns that are the same for every proof, selectors included, without compression.
    pub fixed_columns: usize,
    /// Columns in the permutation.
    pub permutation_columns: usize,
    /// Lookup arguments.
    pub lookups: usize,
    /// The largest degree of a constraint.
    pub degree: usize,
}

impl CircuitSize {
    /// Builds the circuit that `settings` describe, without its commitments.
    ///
    /// # Errors
    /// An [`ImportError`] of kind [`ErrorKind::Limit`](crate::ErrorKind::Limit) for a circuit whose key
    /// would be refused, and any that [`import_vk`](crate::import_vk) has about settings.
    pub fn of(settings: &Settings) -> Result<Self, ImportError> {
        let mut cs = configure(settings, TreeShape::SINGLE_THREAD)?;
        selectors::convert_directly(&mut cs)?;
        let size = Self {
            advice_columns: cs.advice_phases.len(),
            fixed_columns: cs.fixed_columns as usize,
            permutation_columns: cs.permutation.len(),
            lookups: cs.lookups.len(),
            degree: cs.degree() as usize,
        };
        let blank = Circuit {
            k: u8::try_from(settings.logrows()).unwrap_or(u8::MAX),
            fixed: vec![G1Affine::zero(); size.fixed_columns],
            permutation: vec![G1Affine::zero(); size.permutation_columns],
            cs,
        };
        blank.key(
            settings,
            TrustedSetup::perpetual_powers_of_tau(),
            Fr::from(0u64),
        )?;
        Ok(size)
    }
}
