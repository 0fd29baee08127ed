//! Memory as the allocator sees it: what a key costs before it is known to be good, and what it is
//! said to cost when it is kept.

mod common;

use common::{Fixture, published};
use halo2_kzg_verifier::{
    Bn254Kzg, CircuitDescription, Column, Expressions, Fr, G1Affine, LookupArgument, Opening,
    Phase, PreparedKey, PreparedSetup, Query, Rejection, TranscriptHash, TrustedSetup,
    VerifyingKey, verify,
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::Arc,
};

/// The system's allocator, counting by thread what is allocated now and was at most.
struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn add(bytes: isize) {
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
    });
}

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size().cast_signed());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(-layout.size().cast_signed());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` gives, the bytes that it leaves allocated, and the most that it had allocated.
fn counted<T>(work: impl FnOnce() -> T) -> (T, usize, usize) {
    let before = NOW.get();
    MOST.set(before);
    let result = work();
    let bytes = |to: isize| usize::try_from(to - before).unwrap();
    (result, bytes(NOW.get()), bytes(MOST.get()))
}

/// The keys of a file of published vectors, by name.
fn keys(file: &str) -> Vec<(String, Vec<u8>)> {
    let name = |vector: &serde_json::Value| vector["Name"].as_str().unwrap().to_owned();
    let list = published(file).into_iter();
    list.map(|(vector, key)| (name(&vector), key)).collect()
}

/// The most that decoding may have allocated for each byte of the key: a node of the program is one
/// byte at least, and 40 in memory, in a list that doubles as it grows.
const MOST_BY_BYTE: usize = 128;

#[test]
fn decoding_allocates_little_for_what_there_is_of_a_key() {
    let files = ["keys.json", "fail-keys.json"];
    let keys: Vec<_> = files.into_iter().flat_map(keys).collect();
    assert!(keys.iter().any(|(name, _)| name.contains("empty inputs")));
    for (name, key) in keys {
        let (_, _, most) = counted(|| VerifyingKey::decode(&key).map(drop));
        assert!(
            most <= MOST_BY_BYTE * key.len() + 65_536,
            "{name}: {most} bytes for a key of {}",
            key.len()
        );
    }
}

/// A key whose columns, half of them advice and half fixed, are all queried once and permuted, every
/// commitment the identity: the most to plan for the bytes. `step` scatters the lists.
fn permuted(num_advice: u32, num_fixed: u32, step: u32) -> Vec<u8> {
    let scattered = |number: u32| (0..number).map(move |i| i * step % number.max(1));
    let queries = |number| {
        let query = |column| Query {
            column,
            rotation: 0,
        };
        scattered(number).map(query).collect()
    };
    let total = num_advice + num_fixed;
    let column = |i| match i {
        i if i < num_advice => Column::Advice(i),
        i => Column::Fixed(i - num_advice),
    };
    let identities = |number: u32| vec![G1Affine::identity(); number as usize];
    let description = CircuitDescription {
        k: 28,
        opening: Opening::Shplonk,
        transcript_hash: TranscriptHash::Keccak256,
        lookup_argument: LookupArgument::LogDerivative,
        degree: 3,
        digest: Fr::from(1u64),
        trusted_setup: TrustedSetup::perpetual_powers_of_tau(),
        instance_lengths: vec![],
        accumulator: None,
        phases: vec![Phase {
            advice_columns: num_advice,
            challenges: 0,
        }],
        advice_queries: queries(num_advice),
        fixed_queries: queries(num_fixed),
        expressions: Expressions::new(),
        gates: vec![],
        permutation: scattered(total).map(column).collect(),
        lookups: vec![],
        shuffles: vec![],
        fixed_commitments: identities(num_fixed),
        permutation_commitments: identities(total),
    };
    VerifyingKey::new(description).unwrap().encode()
}

#[test]
fn permuted_columns_in_any_order_allocate_no_more_than_promised() {
    // 7,919 is prime, so every list holds every column once.
    for step in [1, 7_919] {
        for (advice, fixed) in [
            (64, 0),
            (256, 0),
            (256, 255),
            (1_740, 1_740),
            (4_096, 4_095),
        ] {
            let key = permuted(advice, fixed, step);
            let (decoded, _, most) = counted(|| VerifyingKey::decode(&key));
            assert!(decoded.is_ok());
            let by_byte = most as f64 / key.len() as f64;
            assert!(
                most <= MOST_BY_BYTE * key.len(),
                "{advice} + {fixed} columns, step {step}: {by_byte:.1} bytes for each of the key's"
            );
        }
    }
}

#[test]
fn a_prepared_key_takes_what_it_says() {
    let limits = keys("keys.json");
    let fixtures = ["mlp", "bmm_freivalds", "sig_multicol10"];
    let fixtures = fixtures.map(|name| (name.to_owned(), Fixture::load(name).key.encode()));
    for (name, key) in limits.into_iter().chain(fixtures) {
        let setup = {
            let key = VerifyingKey::decode(&key).unwrap();
            Arc::new(PreparedSetup::new(key.trusted_setup().clone()))
        };
        let prepare = || {
            let key = VerifyingKey::decode(&key).unwrap();
            PreparedKey::<Bn254Kzg>::with_setup(key, setup.clone()).unwrap()
        };
        let (prepared, heap, _) = counted(prepare);
        let said = prepared.size_in_bytes() - size_of_val(&prepared);
        assert_eq!(heap, said, "{name}");
        let (tabulated, heap, _) = counted(|| prepared.with_tables(640 << 10));
        let said = tabulated.size_in_bytes() - size_of_val(&tabulated);
        assert_eq!(heap, said, "{name}, with tables");
    }
}

/// A proof that is read to the end: every point the generator, every evaluation zero.
fn well_formed(key: &VerifyingKey) -> Vec<u8> {
    let word = |value: u8| [[0; 31].as_slice(), &[value]].concat();
    let generator = [word(1), word(2)].concat();
    let points = key.num_proof_points() as usize;
    let evaluations = vec![0; 32 * key.num_evaluations() as usize];
    [
        generator.repeat(points - 2),
        evaluations,
        generator.repeat(2),
    ]
    .concat()
}

#[test]
fn a_long_proof_leaves_no_memory_behind() {
    let mut keys = keys("keys.json").into_iter();
    let (_, key) = keys.find(|(name, _)| name == "lookups: 4096").unwrap();
    let key = PreparedKey::<Bn254Kzg>::new(VerifyingKey::decode(&key).unwrap());
    let proof = well_formed(key.key());
    let (verdict, left, most) = counted(|| verify(&key, &proof, &[]));
    assert_eq!(verdict, Err(Rejection::PairingCheckFailed));
    assert!(left < 1 << 16 && most > 1 << 22, "{left} of {most} bytes");
}
