//! Reads the fixtures: circuits from `cs.json` (the explicit description that `spec/reference` writes),
//! proofs from `proof.json`.
#![allow(dead_code, unreachable_pub)]

pub mod at_once;
pub mod changes;
pub mod halo2;
pub mod short;

use ark_bn254::Fq2;
use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::{
    Accumulator, CircuitDescription, Column, ExprId, Expressions, Fq, Fr, G1Affine, G2Affine,
    Lookup, LookupArgument, Opening, Phase, PreparedKey, Query, Shuffle, TranscriptHash,
    TrustedSetup, VerifyingKey,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// `tests/fixtures`, or the folder that `ZKML_FIXTURES` names.
pub fn fixtures() -> PathBuf {
    std::env::var_os("ZKML_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures"),
        PathBuf::from,
    )
}

pub struct Fixture {
    pub name: String,
    pub key: VerifyingKey,
    pub proof: Vec<u8>,
    /// 32-byte big-endian words.
    pub inputs: Vec<u8>,
}

impl Fixture {
    pub fn load(name: &str) -> Self {
        Self::load_from(&fixtures().join(name))
    }

    pub fn load_from(folder: &Path) -> Self {
        let (proof, inputs) = proof_json(&folder.join("proof.json"));
        Fixture {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            key: VerifyingKey::new(description(&json(&folder.join("cs.json")))).unwrap(),
            proof,
            inputs,
        }
    }

    pub fn all() -> Vec<Fixture> {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("cs.json").exists())
            .collect();
        folders.sort();
        assert!(!folders.is_empty(), "no fixtures in {:?}", fixtures());
        folders
            .iter()
            .map(|folder| Fixture::load_from(folder))
            .collect()
    }

    pub fn prepared(&self) -> PreparedKey {
        PreparedKey::new(self.key.clone())
    }
}

pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

pub fn proof_json(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let value = json(path);
    let proof = list(&value["proof"])
        .iter()
        .map(|b| b.as_u64().unwrap() as u8)
        .collect();
    let mut inputs = Vec::new();
    for word in list(&value["instances"][0]) {
        let mut bytes = hex(word.as_str().unwrap());
        bytes.reverse();
        inputs.extend(bytes);
    }
    (proof, inputs)
}

pub fn hex(text: &str) -> Vec<u8> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

pub fn word<F: PrimeField>(value: &F) -> [u8; 32] {
    value.into_bigint().to_bytes_be().try_into().unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn int(value: &Value) -> u32 {
    value.as_u64().unwrap() as u32
}

/// A field element; small ones are plain numbers in these files.
pub fn field<F: PrimeField>(value: &Value) -> F {
    match value.as_str() {
        Some(text) => F::from_be_bytes_mod_order(&hex(text)),
        None => F::from(value.as_u64().unwrap()),
    }
}

pub fn point(value: &Value) -> G1Affine {
    if value.is_null() {
        return G1Affine::identity();
    }
    G1Affine::new(field::<Fq>(&value[0]), field::<Fq>(&value[1]))
}

/// Columns or challenges in proof order (by phase, then by index): for each, its number there.
fn by_phase(phases: &[u32]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..phases.len()).collect();
    order.sort_by_key(|&i| phases[i]);
    let number = |i| order.iter().position(|&j| j == i).unwrap() as u32;
    (0..phases.len()).map(number).collect()
}

/// The fixed columns that something queries: for each column, its number among them.
fn queried_fixed(cs: &Value) -> Vec<Option<u32>> {
    let columns = list(&cs["fixed_commitments"]).len();
    let queries: Vec<u32> = list(&cs["fixed_queries"])
        .iter()
        .map(|q| int(&q[0]))
        .collect();
    let mut next = 0..;
    (0..columns as u32)
        .map(|c| queries.contains(&c).then(|| next.next().unwrap()))
        .collect()
}

