//! `zkml key import --pinned`, and what proofs of halo2 circuits share: options and errors.

use crate::files;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use halo2_import::{Halo2Key, ImportError, KeyOptions, Subject};
use halo2_kzg_verifier::{Accumulator, Opening, TranscriptHash, TrustedSetup, VerifyingKey};
use std::path::{Path, PathBuf};

/// What a pinned key does not say.
#[derive(Args)]
pub(crate) struct PinnedArgs {
    /// The text of any halo2 circuit's pinned key: std::fs::write("vk.txt", format!("{:?}", vk.pinned()))
    #[arg(long, value_name = "FILE", requires = "setup")]
    pub(crate) pinned: Option<PathBuf>,
    /// With --pinned: the number of values of each instance column, such as 3,1
    #[arg(long, value_name = "N,…", requires = "pinned", value_delimiter = ',')]
    instance_lengths: Vec<u32>,
    /// With --pinned: the prover's opening
    #[arg(long, value_enum, default_value_t = OpeningName::Shplonk, hide_default_value = true, requires = "pinned")]
    opening: OpeningName,
    /// With --pinned: the prover's transcript
    #[arg(long, value_enum, default_value_t = TranscriptName::Keccak, hide_default_value = true, requires = "pinned")]
    transcript: TranscriptName,
    /// With --pinned: where an aggregation circuit's accumulator stands among the instances: the instance
    /// column, its first row, limbs of a coordinate, bits of a limb. 0,0,3,88 is snark-verifier's and OpenVM's
    #[arg(long, value_name = "COLUMN,ROW,LIMBS,BITS", requires = "pinned", value_parser = parse_accumulator)]
    accumulator: Option<Accumulator>,
}

#[derive(Clone, Copy, ValueEnum)]
enum OpeningName {
    /// ProverSHPLONK (the default)
    Shplonk,
    /// ProverGWC
    Gwc,
}

#[derive(Clone, Copy, ValueEnum)]
enum TranscriptName {
    /// snark-verifier's EvmTranscript, PSE's Keccak256Transcript (the default)
    Keccak,
    /// halo2's Blake2bWrite
    Blake2b,
}

fn parse_accumulator(text: &str) -> Result<Accumulator, String> {
    let numbers: Option<Vec<u32>> = text
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect();
    let accumulator = numbers.and_then(|numbers| {
        let [column, row, limbs, bits] = numbers[..] else {
            return None;
        };
        Some(Accumulator {
            column,
            row,
            limbs,
            bits,
        })
    });
    accumulator.ok_or_else(|| {
        "expected four numbers: instance column, first row, limbs of a coordinate, bits of a limb, such as \
         0,0,3,88"
            .to_owned()
    })
}

/// The key, after saying on standard error what its circuit leaves open.
pub(crate) fn import_pinned(
    args: &PinnedArgs,
    path: &Path,
    trusted_setup: TrustedSetup,
) -> Result<VerifyingKey> {
    let text = String::from_utf8(files::read(path)?)
        .ok()
        .with_context(|| {
            let found = files::looks_like(path)
                .map_or(String::new(), |name| format!(": it looks like {name}"));
            format!(
                "{} is no text{found}; --pinned takes the text of vk.pinned()",
                path.display()
            )
        })?;
    let options = KeyOptions {
        trusted_setup,
        instance_lengths: args.instance_lengths.clone(),
        opening: match args.opening {
            OpeningName::Shplonk => Opening::Shplonk,
            OpeningName::Gwc => Opening::Gwc,
        },
        transcript_hash: match args.transcript {
            TranscriptName::Keccak => TranscriptHash::Keccak256,
            TranscriptName::Blake2b => TranscriptHash::Blake2b,
        },
        accumulator: args.accumulator,
    };
    let named = |error| named(error, Subject::PinnedKey, path);
    let imported = Halo2Key::from_pinned(&text).map_err(named)?;
    let imported = imported.verifying_key(&options).map_err(named)?;
    for warning in imported.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(imported.key)
}

/// Puts the file's real name into an import's error, and what the options are called here.
pub(crate) fn named(error: ImportError, subject: Subject, path: &Path) -> anyhow::Error {
    let option = match error.place() {
        "instance lengths" => "--instance-lengths",
        "accumulator" => "--accumulator",
        _ => "the options",
    };
    let error = error.named(Subject::Options, option);
    error.named(subject, path.display().to_string()).into()
}

/// The bytes of a file that holds them as they are, or in hexadecimal.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(bytes);
    }
    let digits = text.strip_prefix("0x").unwrap_or(text);
    match alloy_primitives::hex::decode(digits) {
        Ok(decoded) => Ok(decoded),
        Err(_) => Ok(bytes),
    }
}

/// Instances as users write them: a JSON list of the columns, each a list of numbers; of one column, its
/// list alone. Numbers are decimal, or hexadecimal with 0x, which is big-endian.
pub(crate) fn read_instances(path: &Path) -> Result<Vec<Vec<[u8; 32]>>> {
    let json: serde_json::Value = serde_json::from_slice(&files::read(path)?)
        .with_context(|| format!("{}: no JSON", path.display()))?;
    let list = |value: &serde_json::Value| value.as_array().cloned();
    let columns = list(&json).with_context(|| {
        let problem = "expected a list of instance columns, such as [[\"0x2a\", \"7\"]]";
        format!("{}: {problem}", path.display())
    })?;
    let columns = if columns.is_empty() || columns.iter().any(serde_json::Value::is_array) {
        let columns: Option<Vec<_>> = columns.iter().map(list).collect();
        columns.with_context(|| format!("{}: some columns are no lists", path.display()))?
    } else {
        vec![columns]
    };
    let word = |(row, value): (usize, &serde_json::Value), column: usize| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let is_ambiguous = text.len() == 64 && !text.starts_with("0x");
        match text.parse::<alloy_primitives::U256>() {
            Ok(number) if !is_ambiguous => Ok(number.to_be_bytes::<32>()),
            _ => bail!(
                "{}: [{column}][{row}]: {text:?} is no number: write it decimal, or big-endian in hexadecimal \
                 with 0x",
                path.display()
            ),
        }
    };
    let one = |(column, values): (usize, &Vec<serde_json::Value>)| {
        values
            .iter()
            .enumerate()
            .map(|value| word(value, column))
            .collect()
    };
    columns.iter().enumerate().map(one).collect()
}
