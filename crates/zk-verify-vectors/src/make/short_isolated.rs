//! Short proofs that hold but for one rule each: a client that forgets the rule returns `true`.
//!
//! The transcript absorbs coordinates. So a word that such a client reads as the same point leaves a proof that
//! holds for it, and a word that it reads as something else needs a proof that is made for that.

use super::{
    Expect, Maker,
    circuits::{Circuit, num::Big},
    random,
    short::circuit_of,
    values::{multiple_of_generator, scalar},
};
use crate::forge::{Reading, forge_short, short_point};
use anyhow::{Context, Result, ensure};
use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, PrimeField};
use halo2_kzg_verifier::{TranscriptHash, VerifyingKey};
use zk_verify_conformance::vector;

const FILE: &str = "short";
/// Of the circuits drawn at random, one with shuffles, a lookup and several products.
const NUMBER: u64 = 11;

pub(super) fn make(maker: &mut Maker) -> Result<()> {
    let forged = random::circuit(NUMBER);
    let keccak = Isolated::new(
        "isolated",
        &forged.key,
        &forged.proof,
        &forged.public_inputs,
    )?;
    keccak.all(maker, &keccak.every_point())?;
    // The same circuit; the second bit of the features byte is BLAKE2b.
    let mut code = forged.key.encode();
    code[3] ^= 2;
    let key = VerifyingKey::decode(&code)?;
    ensure!(
        key.transcript_hash() == TranscriptHash::Blake2b,
        "another bit"
    );
    let name = "isolated, blake2b";
    let blake2b = Isolated::new(name, &key, &forged.proof, &forged.public_inputs)?;
    blake2b.all(maker, &blake2b.some_points())?;
    for name in ["gwc: forged", "accumulator: forged", "everything: forged"] {
        let (circuit, _) = circuit_of(vector(name))?;
        let key = VerifyingKey::decode(&circuit.key)?;
        let name = format!("isolated, {}", circuit.name);
        let subject = Isolated { circuit, key, name };
        subject.same_points(maker, &subject.some_points())?;
    }
    unopened(maker)
}

/// A circuit with a short proof that holds.
struct Isolated {
    name: String,
    key: VerifyingKey,
    circuit: Circuit,
}

impl Isolated {
    fn new(name: &str, key: &VerifyingKey, long: &[u8], inputs: &[u8]) -> Result<Self> {
        let circuit = Circuit::new(name.to_owned(), key, long.to_vec(), inputs.to_vec());
        let mut circuit = circuit.in_short_form();
        forge_short(key, &mut circuit.proof, inputs, None)?;
        Ok(Isolated {
            name: name.to_owned(),
            key: key.clone(),
            circuit,
        })
    }

    fn all(&self, maker: &mut Maker, points: &[usize]) -> Result<()> {
        self.add(
            maker,
            "the proof that the others are made from",
            &self.circuit.proof,
            true,
        )?;
        self.same_points(maker, points)?;
        // W' solves the equation and is made last.
        for &point in points.iter().filter(|p| **p + 1 < self.circuit.points) {
            if self.is_piece(point) {
                self.identity(maker, point)?;
            }
            self.other_parity_absorbed(maker, point)?;
        }
        Ok(())
    }

    fn add(&self, maker: &mut Maker, what: &str, proof: &[u8], holds: bool) -> Result<()> {
        let name = format!("{}: {what}", self.name);
        let vector = self
            .circuit
            .vector(name, proof, &self.circuit.public_inputs);
        maker.add(FILE, vector, &Expect::Returns(holds))
    }

    /// What the point is in the protocol: its part, and its number there.
    fn place(&self, point: usize) -> String {
        let key = &self.key;
        let advice = key.num_advice() as usize;
        let pieces = key.degree() as usize - 1;
        let before_opening = self.circuit.points - key.num_opening_points() as usize;
        match point {
            _ if point < advice => format!("advice {point}"),
            _ if point >= before_opening => format!("opening point {}", point - before_opening),
            _ if point >= before_opening - pieces => {
                format!("h {}", point + pieces - before_opening)
            }
            _ if point + 1 == before_opening - pieces => "random".to_owned(),
            _ => format!("argument point {}", point - advice),
        }
    }

    fn every_point(&self) -> Vec<usize> {
        (0..self.circuit.points).collect()
    }

    /// The first, a middle one, the last before the evaluations (a piece), the opening's first and last.
    fn some_points(&self) -> Vec<usize> {
        let points = self.circuit.points;
        let before_opening = points - self.key.num_opening_points() as usize;
        vec![
            0,
            points / 2,
            before_opening - 1,
            before_opening,
            points - 1,
        ]
    }

    fn is_piece(&self, point: usize) -> bool {
        self.place(point).starts_with("h ")
    }

    fn at(&self, point: usize) -> usize {
        32 * self.circuit.word_of_point(point)
    }

    fn word(&self, point: usize) -> Result<[u8; 32]> {
        let at = self.at(point);
        Ok(self.circuit.proof[at..at + 32].try_into()?)
    }

    fn with(&self, point: usize, word: &[u8]) -> Vec<u8> {
        let (at, mut proof) = (self.at(point), self.circuit.proof.clone());
        proof[at..at + 32].copy_from_slice(word);
        proof
    }

