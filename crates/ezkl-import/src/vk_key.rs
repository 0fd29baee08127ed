//! `vk.key` + `settings.json` → [`VerifyingKey`].
//!
//! `vk.key` holds commitments and nothing that says what they commit to: the circuit is rebuilt from
//! the settings. It does not hold the digest either, which is computed, and may be ambiguous: for a
//! lookup spread over nine or more table columns it depends on the number of threads of the machine
//! that made the key.

use crate::circuit::Circuit;
use crate::configure::{TreeShape, configure};
use crate::error::{ErrorKind, FileKind, ImportError};
use crate::field::{self, PointError};
use crate::key_header;
use crate::proof_json::EzklProof;
use crate::settings::Settings;
use crate::{import_vka, selectors};
use ark_bn254::{Fr, G1Affine};
use halo2_kzg_verifier::{PreparedKey, TrustedSetup, VerifyingKey, limits, verify};

/// Version byte of the raw-bytes format.
const VERSION: u8 = 3;
const HEADER: usize = 7;
const POINT: usize = 64;

/// Where the digest comes from.
#[derive(Clone, Copy, Debug)]
pub enum DigestSource<'a> {
    /// Computed from the circuit. Refused if the circuit can have several digests.
    Computed,
    /// Given. Must be one that the circuit can have.
    Given(Fr),
    /// The one under which this proof is valid.
    FromProof(&'a EzklProof),
    /// That of this `vka.bin` (the whole file), whose key must be the same.
    FromVka(&'a [u8]),
}

/// Reads a digest as people write it: 64 hexadecimal digits, big-endian, with or without `0x`. `None`
/// if it is not that, or not below the scalar field's modulus.
pub fn digest_from_hex(text: &str) -> Option<Fr> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes).ok()?;
    field::fr_from_be(&bytes)
}

/// Imports `vk.key` with the settings of its circuit.
///
/// * `vk`: the whole file, with or without the header that ezkl's next release writes.
/// * `trusted_setup`: that of the SRS file that the key was made with ([`Srs`](crate::Srs)), or the
///   perpetual powers of tau: `vk.key` does not hold it.
/// * `digest`: see [`DigestSource`].
///
/// The key is the same, byte for byte, as the one from the circuit's `vka.bin`.
///
/// # Errors
/// An [`ImportError`] about the file that is at fault. [`ErrorKind::AmbiguousDigest`] when `digest`
/// is [`DigestSource::Computed`] and the circuit can have several. Never panics.
pub fn import_vk(
    vk: &[u8],
    settings: &Settings,
    trusted_setup: TrustedSetup,
    digest: DigestSource<'_>,
) -> Result<VerifyingKey, ImportError> {
    let vk = key_header::body(vk)?;
    let header = Header::read(vk, settings)?;
    let single = rebuild(vk, &header, settings, TreeShape::SINGLE_THREAD)?;
    let widest = single.cs.widest_lookup;
    let shapes = TreeShape::candidates(widest);
    if shapes.len() > 1 && matches!(digest, DigestSource::Computed) {
        return Err(ambiguous_digest(widest));
    }
    let vka = match digest {
        DigestSource::FromVka(bytes) => Some(import_vka(bytes)?),
        _ => None,
    };
    let mut ready = Some(single);
    let mut last = None;
    for shape in shapes {
        let circuit = match ready.take_if(|_| shape == TreeShape::SINGLE_THREAD) {
            Some(circuit) => circuit,
            None => rebuild(vk, &header, settings, shape)?,
        };
        let candidate = circuit.digest()?;
        let key = circuit.key(settings, trusted_setup.clone(), candidate)?;
        let matches = match (digest, &vka) {
            (DigestSource::Computed, _) => true,
            (DigestSource::Given(given), _) => given == candidate,
            (DigestSource::FromProof(proof), _) => proves(&key, proof),
            (DigestSource::FromVka(_), vka) => vka.as_ref() == Some(&key),
        };
        if matches {
            return Ok(key);
        }
        last = Some(key);
    }
    Err(no_match(digest, vka.as_ref(), last.as_ref(), widest))
}

fn proves(key: &VerifyingKey, proof: &EzklProof) -> bool {
    let prepared: PreparedKey = PreparedKey::new(key.clone());
    verify(&prepared, &proof.proof, &proof.public_inputs).is_ok()
}

