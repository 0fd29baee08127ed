//! `zkml key`: from ezkl's files to a verifying key.

use crate::{
    Verdict,
    files::{self, hex},
};
use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use ezkl_import::{
    DigestSource, FileKind, ImportError, digest_from_hex, explain, import_vk, import_vka,
};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use std::path::{Path, PathBuf};
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes};

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    Import(ImportArgs),
    /// Print what a verifying key holds, its id, and what a verification costs
    Inspect(InspectArgs),
}

/// Make a verifying key from vk.key + settings.json + SRS, or from vka.bin
///
/// From the prover's files:
///   zkml key import --vk vk.key --settings settings.json --ceremony ppot --out model.zkvk
///   zkml key import --vk vk.key --settings settings.json --srs kzg.srs --out model.zkvk
/// From the artifact of ezkl.create_evm_vka, which holds everything:
///   zkml key import --vka vka.bin --out model.zkvk
///
/// Both give the same key, byte for byte. vk.key does not hold the digest that begins every
/// transcript; for lookups over nine or more table columns it depends on the machine that made the
/// key. Then one of --proof, --vka or --digest settles it.
#[derive(Args)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("source").required(true).multiple(true).args(["vk", "vka"])))]
pub(crate) struct ImportArgs {
    /// ezkl's vk.key
    #[arg(long, value_name = "FILE", requires = "settings", requires = "setup")]
    vk: Option<PathBuf>,
    /// ezkl's settings.json of the same circuit
    #[arg(long, value_name = "FILE", requires = "vk")]
    settings: Option<PathBuf>,
    /// The SRS that the key was made under; only its head and tail are read
    #[arg(long, value_name = "FILE", requires = "vk", group = "setup")]
    srs: Option<PathBuf>,
    /// A ceremony known to this program, instead of the SRS file
    #[arg(long, value_enum, requires = "vk", group = "setup")]
    ceremony: Option<Ceremony>,
    /// The artifact of ezkl.create_evm_vka; with --vk it settles the digest
    #[arg(long, value_name = "FILE")]
    vka: Option<PathBuf>,
    /// A proof made with this key: settles the digest by verifying
    #[arg(long, value_name = "FILE", requires = "vk", conflicts_with_all = ["vka", "digest"])]
    proof: Option<PathBuf>,
    /// The digest, if you know it: 32 bytes of hex, big-endian
    #[arg(long, value_name = "0x…", requires = "vk", conflicts_with = "vka")]
    digest: Option<String>,
    /// Accept an SRS that is not the perpetual powers of tau: whoever knows its secret can forge
    /// proofs. `ezkl.gen_srs` makes such ones; they are fit for tests only
    #[arg(long)]
    any_srs: bool,
    /// Where to write the key
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ceremony {
    /// The perpetual powers of tau, which ezkl's get_srs downloads
    Ppot,
}

#[derive(Args)]
pub(crate) struct InspectArgs {
    /// The key (model.zkvk)
    key: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: KeyCommand) -> Result<Verdict> {
    match command {
        KeyCommand::Import(args) => import(&args)?,
        KeyCommand::Inspect(args) => inspect(&args)?,
    }
    Ok(Verdict::Success)
}

fn import(args: &ImportArgs) -> Result<()> {
    let key = match (&args.vk, &args.vka) {
        (Some(vk), _) => import_with_settings(args, vk)?,
        (None, Some(vka)) => {
            import_vka(&files::read(vka)?).map_err(|e| files::named(e, FileKind::Vka, vka))?
        }
        (None, None) => bail!("give --vk with --settings, or --vka"),
    };
    if !key.trusted_setup().is_perpetual_powers_of_tau() {
        if !args.any_srs {
            bail!(
                "the key was made under an unknown SRS ([s]G2 = {}). Whoever knows its secret can \
                 forge proofs, and anybody who ran `ezkl.gen_srs` does. Use ezkl's get_srs (the \
                 perpetual powers of tau), or pass --any-srs if this is a test or a ceremony that \
                 you trust",
                hex(key.trusted_setup().to_bytes())
            );
        }
        // The other route has said so, among what the settings tell.
        if args.vk.is_none() {
            eprintln!(
                "warning: this key's SRS is not the perpetual powers of tau; chains refuse it unless \
                 they are configured to accept it"
            );
        }
    }
    let bytes = key.encode();
    files::write(&args.out, &bytes)?;
    println!(
        "{}: {} bytes, id {}",
        args.out.display(),
        bytes.len(),
        hex(key.id())
    );
    Ok(())
}

fn import_with_settings(args: &ImportArgs, vk: &Path) -> Result<VerifyingKey> {
    let settings_path = args.settings.as_deref().context("--vk needs --settings")?;
    let settings = files::read_settings(settings_path)?;
    let setup = match (&args.srs, args.ceremony) {
        (Some(path), _) => files::read_srs(path)?.trusted_setup,
        (None, Some(Ceremony::Ppot)) => TrustedSetup::perpetual_powers_of_tau(),
        (None, None) => bail!("--vk needs --srs or --ceremony: vk.key does not hold the SRS"),
    };
    let proof = args.proof.as_deref().map(files::read_proof).transpose()?;
    let vka = args.vka.as_deref().map(files::read).transpose()?;
    let digest = match (&proof, &vka, &args.digest) {
        (Some(proof), ..) => DigestSource::FromProof(proof),
        (_, Some(vka), _) => DigestSource::FromVka(vka),
        (.., Some(text)) => DigestSource::Given(digest_from_hex(text).with_context(|| {
            format!("--digest {text}: expected 32 bytes of hex below the scalar field's modulus")
        })?),
        _ => DigestSource::Computed,
    };
    let key = import_vk(&files::read(vk)?, &settings, setup, digest);
    let key = key.map_err(|error| names_of(args, error))?;
    let explanation = explain(&key, &settings, None).map_err(|error| names_of(args, error))?;
    for warning in explanation.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(key)
}

/// Puts the files' real names into an import's error.
fn names_of(args: &ImportArgs, error: ImportError) -> anyhow::Error {
    let files = [
        (FileKind::VkKey, &args.vk),
        (FileKind::Settings, &args.settings),
        (FileKind::Proof, &args.proof),
        (FileKind::Vka, &args.vka),
    ];
    let named = |error: ImportError, (kind, path): (FileKind, &Option<PathBuf>)| match path {
        Some(path) => error.named(kind, path.display().to_string()),
        None => error,
    };
    files.into_iter().fold(error, named).into()
}

/// Sizes and gas of one verification, the key's slot and account cold.
fn sizes(key: &VerifyingKey, key_length: u64) -> Sizes {
    Sizes {
        proof: key.proof_length(),
        public_inputs: key.public_inputs_length(),
        key: key_length,
        names_key: false,
    }
}

fn inspect(args: &InspectArgs) -> Result<()> {
    let key = files::read_key(&args.key)?;
    let bytes = key.encode();
    let length = bytes.len() as u64;
    let prices = AccessPrices::BERLIN;
    let execution = GasSchedule::default().total(&sizes(&key, length));
    let cold = execution + prices.slot(true) + prices.account(true);
    let ceremony = key.trusted_setup().is_perpetual_powers_of_tau();
    let deployable = length <= 24_576;
    if args.json {
        let json = serde_json::json!({
            "id": hex(key.id()),
            "k": key.k(),
            "degree": key.degree(),
            "blindingFactors": key.blinding_factors(),
            "digest": hex(digest_bytes(&key)),
            "phases": key.phases().iter().map(|p| serde_json::json!({
                "adviceColumns": p.advice_columns, "challenges": p.challenges,
            })).collect::<Vec<_>>(),
            "adviceColumns": key.num_advice(),
            "fixedColumns": key.num_fixed(),
            "permutationColumns": key.permutation().len(),
            "gates": key.num_gates(),
            "lookups": key.num_lookups(),
            "lookupInputs": key.num_lookup_inputs(),
            "shuffles": key.num_shuffles(),
            "expressionNodes": key.num_nodes(),
            "distinctCommitments": key.num_commitments(),
            "publicInputs": key.num_public_inputs(),
            "sG2": hex(key.trusted_setup().to_bytes()),
            "perpetualPowersOfTau": ceremony,
            "keyBytes": length,
            "fitsContractSizeLimit": deployable,
            "proofBytes": key.proof_length(),
            "publicInputsBytes": key.public_inputs_length(),
            "gas": { "warm": execution + prices.slot(false) + prices.account(false), "cold": cold },
        });
        println!("{}", serde_json::to_string_pretty(&json)?);
        return Ok(());
    }
    let row = |name: &str, value: String| println!("{name:<22}{value}");
    row("id (code hash)", hex(key.id()));
    row("rows", format!("2^{} = {}", key.k(), 1u64 << key.k()));
    row("degree", key.degree().to_string());
    let phases: Vec<String> = key
        .phases()
        .iter()
        .map(|p| match p.challenges {
            0 => p.advice_columns.to_string(),
            n => format!("{} then {n} challenges", p.advice_columns),
        })
        .collect();
    row(
        "advice columns",
        format!("{} (by phase: {})", key.num_advice(), phases.join(", ")),
    );
    row("fixed columns", key.num_fixed().to_string());
    row("permutation columns", key.permutation().len().to_string());
    row("gates", key.num_gates().to_string());
    row(
        "lookups",
        format!(
            "{} with {} inputs",
            key.num_lookups(),
            key.num_lookup_inputs()
        ),
    );
    row("expression nodes", key.num_nodes().to_string());
    row("commitments", format!("{} distinct", key.num_commitments()));
    row("public inputs", key.num_public_inputs().to_string());
    let known = if ceremony {
        "the perpetual powers of tau"
    } else {
        "UNKNOWN: whoever knows its secret can forge proofs"
    };
    row("trusted setup", known.into());
    row("[s]G2", hex(key.trusted_setup().to_bytes()));
    let fits = if deployable {
        ""
    } else {
        "; over the 24,576 of a contract: genesis only"
    };
    row("key", format!("{length} bytes{fits}"));
    row("proof", format!("{} bytes", key.proof_length()));
    row(
        "gas of one call",
        format!("{cold} with a cold key (plus calldata)"),
    );
    Ok(())
}

fn digest_bytes(key: &VerifyingKey) -> Vec<u8> {
    use ark_ff::{BigInteger, PrimeField};
    key.digest().into_bigint().to_bytes_be()
}
