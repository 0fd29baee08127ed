//! Which form of the proof a call carries: the one whose transaction is cheaper, or the one that is asked for.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum, builder::PossibleValuesParser, builder::TypedValueParser as _};
use ezkl_import::EzklProof;
use halo2_kzg_verifier::VerifyingKey;
use serde::Serialize;
use std::fmt;
use zkml_inspect::{BothForms, Cost, Fork, Form};

#[derive(Args)]
pub(super) struct FormArgs {
    /// The rules of the chain, which decide what form is cheaper
    #[arg(long, value_name = "FORK", requires = "key", default_value = Fork::default().name(),
          value_parser = PossibleValuesParser::new(Fork::ALL.map(Fork::name)).try_map(fork))]
    hardfork: Fork,
    /// Take this form of the proof, whatever it costs
    #[arg(long, value_name = "FORM", value_enum, requires = "key")]
    form: Option<FormName>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormName {
    Long,
    Short,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Long => Form::Long,
            FormName::Short => Form::Short,
        }
    }
}

fn fork(name: String) -> Result<Fork, &'static str> {
    Fork::named(&name).ok_or("no such fork")
}

/// What was taken, and what both forms cost.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    taken: Form,
    fork: Fork,
    long: Price,
    short: Price,
}

/// A form's part in a transaction.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    proof_bytes: usize,
    /// Of the transaction: its base, the calldata, the verification.
    gas: u64,
}

/// The choice, and the proof in the form that was taken.
pub(super) struct Chosen {
    pub(super) choice: Choice,
    pub(super) proof: Vec<u8>,
}

impl Choice {
    /// Chooses for a call that `encode` makes, of a valid proof. `names_key`: it calls `verifyWithKey`.
    pub(super) fn of(
        args: &FormArgs,
        key: &VerifyingKey,
        proof: &EzklProof,
        names_key: bool,
        encode: impl Fn(&EzklProof) -> Result<Vec<u8>>,
    ) -> Result<Chosen> {
        let fork = args.hardfork;
        let both = BothForms::of(key, &proof.proof).context("the proof cannot be converted")?;
        let price = |bytes: &[u8]| -> Result<Price> {
            let calldata = encode(&EzklProof {
                proof: bytes.to_vec(),
                public_inputs: proof.public_inputs.clone(),
            })?;
            let lengths = (bytes.len() as u64, proof.public_inputs.len() as u64);
            let cost = Cost::of_calldata(fork, key, lengths, &calldata, names_key);
            Ok(Price {
                proof_bytes: bytes.len(),
                gas: cost.transaction,
            })
        };
        let (long, short) = (price(&both.long)?, price(&both.short)?);
        let cheaper = if short.gas < long.gas {
            Form::Short
        } else {
            Form::Long
        };
        let taken = args.form.map_or(cheaper, Form::from);
        let choice = Choice {
            taken,
            fork,
            long,
            short,
        };
        let proof = both.get(taken).to_vec();
        Ok(Chosen { choice, proof })
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Choice {
            taken,
            fork,
            long,
            short,
        } = self;
        write!(
            f,
            "the proof is in {} form; a transaction on {} costs {} gas with the long form ({} bytes), {} with the \
             short form ({} bytes), and what the contract itself does",
            taken.name(),
            fork.name(),
            long.gas,
            long.proof_bytes,
            short.gas,
            short.proof_bytes
        )
    }
}
