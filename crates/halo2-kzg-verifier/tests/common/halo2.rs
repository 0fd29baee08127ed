//! The circuits and proofs of other forks of halo2 (`tests/fixtures-halo2`).

use super::{description_for, field, hex, json, word};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::{
    CircuitDescription, Fq, Fr, G1Affine, Opening, PreparedKey, TranscriptHash, VerifyingKey,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One proof of a circuit, in this verifier's form.
pub struct Fixture {
    /// `FORK/CIRCUIT OPENING-TRANSCRIPT`
    pub name: String,
    pub key: VerifyingKey,
    pub proof: Vec<u8>,
    /// 32-byte big-endian words, column after column.
    pub inputs: Vec<u8>,
    /// Does the proof hold? If not, it is its accumulator that does not.
    pub holds: bool,
}

impl Fixture {
    /// All proofs of the circuit in this folder of `tests/fixtures-halo2`.
    pub fn load(circuit: &str) -> Vec<Fixture> {
        let folder = root().join(circuit);
        let (cs, proofs) = (
            json(&folder.join("cs.json")),
            json(&folder.join("proofs.json")),
        );
        let columns = proofs["instances"].as_array().unwrap().iter();
        let words = columns.flat_map(|column| column.as_array().unwrap());
        let inputs: Vec<u8> = words.flat_map(|value| word(&field::<Fr>(value))).collect();
        let fixture = |(kind, proof): (&String, &Value)| {
            let (opening, transcript) = switches(kind);
            let key = VerifyingKey::new(description_for(&cs, opening, transcript)).unwrap();
            let bytes = hex(proof.as_str().unwrap());
            let proof = match transcript {
                TranscriptHash::Keccak256 => bytes,
                TranscriptHash::Blake2b => uncompressed(&key, &bytes, kind.ends_with('7')),
            };
            Fixture {
                name: format!("{circuit} {kind}"),
                key,
                proof,
                inputs: inputs.clone(),
                holds: !circuit.ends_with("_wrong"),
            }
        };
        let proofs = proofs["proofs"].as_object().unwrap();
        proofs.iter().map(fixture).collect()
    }

    /// The proof of this kind, `OPENING-TRANSCRIPT`.
    pub fn one(circuit: &str, kind: &str) -> Fixture {
        let mut all = Self::load(circuit).into_iter();
        all.find(|fixture| fixture.name.ends_with(&format!(" {kind}")))
            .unwrap_or_else(|| panic!("no {kind} proof of {circuit}"))
    }

    pub fn prepared(&self) -> PreparedKey {
        PreparedKey::new(self.key.clone())
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures-halo2")
}

/// The circuit of this folder, under an opening and a transcript hash.
pub fn description(circuit: &str, opening: Opening, hash: TranscriptHash) -> CircuitDescription {
    description_for(&json(&root().join(circuit).join("cs.json")), opening, hash)
}

/// `FORK/CIRCUIT` of all folders.
pub fn circuits() -> Vec<String> {
    let folders = |path: &Path| {
        let entries = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
        folders.sort();
        folders
    };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    folders(&root())
        .iter()
        .flat_map(|fork| {
            folders(fork)
                .into_iter()
                .map(|circuit| (name(fork), name(&circuit)))
                .collect::<Vec<_>>()
        })
        .map(|(fork, circuit)| format!("{fork}/{circuit}"))
        .collect()
}

/// The opening and transcript hash of `OPENING-TRANSCRIPT`.
fn switches(kind: &str) -> (Opening, TranscriptHash) {
    let (opening, transcript) = kind.split_once('-').unwrap();
    (
        match opening {
            "shplonk" => Opening::Shplonk,
            "gwc" => Opening::Gwc,
            _ => panic!("{kind}"),
        },
        match transcript {
            "evm" => TranscriptHash::Keccak256,
            "blake2b" | "blake2b7" => TranscriptHash::Blake2b,
            _ => panic!("{kind}"),
        },
    )
}

/// A native BLAKE2b proof (compressed points, little-endian words) in this verifier's form. The parity
/// of y is in bit 6 of the last byte, or in bit 7; the other bit marks the identity.
fn uncompressed(key: &VerifyingKey, bytes: &[u8], parity_in_bit_7: bool) -> Vec<u8> {
    let (parity, identity) = if parity_in_bit_7 {
        (0x80, 0x40)
    } else {
        (0x40, 0x80)
    };
    let points = (key.num_proof_points() - key.num_opening_points()) as usize;
    let evaluations = points..points + key.num_evaluations() as usize;
    let mut proof = Vec::new();
    for (word, position) in bytes.chunks(32).zip(0..) {
        let mut word: [u8; 32] = word.try_into().unwrap();
        word.reverse();
        if evaluations.contains(&position) {
            proof.extend(word);
            continue;
        }
        let flags = word[0] & 0xc0;
        word[0] &= 0x3f;
        if flags & identity != 0 {
            assert_eq!(word, [0; 32]);
            proof.extend([0; 64]);
            continue;
        }
        let x = Fq::from_be_bytes_mod_order(&word);
        let (y, minus_y) = G1Affine::get_ys_from_x_unchecked(x).unwrap();
        let is_odd = |y: &Fq| y.into_bigint().is_odd();
        let y = if is_odd(&y) == (flags & parity != 0) {
            y
        } else {
            minus_y
        };
        let point = G1Affine::new(x, y);
        let coordinates = [point.x().unwrap(), point.y().unwrap()];
        proof.extend(coordinates.iter().flat_map(super::word));
    }
    proof
}