/// The circuit of a `cs.json`, with the opening and transcript hash that it does not say.
pub fn description_for(
    cs: &Value,
    opening: Opening,
    transcript_hash: TranscriptHash,
) -> CircuitDescription {
    let ints = |value: &Value| -> Vec<u32> { list(value).iter().map(int).collect() };
    let (phases_of, challenges) = (ints(&cs["advice_phase"]), ints(&cs["challenge_phase"]));
    let (advice, challenge) = (by_phase(&phases_of), by_phase(&challenges));
    let fixed = queried_fixed(cs);
    let last_phase = phases_of.iter().max().copied().unwrap_or(0);
    let phases = (0..=last_phase)
        .map(|p| Phase {
            advice_columns: phases_of.iter().filter(|&&q| q == p).count() as u32,
            challenges: challenges.iter().filter(|&&q| q == p).count() as u32,
        })
        .collect();
    let queries = |value: &Value, column: &dyn Fn(u32) -> u32| -> Vec<Query> {
        let query = |q: &Value| Query {
            column: column(int(&q[0])),
            rotation: q[1].as_i64().unwrap() as i32,
        };
        list(value).iter().map(query).collect()
    };
    let mut arena = Expressions::new();
    let leaves = Leaves {
        instance_queries: queries(&cs["instance_queries"], &|c| c),
        challenges: challenge,
    };
    let mut expression = |e: &Value| leaves.expression(&mut arena, e);
    let gates = list(&cs["gates"]).iter().map(&mut expression).collect();
    let mut tuple =
        |value: &Value| -> Vec<ExprId> { list(value).iter().map(&mut expression).collect() };
    let lookups: Vec<Lookup> = list(&cs["lookups"])
        .iter()
        .map(|l| Lookup {
            inputs: list(&l["inputs"]).iter().map(&mut tuple).collect(),
            table: tuple(&l["table"]),
        })
        .collect();
    let shuffles = list(&cs["shuffles"])
        .iter()
        .map(|s| Shuffle {
            input: tuple(&s["input"]),
            shuffle: tuple(&s["shuffle"]),
        })
        .collect();
    let permutation = list(&cs["permutation"])
        .iter()
        .map(|c| match c[0].as_str().unwrap() {
            "advice" => Column::Advice(advice[int(&c[1]) as usize]),
            "fixed" => Column::Fixed(fixed[int(&c[1]) as usize].unwrap()),
            _ => Column::Instance(int(&c[1])),
        })
        .collect();
    let g2 = &cs["s_g2"];
    let fq2 = |v: &Value| Fq2::new(field(&v[0]), field(&v[1]));
    let is_classic = cs["lookup_kind"] == "classic" && !lookups.is_empty();
    CircuitDescription {
        k: int(&cs["k"]) as u8,
        opening,
        transcript_hash,
        lookup_argument: if is_classic {
            LookupArgument::Classic
        } else {
            LookupArgument::LogDerivative
        },
        degree: int(&cs["degree"]),
        digest: field::<Fr>(&cs["digest"]),
        trusted_setup: TrustedSetup::new(G2Affine::new(fq2(&g2[0]), fq2(&g2[1]))).unwrap(),
        instance_lengths: match cs.get("instance_lengths") {
            Some(lengths) => ints(lengths),
            None => vec![int(&cs["num_instances"])],
        },
        accumulator: cs
            .get("accumulator")
            .filter(|a| !a.is_null())
            .map(accumulator),
        phases,
        advice_queries: queries(&cs["advice_queries"], &|c| advice[c as usize]),
        fixed_queries: queries(&cs["fixed_queries"], &|c| fixed[c as usize].unwrap()),
        gates,
        permutation,
        lookups,
        shuffles,
        fixed_commitments: list(&cs["fixed_commitments"])
            .iter()
            .zip(&fixed)
            .filter(|(_, number)| number.is_some())
            .map(|(commitment, _)| point(commitment))
            .collect(),
        permutation_commitments: list(&cs["permutation_commitments"])
            .iter()
            .map(point)
            .collect(),
        expressions: arena,
    }
}

/// The circuit of an ezkl fixture.
pub fn description(cs: &Value) -> CircuitDescription {
    description_for(cs, Opening::Shplonk, TranscriptHash::Keccak256)
}

/// The place that a list of positions, which follow one another in one column, describes.
fn accumulator(value: &Value) -> Accumulator {
    let positions = list(&value["positions"]);
    let first = Accumulator {
        column: int(&positions[0][0]),
        row: int(&positions[0][1]),
        limbs: int(&value["limbs"]),
        bits: int(&value["bits"]),
    };
    assert_eq!(positions.len() as u32, 4 * first.limbs);
    for (position, i) in positions.iter().zip(0..) {
        assert_eq!(
            (int(&position[0]), int(&position[1])),
            (first.column, first.row + i)
        );
    }
    first
}

/// What the leaves of a `cs.json`'s expressions stand for.
struct Leaves {
    instance_queries: Vec<Query>,
    /// Numbers in proof order.
    challenges: Vec<u32>,
}

impl Leaves {
    fn expression(&self, arena: &mut Expressions, e: &Value) -> ExprId {
        match e[0].as_str().unwrap() {
            "const" => arena.constant(field(&e[1])),
            "fixed" => arena.fixed(int(&e[1])),
            "advice" => arena.advice(int(&e[1])),
            "instance" => arena.instance(self.instance_queries[int(&e[1]) as usize]),
            "challenge" => arena.challenge(self.challenges[int(&e[1]) as usize]),
            "neg" => {
                let a = self.expression(arena, &e[1]);
                arena.neg(a)
            }
            "scale" => {
                let a = self.expression(arena, &e[1]);
                arena.scale(a, field(&e[2]))
            }
            kind => {
                let a = self.expression(arena, &e[1]);
                let b = self.expression(arena, &e[2]);
                match kind {
                    "add" => arena.add(a, b),
                    "mul" => arena.mul(a, b),
                    _ => panic!("{kind}"),
                }
            }
        }
    }
}

/// A published key of `spec/vectors/keys`.
pub fn published_key(name: &str) -> VerifyingKey {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/keys");
    VerifyingKey::decode(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

/// The published vectors (`spec/vectors`) of a file, each with the key that it puts into the state.
pub fn published(file: &str) -> Vec<(Value, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors");
    let with_key = |vector: &Value| {
        let code = vector["Code"].as_object().unwrap().values().next().unwrap();
        let code = code.as_str().unwrap();
        let key = if code.starts_with("0x") {
            hex(code)
        } else {
            std::fs::read(folder.join(code)).unwrap()
        };
        (vector.clone(), key)
    };
    let list = json(&folder.join(file));
    list.as_array().unwrap().iter().map(with_key).collect()
}
