//! The SRS file, `kzg.srs`: the structured reference string of a trusted setup.
//!
//! The file is `k` (u32 little-endian), 2^k points of G1, the same in Lagrange form, G2 and \[s\]G2,
//! all raw little-endian Montgomery coordinates. A verifier needs the last point only; the first
//! points and G2 show that the file is what it seems. So [`Srs::read`] reads just the head and the tail.
//! Making keys relies on all of it: [`Srs::read_all`].

mod points;

use crate::error::{ErrorKind, FileKind, ImportError};
use crate::field::{self, PointError};
use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use halo2_kzg_verifier::{TrustedSetup, limits::MAX_K};
use std::io::{Read, Seek, SeekFrom};

/// What a verifier needs of an SRS file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srs {
    /// The file has `2^k` powers of s in G1.
    pub k: u32,
    /// Its \[s\]G2.
    pub trusted_setup: TrustedSetup,
}

impl Srs {
    /// Reads the head (k and two points) and the tail (two points) of an SRS file.
    ///
    /// Checked: the file's length, the generators, that \[s\]G2 is a point of the subgroup, and, by a
    /// pairing, that it belongs to the powers in G1. A file of k = 0 is refused: it has no power of s
    /// that \[s\]G2 could be compared with.
    ///
    /// # Errors
    /// An [`ImportError`] about [`FileKind::Srs`].
    pub fn read(mut file: impl Read + Seek) -> Result<Self, ImportError> {
        let length = file.seek(SeekFrom::End(0)).map_err(io)?;
        let k = u32::from_le_bytes(read_at(&mut file, 0, length, "bytes 0..4 (k)")?);
        if k > u32::from(MAX_K) {
            let swapped = k.swap_bytes();
            let hint = if swapped <= u32::from(MAX_K) {
                format!("k reads {swapped} big-endian; ezkl writes it little-endian")
            } else {
                format!("k is {k}; at most {MAX_K} is possible, so this is not an SRS file")
            };
            return Err(error(ErrorKind::Version, "bytes 0..4 (k)", hint));
        }
        if k == 0 {
            let problem = "k is 0: the file holds no power of s but the generator, so any [s]G2 would \
                           fit it";
            return Err(error(ErrorKind::Malformed, "bytes 0..4 (k)", problem));
        }
        let powers = 128u64 << k;
        let expected = 4 + powers + 256;
        if length != expected {
            let kind = if length < expected {
                ErrorKind::Truncated
            } else {
                ErrorKind::TrailingBytes
            };
            let problem = format!("{length} bytes, but an SRS file of k = {k} has {expected}");
            return Err(error(kind, "length", problem));
        }
        let first: [u8; 64] = read_at(&mut file, 4, length, "bytes 4..68 (first power)")?;
        if field::g1_from_montgomery(&first) != Ok(G1Affine::generator()) {
            let problem = "the first power is not BN254's generator (1, 2): the file is for \
                           another curve or in another format";
            return Err(error(
                ErrorKind::Version,
                "bytes 4..68 (first power)",
                problem,
            ));
        }
        let tail: [u8; 128] = read_at(&mut file, 4 + powers, length, "G2")?;
        let g2 = g2_point(&tail, "G2, 256 bytes before the end")?;
        if g2 != G2Affine::generator() {
            let problem = "the point is not BN254's generator of G2";
            return Err(error(
                ErrorKind::Version,
                "G2, 256 bytes before the end",
                problem,
            ));
        }
        let place = "[s]G2, 128 bytes before the end";
        let tail: [u8; 128] = read_at(&mut file, 4 + powers + 128, length, place)?;
        let trusted_setup = TrustedSetup::new(g2_point(&tail, place)?)
            .ok_or_else(|| point(place, PointError::Subgroup))?;
        if *trusted_setup.s_g2() == G2Affine::generator() {
            return Err(error(
                ErrorKind::Malformed,
                place,
                "s is 1: proofs could be forged",
            ));
        }
        let second: [u8; 64] = read_at(&mut file, 68, length, "bytes 68..132 (second power)")?;
        check_powers(&second, trusted_setup.s_g2())?;
        Ok(Self { k, trusted_setup })
    }

    /// The same, and checks every point between head and tail: that the powers are those of the s of
    /// \[s\]G2, and that the Lagrange form is theirs. Before a key is made, that is: a key shows \[s\]G2
    /// and nothing else of what it was made with. Takes about a second for k = 16.
    ///
    /// `progress` is called with the bytes that have been read and those that there are to read; its
    /// error ends the check.
    ///
    /// # Errors
    /// An [`ImportError`] about [`FileKind::Srs`].
    pub fn read_all(
        mut file: impl Read + Seek,
        mut progress: impl FnMut(u64, u64) -> std::io::Result<()>,
    ) -> Result<Self, ImportError> {
        let srs = Self::read(&mut file)?;
        let points = 128u64 << srs.k;
        let total = 2 * points + 4 + 256;
        points::check(&mut file, &srs, &mut |done| progress(done, total))?;
        Ok(srs)
    }

    /// Is \[s\]G2 that of the perpetual powers of tau, the trusted setup that ezkl's `get_srs` downloads?
    pub fn is_perpetual_powers_of_tau(&self) -> bool {
        self.trusted_setup.is_perpetual_powers_of_tau()
    }
}

/// e(\[s\]G1, G2) = e(G1, \[s\]G2)
fn check_powers(second: &[u8; 64], s_g2: &G2Affine) -> Result<(), ImportError> {
    let place = "bytes 68..132 (second power)";
    let s_g1 = field::g1_from_montgomery(second).map_err(|problem| point(place, problem))?;
    let left = Bn254::pairing(s_g1, G2Affine::generator());
    if left == Bn254::pairing(G1Affine::generator(), *s_g2) {
        Ok(())
    } else {
        let problem = "the powers in G1 and [s]G2 are not of the same s: the file is damaged, or \
                       pieced together from two";
        Err(error(ErrorKind::Mismatch, place, problem))
    }
}

fn g2_point(bytes: &[u8; 128], place: &str) -> Result<G2Affine, ImportError> {
    field::g2_from_montgomery(bytes).map_err(|problem| point(place, problem))
}

fn point(place: &str, problem: PointError) -> ImportError {
    let (kind, text) = match problem {
        PointError::Coordinate => (
            ErrorKind::NotCanonical,
            "a coordinate is not below BN254's base modulus: the file is for another curve, or \
             damaged",
        ),
        PointError::Curve => (ErrorKind::NotOnCurve, "the point is not on BN254"),
        PointError::Subgroup => (
            ErrorKind::NotOnCurve,
            "the point is not in the subgroup of order r",
        ),
    };
    error(kind, place, text)
}

fn read_at<const N: usize>(
    file: &mut (impl Read + Seek),
    at: u64,
    length: u64,
    place: &str,
) -> Result<[u8; N], ImportError> {
    if length < at.saturating_add(N as u64) {
        let problem = format!("the file has only {length} bytes");
        return Err(error(ErrorKind::Truncated, place, problem));
    }
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(at)).map_err(io)?;
    file.read_exact(&mut bytes).map_err(io)?;
    Ok(bytes)
}

fn io(problem: std::io::Error) -> ImportError {
    error(ErrorKind::Io, "", format!("cannot be read: {problem}"))
}

fn error(kind: ErrorKind, place: &str, problem: impl Into<String>) -> ImportError {
    ImportError::new(FileKind::Srs, kind, place, problem)
}
