//! What a verifying key holds, as text or as data.

use crate::cost::verification;
use halo2_kzg_verifier::{Accumulator, LookupArgument, Opening, TranscriptHash, VerifyingKey};
use serde::Serialize;
use std::fmt;
use zk_verify_precompile::AccessPrices;

/// The longest code that a contract can have (EIP-170).
const MAX_CODE_SIZE: u64 = 24_576;

/// What there is to know of a key. Displays as a table; serialises as the JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// keccak256 of the encoded key: the code hash of the account that holds it.
    pub id: String,
    /// The circuit has 2^k rows.
    pub k: u8,
    /// Of the constraints.
    pub degree: u32,
    /// Rows of each column that hide it.
    pub blinding_factors: u32,
    /// What begins every transcript.
    pub digest: String,
    /// In their order.
    pub phases: Vec<Phase>,
    /// Over all phases.
    pub advice_columns: u32,
    /// Selectors and tables included.
    pub fixed_columns: u32,
    /// Columns under copy constraints.
    pub permutation_columns: usize,
    /// Polynomial constraints.
    pub gates: u32,
    /// The polynomial opening: "SHPLONK" or "GWC".
    pub opening: &'static str,
    /// The transcript's hash: "Keccak-256" or "BLAKE2b".
    pub transcript: &'static str,
    /// "logUp" or "classic"; `None` without lookups.
    pub lookup_argument: Option<&'static str>,
    /// Lookup arguments.
    pub lookups: u32,
    /// Inputs of all lookup arguments.
    pub lookup_inputs: u32,
    /// Shuffle arguments.
    pub shuffles: u32,
    /// Of gates, lookups and shuffles.
    pub expression_nodes: u32,
    /// Points that the key holds.
    pub distinct_commitments: u32,
    /// How many a proof has.
    pub public_inputs: u64,
    /// For each instance column, the number of its values.
    pub instance_lengths: Vec<u32>,
    /// Instance columns with values that nothing constrains.
    pub free_instance_columns: Vec<usize>,
    /// Where an accumulator stands, if there is one.
    pub accumulator: Option<Place>,
    #[serde(rename = "sG2")]
    /// The trusted setup: x.c1, x.c0, y.c1, y.c0 of \[s\]G2.
    pub s_g2: String,
    /// Is it that one?
    pub perpetual_powers_of_tau: bool,
    /// Length of the encoded key.
    pub key_bytes: u64,
    /// Does it fit into the code of a contract (EIP-170)?
    pub fits_contract_size_limit: bool,
    /// Length of every proof in the long form.
    pub proof_bytes: u64,
    /// Length of every proof in the short form.
    pub short_proof_bytes: u64,
    /// Length of the public inputs: 32 for each.
    pub public_inputs_bytes: u64,
    /// What a verification costs, of a proof in the long form.
    pub gas: Gas,
    /// What it costs of a proof in the short form.
    pub short_gas: Gas,
}

/// A phase of the proof.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    /// Advice columns that it has.
    pub advice_columns: u32,
    /// Challenges drawn after it.
    pub challenges: u32,
}

/// Where an accumulator stands among the instances.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Place {
    /// The instance column.
    pub column: u32,
    /// Its first row.
    pub row: u32,
    /// Rows of each of the four coordinates.
    pub limbs: u32,
    /// Bits of each row's value.
    pub bits: u32,
}

impl Place {
    /// The place of this accumulator.
    pub fn of(accumulator: &Accumulator) -> Self {
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
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Gas {
    /// The caller's key slot and the key's account were read before in the transaction.
    pub warm: u64,
    /// They were not.
    pub cold: u64,
}

impl Inspection {
    /// All of it.
    pub fn of(key: &VerifyingKey) -> Self {
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
            s_g2: hex(key.trusted_setup().to_bytes()),
            perpetual_powers_of_tau: key.trusted_setup().is_perpetual_powers_of_tau(),
            key_bytes,
            fits_contract_size_limit: key_bytes <= MAX_CODE_SIZE,
            proof_bytes: key.proof_length(),
            short_proof_bytes: key.short_proof_length(),
            public_inputs_bytes: key.public_inputs_length(),
            gas: Gas::of(key, key.proof_length()),
            short_gas: Gas::of(key, key.short_proof_length()),
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
            "; over the 24,576 of a contract (65,536 from Amsterdam on)"
        };
        format!("{} bytes{fits}", self.key_bytes)
    }
}

impl Gas {
    fn of(key: &VerifyingKey, proof: u64) -> Self {
        let with = |prices: AccessPrices| {
            verification(key, proof, key.public_inputs_length(), false, prices)
        };
        let warm = AccessPrices {
            cold_slot_surcharge: 0,
            cold_account_surcharge: 0,
            ..AccessPrices::BERLIN
        };
        Self {
            warm: with(warm),
            cold: with(AccessPrices::BERLIN),
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
        writeln!(
            f,
            "{:<22}{} with a cold key (plus calldata)",
            "gas of one call", self.gas.cold
        )?;
        write!(
            f,
            "{:<22}{} bytes, {} gas with a cold key (plus calldata)",
            "in short form", self.short_proof_bytes, self.short_gas.cold
        )
    }
}

/// Instance columns that have values and that no gate, lookup or copy constraint reads.
pub fn free_instance_columns(key: &VerifyingKey) -> Vec<usize> {
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

fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}
