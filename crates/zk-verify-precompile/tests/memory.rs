//! Memory as the allocator sees it while somebody sends a hundred thousand different invalid proofs: it
//! stays within the bounds that the node gave.

#![cfg(feature = "std")]

use alloy_primitives::{Address, U256};
use ezkl_import::{EzklProof, import_vka};
use halo2_kzg_verifier::{ScopedThreads, VerifyingKey};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    fs,
    path::Path,
    sync::atomic::{AtomicIsize, Ordering::SeqCst},
};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, BlockPosition, Call, MemoryJournal, Outcome, ZkVerify,
    ZkVerifyConfig, abi::Request,
};

/// The system's allocator, counting for all threads what is allocated now and was at most.
struct Counting;

static NOW: AtomicIsize = AtomicIsize::new(0);
static MOST: AtomicIsize = AtomicIsize::new(0);

fn add(bytes: isize) {
    let now = NOW.fetch_add(bytes, SeqCst) + bytes;
    MOST.fetch_max(now, SeqCst);
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

const KEY: Address = Address::repeat_byte(0x2b);
const PROOFS: u64 = 100_000;
/// Long proofs, of 125 KB, that a speculation has noted.
const WAITING: u64 = 200;
/// What a call takes while it runs, its input and the state included.
const ONE_CALL: u64 = 1 << 20;

struct Attacker {
    state: MemoryJournal,
    proof: Vec<u8>,
    public_inputs: Vec<u8>,
}

impl Attacker {
    /// Sends a proof that nobody has sent before: its first coordinate is not canonical.
    fn send(&mut self, node: &ZkVerify, number: u64) -> Outcome {
        self.proof[..32].fill(0xff);
        self.proof[32..40].copy_from_slice(&number.to_be_bytes());
        self.ask(node)
    }

    fn ask(&self, node: &ZkVerify) -> Outcome {
        let request = Request {
            key: None,
            proof: &self.proof,
            public_inputs: &self.public_inputs,
        };
        let call = Call {
            input: &request.encode(),
            gas_limit: u64::MAX,
            caller: Address::ZERO,
            value: U256::ZERO,
            is_direct: true,
        };
        let mut state = self.state.clone();
        let Ok(output) = node.call(
            &call,
            &mut state,
            AccessPrices::BERLIN,
            BlockPosition::default(),
        );
        output.outcome
    }
}

/// One test in this file: the counts are those of the whole process.
#[test]
fn memory_stays_within_the_bounds() {
    a_hundred_thousand_invalid_proofs_take_no_more_than_the_bounds();
    settling_takes_the_memory_of_one_batch_however_many_claims_wait();
}

/// Four megabytes of proofs at a time, ten times as much for what they reduce to, and working memory of the sums. All
/// proofs in one batch would take 250.
fn settling_takes_the_memory_of_one_batch_however_many_claims_wait() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures-large/huge");
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/keys/huge.zkvk");
    let key = VerifyingKey::decode(&fs::read(spec).unwrap()).unwrap();
    let proof = EzklProof::from_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    let accepted = AcceptedSetups::new(&[key.trusted_setup().to_bytes()]).unwrap();
    let rules = ZkVerifyConfig::default()
        .with_default_key(KEY)
        .with_accepted_setups(accepted);
    let node = ZkVerify::new(rules);
    let speculation = node.speculative();
    let mut attacker = Attacker {
        state: MemoryJournal::new().with_code(KEY, key.encode()),
        proof: proof.proof,
        public_inputs: proof.public_inputs,
    };
    // Well-formed proofs, none of which holds: the number is a part of the last evaluation.
    let last_evaluation = attacker.proof.len() - 2 * 64 - 32;
    for number in 1..=WAITING {
        attacker.proof[last_evaluation + 20..][..8].copy_from_slice(&number.to_be_bytes());
        let guess = attacker.ask(speculation.precompile());
        assert_eq!(guess, Outcome::Valid);
    }
    assert_eq!(speculation.pending() as u64, WAITING);
    let before = NOW.load(SeqCst);
    MOST.store(before, SeqCst);
    let settled = speculation.settle(&ScopedThreads::new(2));
    assert_eq!((settled.valid, settled.invalid), (0, WAITING));
    let taken = (MOST.load(SeqCst) - before) as u64;
    assert!(taken <= 64 << 20, "{taken} bytes");
}

fn a_hundred_thousand_invalid_proofs_take_no_more_than_the_bounds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp");
    let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
    let accepted = AcceptedSetups::new(&[key.trusted_setup().to_bytes()]).unwrap();
    let rules = ZkVerifyConfig::default()
        .with_default_key(KEY)
        .with_accepted_setups(accepted);
    let mut attacker = Attacker {
        state: MemoryJournal::new().with_code(KEY, key.encode()),
        proof: vec![0; key.proof_length() as usize],
        public_inputs: vec![0; key.public_inputs_length() as usize],
    };
    let (verdicts, claims) = (8 << 20, 4 << 20);
    let node = ZkVerify::new(rules).with_verdict_capacity(verdicts);
    assert!(matches!(attacker.send(&node, 0), Outcome::Invalid(_)));
    let speculation = node.speculative_with_capacity(claims);
    let before = NOW.load(SeqCst);

    MOST.store(before, SeqCst);
    for number in 1..=PROOFS {
        assert!(matches!(attacker.send(&node, number), Outcome::Invalid(_)));
    }
    let taken = (MOST.load(SeqCst) - before) as u64;
    // Rejections have an eighth of the bytes, however many come.
    assert!(node.verdicts().size() <= verdicts / 8);
    assert!(node.verdicts().len() > 3_000, "and they do use it");
    assert!(taken <= verdicts / 8 + ONE_CALL, "{taken} bytes");

    MOST.store(NOW.load(SeqCst), SeqCst);
    for number in PROOFS + 1..=PROOFS + 5_000 {
        let guess = attacker.send(speculation.precompile(), number);
        assert_eq!(guess, Outcome::Valid);
    }
    let taken = (MOST.load(SeqCst) - before) as u64;
    assert!(speculation.size() <= claims);
    assert!(speculation.pending() > 500);
    assert!(taken <= verdicts / 8 + claims + ONE_CALL, "{taken} bytes");
    let pending = speculation.pending() as u64;
    let settled = speculation.settle(&ScopedThreads::new(2));
    assert_eq!((settled.valid, settled.invalid), (0, pending));
    let left = (NOW.load(SeqCst) - before) as u64;
    assert!(left <= verdicts / 8 + ONE_CALL, "{left} bytes stay");
}
