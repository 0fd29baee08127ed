//! Are the points of an SRS file what its \[s\]G2 says they are?
//!
//! halo2 commits to fixed columns with the Lagrange form and to the rest with the powers. Someone who
//! made a file with the right \[s\]G2 and other points would choose what the commitments of every key made
//! with it stand for; all-identity points would switch every gate off. Nothing of that shows in a key.
//!
//! Two identities, each over all n points at once, with coefficients that are powers of a number ρ
//! that the file itself determines by its hash:
//!
//! * `e(Σ ρ^i·g_(i+1), G2) = e(Σ ρ^i·g_i, [s]G2)` for i < n - 1: every power is s times the one before;
//! * `Σ ρ^i·g_i = Σ f(ω^j)·l_j` with `f = Σ ρ^i·X^i`, so `f(ω^j) = (ρ^n - 1)/(ρ·ω^j - 1)`: the Lagrange
//!   form is that of the powers.
//!
//! Each holds for all coefficients if it holds for these, except with probability n/r.

use super::{Srs, error, io, point};
use crate::{
    error::{ErrorKind, ImportError},
    field,
};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use ark_ff::{AdditiveGroup, Field, One, PrimeField, batch_inversion};
use std::io::{Read, Seek, SeekFrom};

/// Points that are read and multiplied at a time: 1 MiB.
const CHUNK: u64 = 1 << 14;
const POINT_BYTES: u64 = 64;

/// Checks all points of a file whose head and tail are known to be right. `progress` is called with
/// the bytes that have been read, of twice the file.
pub(super) fn check<R: Read + Seek>(
    file: &mut R,
    srs: &Srs,
    progress: &mut dyn FnMut(u64) -> std::io::Result<()>,
) -> Result<(), ImportError> {
    let n = 1u64 << srs.k;
    let mut reader = Reader {
        file,
        read: 0,
        progress,
    };
    let rho = reader.hash()?;

    let mut power = Fr::ONE;
    let powers = reader.combination("power", 4, n, |number| {
        geometric(&mut power, rho, number).collect()
    })?;
    let last_power = power * rho.inverse().unwrap_or_default();
    let first: G1Projective = powers.first.into();
    let shifted = (powers.sum - first) * rho.inverse().unwrap_or_default();
    let unshifted = powers.sum - powers.last * last_power;
    let pairing = Bn254::multi_pairing(
        [shifted.into_affine(), (-unshifted).into_affine()],
        [G2Affine::generator(), *srs.trusted_setup.s_g2()],
    );
    if !pairing.0.is_one() {
        let problem = "they are not the powers of one s, the s of [s]G2: keys that are made with this \
                       file may accept anything";
        return Err(error(ErrorKind::Mismatch, "the powers in G1", problem));
    }

    let omega = halo2_import::omega(u8::try_from(srs.k).unwrap_or(u8::MAX));
    let numerator = rho.pow([n]) - Fr::ONE;
    let mut root = Fr::ONE;
    let lagrange = reader.combination("Lagrange point", 4 + n * POINT_BYTES, n, |number| {
        let roots = geometric(&mut root, omega, number);
        let mut values: Vec<Fr> = roots.map(|root| rho * root - Fr::ONE).collect();
        batch_inversion(&mut values);
        values.iter_mut().for_each(|value| *value *= numerator);
        values
    })?;
    if lagrange.sum != powers.sum {
        let problem = "it is not that of the powers: keys that are made with this file may accept \
                       anything";
        return Err(error(ErrorKind::Mismatch, "the Lagrange form", problem));
    }
    Ok(())
}

/// The next terms of a sequence, each `ratio` times the one before; `next` is kept up to date.
fn geometric(next: &mut Fr, ratio: Fr, number: u64) -> impl Iterator<Item = Fr> {
    (0..number).map(move |_| {
        let term = *next;
        *next *= ratio;
        term
    })
}

struct Reader<'a, R> {
    file: &'a mut R,
    read: u64,
    progress: &'a mut dyn FnMut(u64) -> std::io::Result<()>,
}

