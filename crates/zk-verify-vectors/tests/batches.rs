//! Batches of many different proofs under several keys: on any number of threads the verdicts of single
//! verifications.

use ezkl_import::{EzklProof, import_vka};
use halo2_kzg_verifier::{
    Batch, BatchItem, InvalidRate, MixedSetups, OneThread, PreparedKey, Rejection, ScopedThreads,
    Threads, VerifyingKey, verify,
};
use std::{collections::BTreeMap, fs, path::Path};
use zk_verify_vectors::forge::Forger;

type Proof = (usize, Vec<u8>, Vec<u8>);

fn fixture(name: &str) -> (VerifyingKey, EzklProof) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures")
        .join(name);
    let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
    let proof = EzklProof::from_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    (key, proof)
}

fn forger(name: &str) -> Forger {
    let (key, proof) = fixture(name);
    Forger::new(&key, &proof.proof, &proof.public_inputs)
}

/// Proofs in turn under three keys of two circuits.
fn made(number: usize) -> (Vec<PreparedKey>, Vec<Proof>) {
    let mlp = forger("mlp");
    let mut forgers = [mlp.with_digest(7), mlp, forger("inner1")];
    let keys = forgers
        .iter()
        .map(|f| PreparedKey::new(f.key().clone()))
        .collect();
    let proofs = (0..number)
        .map(|n| n % 3)
        .map(|key| {
            let proof = forgers[key].proof();
            (key, proof, forgers[key].public_inputs().to_vec())
        })
        .collect();
    (keys, proofs)
}

fn items<'a>(keys: &'a [PreparedKey], proofs: &'a [Proof]) -> Vec<BatchItem<'a>> {
    let item = |(key, proof, public_inputs): &'a Proof| BatchItem {
        key: &keys[*key],
        proof,
        public_inputs,
    };
    proofs.iter().map(item).collect()
}

fn one_by_one(items: &[BatchItem<'_>]) -> Vec<(usize, Rejection)> {
    let verdicts = items
        .iter()
        .map(|i| verify(i.key, i.proof, i.public_inputs));
    verdicts
        .enumerate()
        .filter_map(|(index, verdict)| Some((index, verdict.err()?)))
        .collect()
}

fn pools() -> [Box<dyn Threads>; 3] {
    [
        Box::new(OneThread),
        Box::new(ScopedThreads::new(2)),
        Box::new(ScopedThreads::new(8)),
    ]
}

#[test]
fn finds_what_single_verifications_find_however_many_threads_look() {
    let (keys, good) = made(150);
    // None, one, neighbours, the ends, one in each group, every one, and none after that; malformed ones too.
    let sets: [Vec<usize>; 7] = [
        vec![],
        vec![77],
        vec![31, 32, 33],
        vec![0, 149],
        (5..150).step_by(30).collect(),
        (0..150).collect(),
        vec![],
    ];
    // As in a node: it expects what the batches before have shown.
    let mut rate = InvalidRate::default();
    for set in sets {
        let mut proofs = good.clone();
        for (turn, index) in set.iter().enumerate() {
            match turn % 5 {
                // Of one key under another one; all three have different ones.
                3 => proofs[*index].0 = (proofs[*index].0 + 1) % 2,
                4 => proofs[*index].1[63] ^= 1,
                _ => proofs[*index].2[31] ^= 1,
            }
        }
        let items = items(&keys, &proofs);
        let expected = one_by_one(&items);
        assert_eq!(expected.len(), set.len());
        for threads in pools() {
            let batch = Batch::reduce_on(&items, &*threads).unwrap();
            assert_eq!(batch.find_invalid_on(&*threads), expected);
            assert_eq!(batch.find_invalid_at(&mut rate, &*threads), expected);
            assert_eq!(batch.verify_on(&*threads).is_ok(), set.is_empty());
            assert_eq!(
                Batch::stream(items_again(&items), &*threads),
                Ok(expected.clone())
            );
        }
    }
}

fn items_again<'a>(items: &'a [BatchItem<'a>]) -> impl Iterator<Item = BatchItem<'a>> {
    items.iter().map(|item| BatchItem { ..*item })
}

#[test]
fn a_stream_counts_positions_over_all_its_chunks() {
    let (keys, proofs) = made(30);
    let mut wrong = proofs[4].clone();
    wrong.2[31] ^= 1;
    // 2,500 statements are three chunks.
    let places = BTreeMap::from([(0, ()), (1_023, ()), (1_024, ()), (2_499, ())]);
    let statement = |n: usize| {
        if places.contains_key(&n) {
            &wrong
        } else {
            &proofs[n % 30]
        }
    };
    let stream = (0..2_500).map(|n| {
        let (key, proof, public_inputs) = statement(n);
        BatchItem {
            key: &keys[*key],
            proof,
            public_inputs,
        }
    });
    let found = Batch::stream(stream, &ScopedThreads::new(2)).unwrap();
    let expected: Vec<_> = places
        .keys()
        .map(|n| (*n, Rejection::PairingCheckFailed))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_stream_refuses_another_setup_in_a_later_chunk() {
    let (keys, proofs) = made(3);
    let (other, proof) = fixture("mlp");
    let other: PreparedKey = PreparedKey::new(other);
    let stream = (0..1_500).map(|n| match n {
        1_300 => BatchItem {
            key: &other,
            proof: &proof.proof,
            public_inputs: &proof.public_inputs,
        },
        _ => BatchItem {
            key: &keys[0],
            proof: &proofs[0].1[..1],
            public_inputs: &proofs[0].2,
        },
    });
    assert_eq!(
        Batch::stream(stream, &OneThread),
        Err(MixedSetups { index: 1_300 })
    );
}

/// Two false claims whose errors cancel without coefficients: one proof's W' plus a point, the other's minus it.
#[test]
fn errors_that_cancel_each_other_are_both_found() {
    let (keys, proofs) = made(3);
    let mut both = vec![proofs[0].clone(), proofs[0].clone()];
    // y and p - y: the last point and its opposite.
    let at = both[1].1.len() - 32;
    let y =
        <halo2_kzg_verifier::Fq as ark_ff::PrimeField>::from_be_bytes_mod_order(&both[1].1[at..]);
    let minus = ark_ff::BigInteger::to_bytes_be(&ark_ff::PrimeField::into_bigint(-y));
    both[1].1[at..].copy_from_slice(&minus);
    both[0].2[31] ^= 1;
    let items = items(&keys, &both);
    let expected = [0, 1].map(|index| (index, Rejection::PairingCheckFailed));
    assert_eq!(Batch::reduce(&items).unwrap().find_invalid(), expected);
}