fn ambiguous_digest(columns: u32) -> ImportError {
    let problem = format!(
        "the circuit spreads a lookup over {columns} table columns; from 9 columns on, the digest \
         that begins every transcript depends on the number of threads of the machine that made \
         the key, and vk.key does not hold it"
    );
    ImportError::new(
        FileKind::VkKey,
        ErrorKind::AmbiguousDigest,
        "digest",
        problem,
    )
    .cure(
        "Settle it in one of three ways: give a proof made with this key (--proof proof.json), the \
         artifact of ezkl's create_evm_vka (--vka vka.bin), or the digest itself (--digest 0x…).",
    )
}

/// Explains why no digest that the circuit can have fits.
fn no_match(
    digest: DigestSource<'_>,
    vka: Option<&VerifyingKey>,
    key: Option<&VerifyingKey>,
    widest: u32,
) -> ImportError {
    let error = |file, place: &str, problem: String| {
        ImportError::new(file, ErrorKind::NoMatchingDigest, place, problem)
    };
    let shapes = TreeShape::candidates(widest).len();
    // Beyond 16 columns two or three threads leave work that is stolen at random.
    let wide = if widest > 16 {
        " With lookups over more than 16 table columns the digest can even change from run to run: \
         import the vka.bin on its own."
    } else {
        ""
    };
    match (digest, vka, key) {
        (DigestSource::FromProof(_), ..) => error(
            FileKind::Proof,
            "proof",
            format!(
                "the proof is not valid under this vk.key, settings.json and SRS, with any of the \
                 {shapes} digests that the circuit can have"
            ),
        )
        .cure(format!(
            "Use a proof, key, settings and SRS that belong together.{wide}"
        )),
        (DigestSource::FromVka(_), Some(vka), Some(key)) => error(
            FileKind::Vka,
            "the circuit",
            format!(
                "it differs from that of vk.key and settings.json: {}",
                difference(vka, key)
            ),
        )
        .cure(format!(
            "Use the files of one setup, with the same SRS.{wide}"
        )),
        _ => error(
            FileKind::VkKey,
            "digest",
            format!("the given digest is none of the {shapes} that the circuit can have"),
        )
        .cure(format!(
            "Use the vk.key and settings.json that the digest was made from.{wide}"
        )),
    }
}

fn difference(vka: &VerifyingKey, key: &VerifyingKey) -> &'static str {
    let checks = [
        (vka.k() == key.k(), "the number of rows"),
        (
            vka.trusted_setup() == key.trusted_setup(),
            "[s]G2, so the SRS",
        ),
        (
            vka.num_public_inputs() == key.num_public_inputs(),
            "the number of public inputs",
        ),
        (
            vka.num_advice() == key.num_advice() && vka.num_fixed() == key.num_fixed(),
            "the number of columns",
        ),
        (
            vka.proof_length() == key.proof_length(),
            "the length of proofs",
        ),
    ];
    checks.into_iter().find(|(same, _)| !same).map_or(
        "the digest, the expressions or the commitments",
        |(_, what)| what,
    )
}

/// The first seven bytes.
struct Header {
    k: u8,
    compressed: bool,
    fixed_columns: usize,
}

fn error(kind: ErrorKind, place: &str, problem: impl Into<String>) -> ImportError {
    ImportError::new(FileKind::VkKey, kind, place, problem)
}

impl Header {
    fn read(vk: &[u8], settings: &Settings) -> Result<Self, ImportError> {
        let Some(([version, k, compressed, count @ ..], _)) = vk.split_first_chunk::<HEADER>()
        else {
            let problem = format!("{} bytes; the header alone has {HEADER}", vk.len());
            return Err(error(ErrorKind::Truncated, "bytes 0..7 (header)", problem));
        };
        if *version != VERSION {
            let problem = format!(
                "format version {version}; ezkl 23 writes version {VERSION} in the format raw-bytes"
            );
            return Err(error(ErrorKind::Version, "byte 0 (version)", problem));
        }
        if u32::from(*k) != settings.logrows() {
            let problem = format!(
                "k is {k}, but settings.json has logrows {}",
                settings.logrows()
            );
            return Err(error(ErrorKind::Mismatch, "byte 1 (k)", problem));
        }
        if *compressed > 1 {
            let problem = format!("the flag for compressed selectors is {compressed}, not 0 or 1");
            return Err(error(ErrorKind::Malformed, "byte 2 (compression)", problem));
        }
        let fixed_columns = u32::from_le_bytes(*count);
        let place = "bytes 3..7 (number of fixed columns)";
        if u64::from(fixed_columns) * POINT as u64 > (vk.len() - HEADER) as u64 {
            let swapped = u32::from_be_bytes(*count);
            let hint = if swapped <= limits::MAX_FIXED_COLUMNS {
                "; big-endian it would be plausible, but ezkl writes it little-endian"
            } else {
                ""
            };
            let problem = format!(
                "{fixed_columns} points do not fit {} bytes{hint}",
                vk.len() - HEADER
            );
            return Err(error(ErrorKind::Truncated, place, problem));
        }
        Ok(Self {
            k: *k,
            compressed: *compressed == 1,
            fixed_columns: fixed_columns as usize,
        })
    }
}

