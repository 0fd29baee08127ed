//! `zkml key inspect`: what a verifying key holds, as text or as JSON.

use crate::{
    files::{self, hex, s_g2_hex},
    output,
    progress::Progress,
};
use anyhow::Result;
use clap::Args;
use halo2_kzg_verifier::{Accumulator, LookupArgument, Opening, TranscriptHash, VerifyingKey};
use serde::Serialize;
use std::{fmt, path::PathBuf};
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes};

/// The longest code that a contract can have (EIP-170).
const MAX_CODE_SIZE: u64 = 24_576;

/// Print what a verifying key holds, its id, and what a verification costs
///
///   zkml key inspect model.zkvk
///   zkml key inspect model.zkvk --json
///
/// The id is keccak256 of the file: the code hash of the contract that holds the key.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct InspectArgs {
    /// The key (model.zkvk)
    #[arg(value_name = "FILE")]
    key: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &InspectArgs) -> Result<()> {
    let progress = Progress::spinner("reading the key");
    let inspection = Inspection::of(&files::read_key(&args.key)?);
    drop(progress);
    if args.json {
        output::print_json(&inspection)
    } else {
        output::print(&inspection)
    }
}

/// What there is to know of a key. Displays as a table; serialises as the JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    id: String,
    k: u8,
    degree: u32,
    blinding_factors: u32,
    digest: String,
    phases: Vec<Phase>,
    advice_columns: u32,
    fixed_columns: u32,
    permutation_columns: usize,
    gates: u32,
    opening: &'static str,
    transcript: &'static str,
    /// `None` without lookups.
    lookup_argument: Option<&'static str>,
    lookups: u32,
    lookup_inputs: u32,
    shuffles: u32,
    expression_nodes: u32,
    distinct_commitments: u32,
    public_inputs: u64,
    /// For each instance column, the number of its values.
    instance_lengths: Vec<u32>,
    /// Instance columns with values that nothing constrains.
    free_instance_columns: Vec<usize>,
    accumulator: Option<Place>,
    #[serde(rename = "sG2")]
    s_g2: String,
    perpetual_powers_of_tau: bool,
    key_bytes: u64,
    fits_contract_size_limit: bool,
    proof_bytes: u64,
    public_inputs_bytes: u64,
    gas: Gas,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Phase {
    advice_columns: u32,
    challenges: u32,
}

/// Where an accumulator stands among the instances.
#[derive(Serialize)]
pub(crate) struct Place {
    column: u32,
    row: u32,
    limbs: u32,
    bits: u32,
}

impl Place {
    pub(crate) fn of(accumulator: &Accumulator) -> Self {
        Place {
            column: accumulator.column,
            row: accumulator.row,
            limbs: accumulator.limbs,
            bits: accumulator.bits,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "instance column {}, rows {} to {}: 4 coordinates of {} limbs of {} bits",
            self.column,
            self.row,
            self.row + 4 * self.limbs - 1,
            self.limbs,
            self.bits
        )
    }
}

/// Gas of one verification, without calldata.
#[derive(Serialize)]
struct Gas {
    /// The caller's key slot and the key's account were read before in the transaction.
    warm: u64,
    /// They were not.
    cold: u64,
}

impl Inspection {
    fn of(key: &VerifyingKey) -> Self {
        let key_bytes = key.encode().len() as u64;
        Self {
            id: hex(key.id()),
            k: key.k(),
            degree: key.degree(),
            blinding_factors: key.blinding_factors(),
            digest: hex(digest_bytes(key)),
            phases: key
                .phases()
                .iter()
                .map(|phase| Phase {
                    advice_columns: phase.advice_columns,
                    challenges: phase.challenges,
                })
                .collect(),
            advice_columns: key.num_advice(),
            fixed_columns: key.num_fixed(),
            permutation_columns: key.permutation().len(),
            gates: key.num_gates(),
            opening: match key.opening() {
                Opening::Shplonk => "SHPLONK",
                Opening::Gwc => "GWC",
            },
            transcript: match key.transcript_hash() {
                TranscriptHash::Keccak256 => "Keccak-256",
                TranscriptHash::Blake2b => "BLAKE2b",
            },
            lookup_argument: (key.num_lookups() > 0).then_some(match key.lookup_argument() {
                LookupArgument::LogDerivative => "logUp",
                LookupArgument::Classic => "classic",
            }),
            lookups: key.num_lookups(),
            lookup_inputs: key.num_lookup_inputs(),
            shuffles: key.num_shuffles(),
            expression_nodes: key.num_nodes(),
            distinct_commitments: key.num_commitments(),
            public_inputs: key.num_public_inputs(),
            instance_lengths: key.instance_lengths().to_vec(),
            free_instance_columns: free_instance_columns(key),
            accumulator: key.accumulator().as_ref().map(Place::of),
            s_g2: s_g2_hex(key.trusted_setup()),
            perpetual_powers_of_tau: key.trusted_setup().is_perpetual_powers_of_tau(),
            key_bytes,
            fits_contract_size_limit: key_bytes <= MAX_CODE_SIZE,
            proof_bytes: key.proof_length(),
            public_inputs_bytes: key.public_inputs_length(),
            gas: Gas::of(key, key_bytes),
        }
    }

