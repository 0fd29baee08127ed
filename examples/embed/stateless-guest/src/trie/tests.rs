use super::{Changes, changed_root, lookup};
use crate::{Known, Recorder, WitnessError};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use alloy_primitives::{B256, keccak256};
use alloy_trie::EMPTY_ROOT_HASH;

type Leaves = BTreeMap<B256, Vec<u8>>;

/// Keys of which many have long beginnings in common, so that extensions and deep branches come up.
fn key(number: u64) -> B256 {
    let mut key = B256::ZERO;
    let hash = keccak256(number.to_be_bytes());
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = match index {
            0..4 => hash[index] & 0x10,
            _ => hash[index],
        };
    }
    key
}

/// The same draw every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 += 1;
        let hash = keccak256(self.0.to_be_bytes());
        u64::from_be_bytes(hash[..8].try_into().expect("8 bytes")) % bound
    }
}

fn recorder(leaves: &Leaves) -> (Recorder, B256) {
    let mut recorder = Recorder::new(&BTreeMap::new());
    let root = recorder.add_trie(leaves.clone());
    (recorder, root)
}

fn apply(leaves: &mut Leaves, changes: &Changes) {
    for (key, value) in changes {
        match value {
            Some(value) => leaves.insert(*key, value.clone()),
            None => leaves.remove(key),
        };
    }
}

fn drawn(draw: &mut Draw, keys: u64) -> (Leaves, Changes) {
    let size = draw.below(keys);
    let leaves = (0..size)
        .map(|_| (key(draw.below(keys)), vec![1; 40]))
        .collect();
    let count = 1 + draw.below(keys / 2);
    let changes = (0..count).map(|_| {
        let value = (draw.below(3) == 0).then(|| vec![2; 1 + draw.below(60) as usize]);
        (key(draw.below(keys)), value)
    });
    (leaves, changes.collect())
}

#[test]
fn the_root_after_changes_is_that_of_the_whole_trie() {
    let mut draw = Draw(0);
    for round in 0..600 {
        let (mut leaves, changes) = drawn(&mut draw, 4 + round % 60);
        let (whole, root) = recorder(&leaves);
        let changed = changed_root(&whole, root, changes.clone()).expect("all nodes");
        apply(&mut leaves, &changes);
        assert_eq!(changed, recorder(&leaves).1, "round {round}");
    }
}

#[test]
fn the_nodes_that_were_asked_for_are_enough_and_each_is_needed() {
    let mut draw = Draw(1_000_000);
    for round in 0..60 {
        let (leaves, changes) = drawn(&mut draw, 30);
        let (whole, root) = recorder(&leaves);
        let expected = changed_root(&whole, root, changes.clone());
        let witness = whole.witness();
        assert_eq!(
            changed_root(&Known::new(&witness), root, changes.clone()),
            expected
        );
        for index in 0..witness.state.len() {
            let mut less = witness.clone();
            let left_out = keccak256(less.state.remove(index));
            let refused = changed_root(&Known::new(&less), root, changes.clone());
            assert_eq!(refused, Err(WitnessError::Node(left_out)), "round {round}");
        }
    }
}

#[test]
fn every_value_is_found_and_no_other() {
    let leaves: Leaves = (0..80)
        .map(|number| (key(number), number.to_be_bytes().to_vec()))
        .collect();
    let (whole, root) = recorder(&leaves);
    for number in 0..160 {
        let found = lookup(&whole, root, key(number)).expect("all nodes");
        assert_eq!(found.as_ref(), leaves.get(&key(number)));
    }
    assert_eq!(lookup(&whole, EMPTY_ROOT_HASH, key(0)), Ok(None));
}
