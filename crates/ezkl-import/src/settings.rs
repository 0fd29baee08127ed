//! `settings.json`, as far as it shapes the circuit or says what a proof means.

use crate::error::{ErrorKind, FileKind, ImportError};
use crate::json;
use crate::nonlinearity::Nonlinearity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Versions of ezkl whose circuits this crate can rebuild, for people.
pub const SUPPORTED_EZKL: &str = "23.x (tested: 23.0.5)";

/// The settings of one circuit. Fields that neither shape the circuit nor its statement are not
/// kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Settings {
    pub(crate) run_args: RunArgs,
    pub(crate) total_assignments: u64,
    pub(crate) total_const_size: u64,
    pub(crate) total_dynamic_col_size: u64,
    pub(crate) num_dynamic_lookups: u64,
    pub(crate) num_shuffles: u64,
    pub(crate) total_shuffle_col_size: u64,
    pub(crate) einsum_params: EinsumParams,
    pub(crate) model_instance_shapes: Vec<Vec<u64>>,
    pub(crate) model_output_scales: Vec<i32>,
    pub(crate) model_input_scales: Vec<i32>,
    pub(crate) module_sizes: ModuleSizes,
    pub(crate) required_lookups: Vec<Nonlinearity>,
    pub(crate) required_range_checks: Vec<(i64, i64)>,
    pub(crate) version: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct RunArgs {
    pub(crate) lookup_range: (i64, i64),
    pub(crate) logrows: u32,
    pub(crate) num_inner_cols: u32,
    pub(crate) input_visibility: Visibility,
    pub(crate) output_visibility: Visibility,
    pub(crate) param_visibility: Visibility,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct EinsumParams {
    /// Equation ("mk,kn->mn") and the dimension of every axis.
    pub(crate) equations: Vec<(String, BTreeMap<char, u64>)>,
    pub(crate) total_einsum_col_size: u64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ModuleSizes {
    /// Elements of each committed tensor.
    pub(crate) polycommit: Vec<u64>,
    /// Rows that the hashes take, and the number of hashes.
    pub(crate) poseidon: (u64, Vec<u64>),
}

/// Who sees a part of the computation, and what binds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Visibility {
    /// Known to the prover only, and chosen freely for every proof.
    Private,
    /// Stands among the public inputs.
    Public,
    /// Its Poseidon hash stands among the public inputs.
    Hashed {
        /// Is the hash constrained to equal the public input?
        hash_is_public: bool,
        /// Outlets of the model that read the hashed tensor.
        outlets: Vec<u64>,
    },
    /// A KZG commitment to it is the first part of the proof.
    KZGCommit,
    /// Built into the key.
    Fixed,
}

#[derive(Deserialize)]
struct VersionOnly {
    version: Option<String>,
}

impl Settings {
    /// Reads `settings.json`.
    ///
    /// # Errors
    /// An [`ImportError`] about [`FileKind::Settings`]: an unsupported version, or a field that is
    /// missing or of the wrong kind, with its line and column.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ImportError> {
        // The version first: other versions have other fields.
        let VersionOnly { version } = json::parse(FileKind::Settings, bytes)?;
        let version = version.unwrap_or_else(|| "none".to_owned());
        if version.split('.').next() != Some("23") {
            let shown: String = version.chars().take(40).collect();
            let problem = format!("ezkl version {shown:?}; supported: {SUPPORTED_EZKL}");
            return Err(ImportError::new(
                FileKind::Settings,
                ErrorKind::Version,
                "version",
                problem,
            )
            .cure(
                "Circuits are built differently in every release. Make the key and the settings \
                 again with ezkl 23, or import the vka.bin that ezkl's create_evm_vka writes: it \
                 needs no settings.",
            ));
        }
        json::parse(FileKind::Settings, bytes)
    }

    /// Version of ezkl that wrote the settings.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The circuit has `2^logrows` rows.
    pub fn logrows(&self) -> u32 {
        self.run_args.logrows
    }

    /// Who sees the model's input.
    pub fn input_visibility(&self) -> &Visibility {
        &self.run_args.input_visibility
    }

    /// Who sees the model's output.
    pub fn output_visibility(&self) -> &Visibility {
        &self.run_args.output_visibility
    }

    /// Who sees the model's parameters (weights).
    pub fn param_visibility(&self) -> &Visibility {
        &self.run_args.param_visibility
    }

    /// Number of Poseidon hashes among the public inputs.
    pub(crate) fn hashes(&self) -> Option<u64> {
        self.module_sizes
            .poseidon
            .1
            .iter()
            .try_fold(0u64, |sum, count| sum.checked_add(*count))
    }

    /// Number of public inputs: the hashes, then the public tensors' elements.
    pub(crate) fn public_inputs(&self) -> Result<u32, ImportError> {
        let mut total = self.hashes();
        for shape in &self.model_instance_shapes {
            total = total
                .zip(elements(shape))
                .and_then(|(a, b)| a.checked_add(b));
        }
        total
            .and_then(|total| u32::try_from(total).ok())
            .ok_or_else(|| {
                ImportError::new(
                    FileKind::Settings,
                    ErrorKind::Limit,
                    "model_instance_shapes, module_sizes.poseidon",
                    "more public inputs than any circuit has rows",
                )
                .cure(
                    "Make fewer values public: a smaller tensor, or the visibility hashed, polycommit or \
                     private for the input or the output; then run gen_settings, calibrate_settings, \
                     compile_circuit and setup again.",
                )
            })
    }
}

/// Number of elements of a tensor.
pub(crate) fn elements(shape: &[u64]) -> Option<u64> {
    shape
        .iter()
        .try_fold(1u64, |product, dimension| product.checked_mul(*dimension))
}