    fn columns_by_phase(&self) -> String {
        let phases: Vec<String> = self
            .phases
            .iter()
            .map(|phase| match phase.challenges {
                0 => phase.advice_columns.to_string(),
                n => format!("{} then {n} challenges", phase.advice_columns),
            })
            .collect();
        format!("{} (by phase: {})", self.advice_columns, phases.join(", "))
    }

    fn instance_columns(&self) -> String {
        let columns = self
            .instance_lengths
            .iter()
            .enumerate()
            .map(|(column, length)| {
                let free = if self.free_instance_columns.contains(&column) {
                    " (UNCONSTRAINED: a proof says nothing about them)"
                } else {
                    ""
                };
                format!("{length}{free}")
            });
        let columns: Vec<String> = columns.collect();
        match columns.len() {
            0 => "none".to_owned(),
            count => format!("{count}, with values: {}", columns.join(", ")),
        }
    }

    fn size_of_key(&self) -> String {
        let fits = if self.fits_contract_size_limit {
            ""
        } else {
            "; over the 24,576 of a contract: genesis only"
        };
        format!("{} bytes{fits}", self.key_bytes)
    }
}

impl Gas {
    fn of(key: &VerifyingKey, key_bytes: u64) -> Self {
        let prices = AccessPrices::BERLIN;
        let execution = GasSchedule::default().total(&Sizes {
            proof: key.proof_length(),
            public_inputs: key.public_inputs_length(),
            key: key_bytes,
            names_key: false,
        });
        let with_access = |cold| execution + prices.slot(cold) + prices.account(cold);
        Self {
            warm: with_access(false),
            cold: with_access(true),
        }
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let setup = if self.perpetual_powers_of_tau {
            "the perpetual powers of tau"
        } else {
            "UNKNOWN: anyone who knows its secret can forge proofs"
        };
        let lookups = match self.lookup_argument {
            Some(argument) => format!(
                "{} with {} inputs, {argument}",
                self.lookups, self.lookup_inputs
            ),
            None => "0".to_owned(),
        };
        let rows: [(&str, &dyn fmt::Display); 17] = [
            ("id (code hash)", &self.id),
            ("rows", &format_args!("2^{} = {}", self.k, 1u64 << self.k)),
            ("degree", &self.degree),
            ("advice columns", &self.columns_by_phase()),
            ("fixed columns", &self.fixed_columns),
            ("permutation columns", &self.permutation_columns),
            ("gates", &self.gates),
            ("lookups", &lookups),
            ("expression nodes", &self.expression_nodes),
            (
                "commitments",
                &format_args!("{} distinct", self.distinct_commitments),
            ),
            ("opening", &self.opening),
            ("transcript", &self.transcript),
            ("public inputs", &self.public_inputs),
            ("instance columns", &self.instance_columns()),
            ("trusted setup", &setup),
            ("[s]G2", &self.s_g2),
            ("key", &self.size_of_key()),
        ];
        for (name, value) in rows {
            writeln!(f, "{name:<22}{value}")?;
        }
        if let Some(accumulator) = &self.accumulator {
            writeln!(f, "{:<22}{accumulator}", "accumulator")?;
        }
        writeln!(f, "{:<22}{} bytes", "proof", self.proof_bytes)?;
        write!(
            f,
            "{:<22}{} with a cold key (plus calldata)",
            "gas of one call", self.gas.cold
        )
    }
}

/// Instance columns that have values and that no gate, lookup or copy constraint reads.
pub(crate) fn free_instance_columns(key: &VerifyingKey) -> Vec<usize> {
    let is_read = |column: usize| {
        key.instance_queries()
            .any(|query| query.column as usize == column)
    };
    let lengths = key.instance_lengths().iter().enumerate();
    lengths
        .filter(|(column, length)| **length > 0 && !is_read(*column))
        .map(|(column, _)| column)
        .collect()
}

fn digest_bytes(key: &VerifyingKey) -> Vec<u8> {
    use ark_ff::{BigInteger, PrimeField};
    key.digest().into_bigint().to_bytes_be()
}
