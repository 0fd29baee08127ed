//! Says of calls what the verifier makes of them, for another implementation to compare itself with
//! (`spec/reference/tests/test_random_circuits.py`).
//!
//! Reads lines of three fields in hexadecimal, divided by tabs: the code of a key, a proof, public
//! inputs. Answers each with a line:
//!
//! * `no key: …` and why;
//! * `refused: …` and why, if the proof is refused before the pairing;
//! * else both sides of the pairing's equation, each as 64 bytes in hexadecimal (zeros for the
//!   identity), and `true` or `false`.
//!
//! `cargo build -p zk-verify-vectors --bin claims`

use alloy_primitives::hex;
use anyhow::{Context, Result};
use ark_bn254::{Fr, G1Affine, G2Affine};
use halo2_kzg_verifier::{Arithmetic, PreparedKey, Rejection, Standard, VerifyingKey, verify};
use std::{
    cell::Cell,
    io::{self, BufRead, Write},
};
use zk_verify_vectors::forge::point_bytes;

fn main() -> Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t').map(hex::decode);
        let mut field = || {
            fields
                .next()
                .context("three fields")?
                .context("hexadecimal")
        };
        let (key, proof, public_inputs) = (field()?, field()?, field()?);
        writeln!(out, "{}", answer(&key, &proof, &public_inputs))?;
    }
    Ok(())
}

fn answer(code: &[u8], proof: &[u8], public_inputs: &[u8]) -> String {
    let key = match VerifyingKey::decode(code) {
        Ok(key) => PreparedKey::<Recorder>::new(key),
        Err(error) => return format!("no key: {error}"),
    };
    SIDES.set(None);
    let result = verify(&key, proof, public_inputs);
    match (SIDES.take(), result) {
        (Some(sides), Ok(())) => format!("{} true", sides.map(|side| digits(&side)).join(" ")),
        (Some(sides), Err(Rejection::PairingCheckFailed)) => {
            format!("{} false", sides.map(|side| digits(&side)).join(" "))
        }
        (_, Err(error)) => format!("refused: {error}"),
        (None, Ok(())) => "accepted without a pairing".to_owned(),
    }
}

fn digits(point: &G1Affine) -> String {
    hex::encode(point_bytes(point).unwrap_or([0; 64]))
}

thread_local!(static SIDES: Cell<Option<[G1Affine; 2]>> = const { Cell::new(None) });

/// The verifier's own arithmetic, of which the sides of the last pairing check are kept.
struct Recorder;

impl Arithmetic for Recorder {
    type Setup = <Standard as Arithmetic>::Setup;
    type Bases = <Standard as Arithmetic>::Bases;

    fn prepare_setup(s_g2: &G2Affine) -> Self::Setup {
        Standard::prepare_setup(s_g2)
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        Standard::prepare_bases(points)
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        Standard::size_of_bases(bases)
    }

    fn multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine> {
        Standard::multi_exponentiation(setup, points, scalars, bases, base_scalars)
    }

    fn pairing_check(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> bool {
        SIDES.set(Some([*left, *right]));
        Standard::pairing_check(setup, left, right)
    }
}
