//! `zkml key`: from ezkl's files, or a halo2 circuit's, to a verifying key.

use crate::{
    Verdict,
    files::{self, hex, s_g2_hex},
    halo2::{self, PinnedArgs},
    inspect::{self, InspectArgs},
    output,
    progress::Progress,
};
use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use ezkl_import::{
    DigestSource, FileKind, ImportError, digest_from_hex, explain, import_vk, import_vka,
};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    Import(Box<ImportArgs>),
    Inspect(InspectArgs),
}

impl KeyCommand {
    /// Was JSON asked for?
    pub(crate) fn prints_json(&self) -> bool {
        match self {
            KeyCommand::Import(_) => false,
            KeyCommand::Inspect(args) => args.json,
        }
    }
}

/// Make a verifying key from ezkl's vk.key or vka.bin, or from a halo2 circuit's pinned key
///
/// From the prover's files:
///   zkml key import --vk vk.key --settings settings.json --trusted-setup ppot --out model.zkvk
///   zkml key import --vk vk.key --settings settings.json --srs kzg.srs --out model.zkvk
/// From the artifact of ezkl.create_evm_vka, which holds everything:
///   zkml key import --vka vka.bin --out model.zkvk
///
/// Both give the same key, byte for byte. vk.key does not hold the digest that begins every
/// transcript; for lookups over nine or more table columns it depends on the machine that made the
/// key. Then one of --proof, --vka or --digest settles it.
///
/// From any halo2 circuit (KZG, BN254; halo2-axiom, PSE's halo2, zkonduit's fork), with what its pinned
/// key does not say:
///   zkml key import --pinned vk.txt --instance-lengths 2 --srs params.srs --out circuit.zkvk
///   zkml key import --pinned vk.txt --instance-lengths 13 --accumulator 0,0,3,88 --opening gwc \
///       --transcript blake2b --trusted-setup ppot --out circuit.zkvk
#[derive(Args)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("source").required(true).multiple(true).args(["vk", "vka", "pinned"])))]
#[command(group(ArgGroup::new("without_setup").args(["vk", "pinned"])))]
pub(crate) struct ImportArgs {
    /// ezkl's vk.key
    #[arg(long, value_name = "FILE", requires = "settings", requires = "setup")]
    vk: Option<PathBuf>,
    /// ezkl's settings.json of the same circuit
    #[arg(long, value_name = "FILE", requires = "vk")]
    settings: Option<PathBuf>,
    /// The SRS file that the key was made with (ParamsKZG::write); only its head and tail are read
    #[arg(long, value_name = "FILE", requires = "without_setup", group = "setup")]
    srs: Option<PathBuf>,
    /// A trusted setup that this program knows, in place of the SRS file
    #[arg(
        long,
        value_name = "SETUP",
        value_enum,
        requires = "without_setup",
        group = "setup"
    )]
    trusted_setup: Option<KnownSetup>,
    /// The artifact of ezkl.create_evm_vka; with --vk it settles the digest
    #[arg(long, value_name = "FILE", conflicts_with = "pinned")]
    vka: Option<PathBuf>,
    /// A proof made with this key: settles the digest by verifying
    #[arg(long, value_name = "FILE", requires = "vk", conflicts_with_all = ["vka", "digest"])]
    proof: Option<PathBuf>,
    /// The digest, if you know it: 32 bytes of hex, big-endian
    #[arg(long, value_name = "0x…", requires = "vk", conflicts_with = "vka")]
    digest: Option<String>,
    #[command(flatten)]
    pinned: PinnedArgs,
    /// Accept a trusted setup other than the perpetual powers of tau. Anyone who knows its secret can
    /// forge proofs, as everybody does who ran `ezkl.gen_srs`: for tests only
    #[arg(long)]
    any_srs: bool,
    /// Where to write the key
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum KnownSetup {
    /// The perpetual powers of tau, which ezkl's get_srs downloads
    Ppot,
}

pub(crate) fn run(command: KeyCommand) -> Result<Verdict> {
    match command {
        KeyCommand::Import(args) => import(&args)?,
        KeyCommand::Inspect(args) => inspect::run(&args)?,
    }
    Ok(Verdict::Success)
}

fn import(args: &ImportArgs) -> Result<()> {
    let progress = Progress::spinner("importing the key");
    let key = match (&args.vk, &args.vka, &args.pinned.pinned) {
        (Some(vk), ..) => import_with_settings(args, vk)?,
        (_, Some(vka), _) => {
            import_vka(&files::read(vka)?).map_err(|e| files::named(e, FileKind::Vka, vka))?
        }
        (.., Some(pinned)) => halo2::import_pinned(&args.pinned, pinned, trusted_setup(args)?)?,
        (None, None, None) => bail!("give --vk with --settings, or --vka, or --pinned"),
    };
    drop(progress);
    check_setup(args, &key)?;
    let bytes = key.encode();
    files::write(&args.out, &bytes)?;
    output::print(format_args!(
        "{}: {} bytes, id {}",
        args.out.display(),
        bytes.len(),
        hex(key.id())
    ))
}

/// Refuses a trusted setup that is not known, or warns of it where that was asked for.
fn check_setup(args: &ImportArgs, key: &VerifyingKey) -> Result<()> {
    if key.trusted_setup().is_perpetual_powers_of_tau() {
        return Ok(());
    }
    if !args.any_srs {
        bail!(
            "the key was made under an unknown trusted setup ([s]G2 = {}). Anyone who knows its secret can \
             forge proofs, as everybody does who ran `ezkl.gen_srs`. Use the SRS file of ezkl's get_srs (the \
             perpetual powers of tau), or pass --any-srs if this is a test, or a trusted setup that you trust",
            s_g2_hex(key.trusted_setup())
        );
    }
    // The other route has said so, among what the settings tell.
    if args.vk.is_none() {
        eprintln!(
            "warning: this key's trusted setup is not the perpetual powers of tau; chains refuse the key \
             unless they are configured to accept it"
        );
    }
    Ok(())
}

/// The trusted setup that the key's file does not hold.
fn trusted_setup(args: &ImportArgs) -> Result<TrustedSetup> {
    match (&args.srs, args.trusted_setup) {
        (Some(path), _) => Ok(files::read_srs(path)?.trusted_setup),
        (None, Some(KnownSetup::Ppot)) => Ok(TrustedSetup::perpetual_powers_of_tau()),
        (None, None) => {
            bail!(
                "--srs or --trusted-setup is missing: the key does not say under which it was made"
            )
        }
    }
}

fn import_with_settings(args: &ImportArgs, vk: &Path) -> Result<VerifyingKey> {
    let settings_path = args.settings.as_deref().context("--vk needs --settings")?;
    let settings = files::read_settings(settings_path)?;
    let setup = trusted_setup(args)?;
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
    let file = files.into_iter().find(|(kind, _)| *kind == error.subject());
    match file {
        Some((kind, Some(path))) => files::named(error, kind, path),
        _ => error.into(),
    }
}