/// Rebuilds the circuit from the settings and gives it the file's commitments.
fn rebuild(
    vk: &[u8],
    header: &Header,
    settings: &Settings,
    shape: TreeShape,
) -> Result<Circuit, ImportError> {
    let mut cs = configure(settings, shape)?;
    let bitmap = if header.compressed {
        ((1usize << header.k) / 8).max(1)
    } else {
        0
    };
    let permutation_columns = cs.permutation.len();
    let expected = HEADER as u64
        + (POINT as u64) * (header.fixed_columns as u64 + permutation_columns as u64)
        + (bitmap as u64) * u64::from(cs.selectors);
    if vk.len() as u64 != expected {
        let problem = format!(
            "{} bytes, but the circuit of settings.json has {permutation_columns} permutation \
             columns and {} selectors: with {} fixed columns its key has {expected} bytes",
            vk.len(),
            cs.selectors,
            header.fixed_columns
        );
        // pk.key begins with all of vk.key, and goes on with polynomials of 2^k numbers.
        let cure = if vk.len() as u64 >= expected.saturating_add(32 << header.k) {
            "It may be pk.key, the proving key of the same setup: give its vk.key. Otherwise it belongs to \
             other settings: use the vk.key and the settings.json of one setup."
        } else {
            "The file is damaged, or belongs to other settings: use the vk.key and the settings.json of one \
             setup, copied whole and in binary."
        };
        return Err(error(ErrorKind::Mismatch, "length", problem).cure(cure));
    }
    let (points, bitmaps) = vk
        .get(HEADER..)
        .and_then(|body| {
            body.split_at_checked(POINT * (header.fixed_columns + permutation_columns))
        })
        .unwrap_or_default();
    let mut points = points.as_chunks::<POINT>().0.iter().enumerate();
    let fixed = read_points("fixed commitment", header.fixed_columns, &mut points)?;
    let permutation = read_points("permutation commitment", permutation_columns, &mut points)?;
    if header.compressed {
        let bitmaps: Vec<&[u8]> = bitmaps.chunks_exact(bitmap).collect();
        selectors::convert_compressed(&mut cs, &bitmaps)?;
    } else {
        selectors::convert_directly(&mut cs)?;
    }
    if cs.fixed_columns as usize != header.fixed_columns {
        let problem = format!(
            "{}, but the circuit of settings.json has {}",
            header.fixed_columns, cs.fixed_columns
        );
        let place = "bytes 3..7 (number of fixed columns)";
        return Err(error(ErrorKind::Mismatch, place, problem));
    }
    Ok(Circuit {
        cs,
        k: header.k,
        fixed,
        permutation,
    })
}

fn read_points<'a>(
    name: &str,
    count: usize,
    points: &mut impl Iterator<Item = (usize, &'a [u8; POINT])>,
) -> Result<Vec<G1Affine>, ImportError> {
    points
        .take(count)
        .enumerate()
        .map(|(index, (position, bytes))| {
            field::g1_from_montgomery(bytes).map_err(|problem| {
                let start = HEADER + POINT * position;
                let place = format!("{name} {index} (bytes {start}..{})", start + POINT);
                let (kind, text) = match problem {
                    PointError::Coordinate => (
                        ErrorKind::NotCanonical,
                        "a coordinate is not below the base field's modulus",
                    ),
                    _ => (ErrorKind::NotOnCurve, "the point is not on the curve BN254"),
                };
                error(kind, &place, text)
            })
        })
        .collect()
}