/// `Σ coefficient·point` over a part of the file.
struct Combination {
    sum: G1Projective,
    first: G1Affine,
    last: G1Affine,
}

impl<R: Read + Seek> Reader<'_, R> {
    fn advance(&mut self, bytes: u64) -> Result<(), ImportError> {
        self.read += bytes;
        (self.progress)(self.read).map_err(io)
    }

    /// ρ
    fn hash(&mut self) -> Result<Fr, ImportError> {
        self.file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut state = blake2b_simd::State::new();
        let mut buffer = vec![0; (CHUNK * POINT_BYTES) as usize];
        loop {
            let length = self.file.read(&mut buffer).map_err(io)?;
            let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else {
                return Ok(Fr::from_le_bytes_mod_order(state.finalize().as_bytes()));
            };
            state.update(bytes);
            self.advance(length as u64)?;
        }
    }

    fn combination(
        &mut self,
        what: &str,
        at: u64,
        number: u64,
        mut coefficients: impl FnMut(u64) -> Vec<Fr>,
    ) -> Result<Combination, ImportError> {
        self.file.seek(SeekFrom::Start(at)).map_err(io)?;
        let mut out = Combination {
            sum: G1Projective::ZERO,
            first: G1Affine::zero(),
            last: G1Affine::zero(),
        };
        let mut done = 0;
        while done < number {
            let now = CHUNK.min(number - done);
            let mut bytes = vec![0; (now * POINT_BYTES) as usize];
            self.file.read_exact(&mut bytes).map_err(io)?;
            let (chunks, _) = bytes.as_chunks::<64>();
            let points = (done..)
                .zip(chunks)
                .map(|(i, bytes)| {
                    let wrong = |problem| point(&format!("{what} {i}"), problem);
                    field::g1_from_montgomery(bytes).map_err(wrong)
                })
                .collect::<Result<Vec<G1Affine>, _>>()?;
            if let (0, Some(first)) = (done, points.first()) {
                out.first = *first;
            }
            out.last = points.last().copied().unwrap_or(out.last);
            out.sum += G1Projective::msm_unchecked(&points, &coefficients(now));
            done += now;
            self.advance(now * POINT_BYTES)?;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Srs;
    use std::io::Cursor;

    const S: u64 = 0x5eed;

    /// A string of 2^k powers of [`S`], as ezkl writes it, its points changed.
    fn file(k: u32, change: impl FnOnce(&mut [G1Affine], &mut [G1Affine])) -> Vec<u8> {
        let (n, s) = (1usize << k, Fr::from(S));
        let omega = halo2_import::omega(k as u8);
        let at = |scalar: Fr| (G1Affine::generator() * scalar).into_affine();
        let mut powers: Vec<_> = (0..n as u64).map(|i| at(s.pow([i]))).collect();
        // l_j = ω^j (s^n - 1) / (n (s - ω^j))
        let numerator = (s.pow([n as u64]) - Fr::ONE) / Fr::from(n as u64);
        let value = |j: u64| omega.pow([j]) * numerator / (s - omega.pow([j]));
        let mut lagrange: Vec<_> = (0..n as u64).map(|j| at(value(j))).collect();
        change(&mut powers, &mut lagrange);
        let mut bytes = k.to_le_bytes().to_vec();
        // (0, 0) is how the identity is written.
        for point in powers.iter().chain(&lagrange) {
            let (x, y) = point.xy().unwrap_or_default();
            [x, y].iter().for_each(|c| push(&mut bytes, *c));
        }
        for point in [
            G2Affine::generator(),
            (G2Affine::generator() * s).into_affine(),
        ] {
            let (x, y) = point.xy().unwrap();
            [x.c0, x.c1, y.c0, y.c1]
                .iter()
                .for_each(|c| push(&mut bytes, *c));
        }
        bytes
    }

    /// Little-endian Montgomery form.
    fn push(bytes: &mut Vec<u8>, coordinate: ark_bn254::Fq) {
        let limbs = coordinate.0.0;
        bytes.extend(limbs.iter().flat_map(|limb| limb.to_le_bytes()));
    }

    fn checked(bytes: Vec<u8>) -> Result<Srs, ImportError> {
        Srs::read_all(Cursor::new(bytes), |_, _| Ok(()))
    }

    /// The place that the refusal names.
    fn refused(k: u32, change: impl FnOnce(&mut [G1Affine], &mut [G1Affine])) -> String {
        let bytes = file(k, change);
        assert!(
            Srs::read(Cursor::new(&bytes)).is_ok(),
            "head and tail look right"
        );
        let error = checked(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Mismatch, "{error}");
        error.place().to_owned()
    }

    #[test]
    fn an_honest_string_passes_and_is_read_twice() {
        for k in [1, 2, 5, 9] {
            let bytes = file(k, |_, _| {});
            let length = bytes.len() as u64;
            let mut seen = vec![];
            let srs = Srs::read_all(Cursor::new(bytes), |done, total| {
                assert_eq!(total, 2 * length - 4 - 256);
                seen.push(done);
                Ok(())
            });
            assert_eq!(srs.unwrap().k, k);
            assert!(seen.is_sorted() && seen.last() == Some(&(2 * length - 4 - 256)));
        }
    }

    #[test]
    fn a_string_that_ezkl_made_passes() {
        // By `ezkl.gen_srs`.
        let bytes = include_bytes!("../../tests/data/gen_srs_k4.srs");
        assert_eq!(checked(bytes.to_vec()).unwrap().k, 4);
    }

    #[test]
    fn powers_in_place_of_the_lagrange_form_are_found() {
        // Cut by hand out of a larger string, for verification, which needs no more of it.
        let bytes = include_bytes!("../../../../tests/fixtures/mlp/kzg_k1.srs");
        let error = checked(bytes.to_vec()).unwrap_err();
        assert_eq!(error.place(), "the Lagrange form");
    }

    #[test]
    fn a_changed_power_is_found_wherever_it_stands() {
        let generator = G1Affine::generator();
        for i in [2, 7, 14, 15] {
            let place = refused(4, |powers, _| {
                powers[i] = (powers[i] + generator).into_affine()
            });
            assert_eq!(place, "the powers in G1", "power {i}");
        }
        let place = refused(4, |powers, _| powers[2..].fill(G1Affine::zero()));
        assert_eq!(place, "the powers in G1");
    }

    #[test]
    fn a_changed_lagrange_form_is_found() {
        let generator = G1Affine::generator();
        for j in [0, 1, 8, 15] {
            let place = refused(4, |_, l| l[j] = (l[j] + generator).into_affine());
            assert_eq!(place, "the Lagrange form", "point {j}");
        }
        // Every fixed column, and so every selector, would be committed to as zero.
        let place = refused(4, |_, lagrange| lagrange.fill(G1Affine::zero()));
        assert_eq!(place, "the Lagrange form");
        let place = refused(4, |_, lagrange| lagrange.swap(1, 2));
        assert_eq!(place, "the Lagrange form");
    }

    #[test]
    fn a_string_of_one_power_is_refused() {
        let bytes = file(0, |_, _| {});
        for read in [Srs::read(Cursor::new(&bytes)), checked(bytes.clone())] {
            let error = read.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
            assert!(error.problem().starts_with("k is 0"), "{error}");
        }
    }

    #[test]
    fn whoever_watches_can_end_it() {
        let stop = |_, _| Err(std::io::ErrorKind::Interrupted.into());
        let error = Srs::read_all(Cursor::new(file(1, |_, _| {})), stop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn a_point_off_the_curve_is_named() {
        let mut bytes = file(3, |_, _| {});
        bytes[4 + 64 * 5] ^= 1;
        let error = checked(bytes).unwrap_err();
        assert_eq!(
            (error.kind(), error.place()),
            (ErrorKind::NotOnCurve, "power 5")
        );
    }
}