    /// Words that a client reads as the proof's own point if it forgets to look at bit 254, at the modulus, or at
    /// the parity.
    fn same_points(&self, maker: &mut Maker, points: &[usize]) -> Result<()> {
        let modulus = Big::from(&Fq::MODULUS.to_bytes_be()[..]);
        for &point in points {
            let (own, place) = (self.word(point)?, self.place(point));
            if own == [0; 32] {
                continue;
            }
            let parity = own[0] & 0x80;
            let mut x = own;
            x[0] ^= parity;
            let mut bit_254 = own;
            bit_254[0] |= 0x40;
            let mut opposite = own;
            opposite[0] ^= 0x80;
            let what = if parity == 0 { "an even" } else { "an odd" };
            let mut words = vec![
                (format!("bit 254 beside {place}"), bit_254),
                (format!("the other parity for {what} {place}"), opposite),
            ];
            let mut raised = Big(x);
            for times in ["q", "2q"] {
                let Some(sum) = raised.checked_add(modulus) else {
                    break;
                };
                raised = sum;
                let Big(mut word) = sum;
                if word[0] & 0x80 == 0 {
                    word[0] |= parity;
                    words.push((format!("x + {times} as {place}"), word));
                }
            }
            for (what, word) in words {
                self.add(maker, &what, &self.with(point, &word), false)?;
            }
        }
        Ok(())
    }

    /// The identity as a piece of the quotient, in its own word and in others that a client might take for it.
    /// (Proofs that are made for the identity elsewhere come from `spec/reference`, whose reader can be made lenient.)
    fn identity(&self, maker: &mut Maker, point: usize) -> Result<()> {
        let (mut proof, place) = (self.circuit.proof.clone(), self.place(point));
        let marker = multiple_of_generator(scalar("a marker", point as u64));
        let at = self.at(point);
        proof[at..at + 32].copy_from_slice(&short_point(&marker).context("finite")?);
        let zeros = Reading {
            x: marker.x,
            absorbed: G1Affine::zero(),
            used: G1Affine::zero(),
        };
        let inputs = &self.circuit.public_inputs;
        forge_short(&self.key, &mut proof, inputs, Some(zeros))?;
        let mut two_to_the_255 = [0; 32];
        two_to_the_255[0] = 0x80;
        let mut two_to_the_254 = [0; 32];
        two_to_the_254[0] = 0x40;
        let modulus: [u8; 32] = Fq::MODULUS.to_bytes_be().as_slice().try_into()?;
        for (what, word) in [
            ("the identity", [0; 32]),
            ("the identity, in the word 2^255", two_to_the_255),
            ("the identity, in the word 2^254", two_to_the_254),
            ("the identity, in the word q", modulus),
        ] {
            let holds = word == [0; 32];
            proof[at..at + 32].copy_from_slice(&word);
            let what = format!("made for {what}, as {place}");
            self.add(maker, &what, &proof, holds)?;
        }
        Ok(())
    }

    /// The point that the word says is computed with, its opposite absorbed.
    fn other_parity_absorbed(&self, maker: &mut Maker, point: usize) -> Result<()> {
        let mut proof = self.circuit.proof.clone();
        let used = multiple_of_generator(scalar("another point", point as u64));
        let at = self.at(point);
        proof[at..at + 32].copy_from_slice(&short_point(&used).context("finite")?);
        let reading = Reading {
            x: used.x,
            absorbed: -used,
            used,
        };
        forge_short(
            &self.key,
            &mut proof,
            &self.circuit.public_inputs,
            Some(reading),
        )?;
        let what = format!(
            "made for y of the other parity absorbed, as {}",
            self.place(point)
        );
        self.add(maker, &what, &proof, false)
    }
}

/// Words of which no point has the x, where a point is absorbed and never computed with: an advice column that
/// nothing queries. A client that does not square the root takes the power for one.
fn unopened(maker: &mut Maker) -> Result<()> {
    let (circuit, _) = circuit_of(vector("an advice column that nothing queries: forged"))?;
    let key = VerifyingKey::decode(&circuit.key)?;
    let is_queried = |column: &u32| key.advice_queries().iter().any(|q| q.column == *column);
    let mut columns = 0..key.num_advice();
    let column = columns
        .find(|column| !is_queried(column))
        .context("all are queried")?;
    let name = "isolated, unopened".to_owned();
    let subject = Isolated { circuit, key, name };
    let at = subject.at(column as usize);
    let marker = multiple_of_generator(scalar("a marker", 0));
    for x in [0u64, 4, 10].map(Fq::from) {
        let cube = x * x * x + Fq::from(3);
        ensure!(cube.legendre().is_qnr(), "{x} is an abscissa");
        let root = cube.pow(quarter());
        for y in [root, -root] {
            let mut proof = subject.circuit.proof.clone();
            proof[at..at + 32].copy_from_slice(&short_point(&marker).context("finite")?);
            let absorbed = G1Affine::new_unchecked(x, y);
            let reading = Reading {
                x: marker.x,
                absorbed,
                used: G1Affine::zero(),
            };
            let inputs = &subject.circuit.public_inputs;
            forge_short(&subject.key, &mut proof, inputs, Some(reading))?;
            let word = short_point(&absorbed).context("finite")?;
            proof[at..at + 32].copy_from_slice(&word);
            let parity = if word[0] & 0x80 == 0 { "even" } else { "odd" };
            let what = format!("made for x = {x}, which no point has, and an {parity} y");
            subject.add(maker, &what, &proof, false)?;
        }
    }
    Ok(())
}

/// (q + 1) / 4
fn quarter() -> [u64; 4] {
    let mut exponent = Fq::MODULUS;
    exponent.add_with_carry(&1u64.into());
    exponent >>= 2;
    exponent.0
}
