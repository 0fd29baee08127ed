//! The challenges of a batch's proofs, four transcripts at a time.
//!
//! What a transcript absorbs before each challenge are bytes of the proof, at positions that follow from the key. So
//! the challenges can be drawn before a proof is read, and the transcripts of four proofs under one key go through
//! Keccak side by side. Whether the bytes are well formed is found when the proof is read, with its challenges known.

use super::BatchItem;
use crate::{
    arithmetic::Arithmetic,
    circuit::dialect::TranscriptHash,
    field::{WORD_BYTES, reduce, to_word},
    four_hashes::FourHashes,
    key::verifying_key::VerifyingKey,
    point_encoding::PointEncoding,
    proof_form::read_whole,
    protocol::reader::ProofReader,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_bn254::Fr;
use core::{array, convert::Infallible};

/// The challenges of each proof, by position in `items`, in the order in which they are drawn. `None`: this proof's own
/// transcript draws them.
pub(super) fn draw<A: Arithmetic>(items: &[BatchItem<'_, A>]) -> Vec<Option<Vec<Fr>>> {
    let mut drawn = vec![None; items.len()];
    let Some(hashes) = items.first().and_then(|first| first.key.setup.hashes) else {
        return drawn;
    };
    let mut by_key: BTreeMap<[u8; 32], Vec<usize>> = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        if is_eligible(item) {
            by_key.entry(item.key.id()).or_default().push(position);
        }
    }
    // One transcript alone takes as long as four side by side, and longer than by itself.
    for positions in by_key.values().filter(|positions| positions.len() > 1) {
        let of_key = |position: &usize| items.get(*position);
        let Some(first) = positions.first().and_then(of_key) else {
            continue;
        };
        let vk = first.key.key();
        let schedule = schedule(vk);
        for four in positions.chunks(4).filter(|four| four.len() > 1) {
            let items = array::from_fn(|lane| four.get(lane).and_then(of_key).unwrap_or(first));
            let challenges = draw_four(hashes, vk, items, &schedule);
            for (position, challenges) in four.iter().zip(challenges) {
                if let Some(place) = drawn.get_mut(*position) {
                    *place = Some(challenges);
                }
            }
        }
    }
    drawn
}

/// A transcript absorbs the long form, and Keccak-256 is what goes four at a time.
fn is_eligible<A: Arithmetic>(item: &BatchItem<'_, A>) -> bool {
    let vk = item.key.key();
    vk.transcript_hash() == TranscriptHash::Keccak256
        && item.proof.len() as u64 == vk.proof_length()
        && item.public_inputs.len() as u64 == vk.public_inputs_length()
}

/// As the transcript draws them (spec, section 6.2).
fn draw_four<A: Arithmetic>(
    hashes: FourHashes,
    vk: &VerifyingKey,
    items: [&BatchItem<'_, A>; 4],
    schedule: &[usize],
) -> [Vec<Fr>; 4] {
    let mut drawn = items.map(|_| Vec::with_capacity(schedule.len()));
    let mut buffers = items.map(|item| [&to_word(&vk.digest()), item.public_inputs].concat());
    let mut absorbed = 0_usize;
    for end in schedule {
        for (buffer, item) in buffers.iter_mut().zip(items) {
            buffer.extend_from_slice(item.proof.get(absorbed..*end).unwrap_or_default());
            if buffer.len() == WORD_BYTES {
                buffer.push(1);
            }
        }
        absorbed = *end;
        let digests = hashes.keccak256(buffers.each_ref().map(|buffer| &buffer[..]));
        for ((buffer, digest), drawn) in buffers.iter_mut().zip(digests).zip(&mut drawn) {
            drawn.push(reduce(&digest));
            buffer.clear();
            buffer.extend_from_slice(&digest);
        }
    }
    drawn
}

/// For each challenge, the bytes of a proof in the long form that come before it.
fn schedule(vk: &VerifyingKey) -> Vec<usize> {
    let mut reader = Schedule::default();
    let read: Result<(), Infallible> = read_whole(vk, &mut reader);
    match read {
        Ok(()) => {}
        Err(never) => match never {},
    }
    if vk.circuit.accumulator.is_some() {
        // ρ, which folds the accumulator's claim into the proof's.
        reader.squeeze::<()>();
    }
    reader.challenges
}

/// Reads no proof: notes how much of it comes before each challenge.
#[derive(Default)]
struct Schedule {
    read: usize,
    challenges: Vec<usize>,
}

impl ProofReader for Schedule {
    type Point = ();
    type Evaluation = ();
    type Challenge<Name> = ();
    type Error = Infallible;

    fn point(&mut self) -> Result<(), Infallible> {
        self.read = self.read.saturating_add(PointEncoding::Long.num_bytes());
        Ok(())
    }

    fn point_or_identity(&mut self) -> Result<(), Infallible> {
        self.point()
    }

    fn evaluation(&mut self) -> Result<(), Infallible> {
        self.read = self.read.saturating_add(WORD_BYTES);
        Ok(())
    }

    fn squeeze<Name>(&mut self) {
        self.challenges.push(self.read);
    }
}

#[cfg(all(test, feature = "std", target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::{
        Arkworks, Kernels, PreparedKey, PreparedSetup, Rejection, VectorUnits,
        arc::Arc,
        claim::Claim,
        test_data::{self, Real},
    };
    use core::fmt;
    use serde_json::Value;

    type Statement = (usize, Vec<u8>, Vec<u8>);

    /// The proofs of the vectors about features of keys: both openings and hashes, accumulators, challenges of the
    /// circuit. Of each one to eight that are altered in places of their own, so that no two transcripts agree.
    fn made() -> (Vec<PreparedKey<Arkworks>>, Vec<Statement>) {
        let vectors = test_data::vectors("features.json");
        let (mut keys, mut statements) = (Vec::new(), Vec::new());
        for (number, vector) in vectors.as_array().unwrap().iter().enumerate() {
            let text = |value: &Value| test_data::bytes(value.as_str().unwrap());
            // The key is its contract's code.
            let code = text(vector["Code"].as_object().unwrap().values().next().unwrap());
            keys.push(PreparedKey::new(VerifyingKey::decode(&code).unwrap()));
            // The selector, the key's address, where the two strings stand.
            let input = text(&vector["Input"])[4..].to_vec();
            let word = |at: usize| {
                u64::from_be_bytes(input[at + 24..at + 32].try_into().unwrap()) as usize
            };
            let string = |at: usize| input[at + 32..at + 32 + word(at)].to_vec();
            let (proof, public_inputs) = (string(word(32)), string(word(64)));
            for altered in 0..1 + number % 8 {
                let mut proof = proof.clone();
                let at = altered * (proof.len() - 1) / 8;
                proof[at] ^= altered as u8;
                statements.push((number, proof, public_inputs.clone()));
            }
        }
        // A length that no proof of the key has.
        let (number, mut proof, public_inputs) = statements[0].clone();
        proof.pop();
        statements.push((number, proof, public_inputs));
        (keys, statements)
    }

    /// What a proof reduces to, or why it does not.
    fn reduced(
        item: &BatchItem<'_, Arkworks>,
        drawn: Option<Vec<Fr>>,
    ) -> impl PartialEq + fmt::Debug {
        let claim = Claim::reduce_drawn(item.key, item.proof, item.public_inputs, drawn);
        claim.map(|claim| {
            let (left, right) = (claim.combination, claim.right);
            (
                claim.points,
                left.proof,
                left.key,
                right.points,
                right.scalars,
            )
        })
    }

    #[test]
    fn four_transcripts_at_a_time_draw_what_each_draws_by_itself() {
        let (keys, statements) = made();
        let items: Vec<_> = statements
            .iter()
            .map(|(key, proof, public_inputs)| BatchItem {
                key: &keys[*key],
                proof,
                public_inputs,
            })
            .collect();
        let drawn = draw(&items);
        let mut of_key: BTreeMap<[u8; 32], usize> = BTreeMap::new();
        for item in items.iter().filter(|item| is_eligible(item)) {
            *of_key.entry(item.key.id()).or_default() += 1;
        }
        // Left alone are the fifth of five and the only one of one.
        let alone = |number: &usize| if number % 4 == 1 { number - 1 } else { *number };
        let number: usize = of_key.values().map(alone).sum();
        assert!(number > 300, "{number}");
        assert_eq!(drawn.iter().filter(|drawn| drawn.is_some()).count(), number);
        for (item, drawn) in items.iter().zip(drawn) {
            assert_eq!(reduced(item, drawn), reduced(item, None));
        }
    }

    /// The same proof twice.
    fn twice<'a>(key: &'a PreparedKey<Arkworks>, real: &'a Real) -> [BatchItem<'a, Arkworks>; 2] {
        [(); 2].map(|()| BatchItem {
            key,
            proof: &real.proof,
            public_inputs: &real.public_inputs,
        })
    }

    #[test]
    fn nothing_is_drawn_where_the_vector_units_are_not_wanted() {
        let scalar = VectorUnits::new(Kernels::Scalar).unwrap();
        let key = test_data::key("mlp");
        let setup = PreparedSetup::new(key.trusted_setup().clone()).with_vector_units(scalar);
        let key = PreparedKey::with_setup(key, Arc::new(setup)).unwrap();
        assert_eq!(draw(&twice(&key, &Real::load("mlp"))), [None, None]);
    }

    #[test]
    fn challenges_that_run_out_are_no_proof() {
        let key = PreparedKey::new(test_data::key("mlp"));
        let real = Real::load("mlp");
        let items = twice(&key, &real);
        let mut challenges = draw(&items).pop().flatten().unwrap();
        let reduce =
            |drawn| Claim::reduce_drawn(&key, &real.proof, &real.public_inputs, Some(drawn));
        assert!(reduce(challenges.clone()).is_ok());
        challenges.pop();
        assert_eq!(reduce(challenges).err(), Some(Rejection::InconsistentKey));
    }
}
