//! What a speculation came across and did not verify.

use crate::{Arithmetic, arc::Arc};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::B256;
use halo2_kzg_verifier::PreparedKey;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a claim takes besides its bytes.
const CLAIM_BYTES: usize = 256;

/// The claims of one speculation, bounded in bytes: what does not fit is not noted, and costs the real
/// execution an ordinary verification.
pub(crate) struct Claims<A: Arithmetic> {
    noted: Mutex<Noted<A>>,
    capacity: u64,
}

pub(super) struct Noted<A: Arithmetic> {
    /// By the id that their verdicts will have: a claim that is noted twice is verified once.
    pub(super) by_id: BTreeMap<B256, Claim<A>>,
    /// The keys of the claims: each takes its memory once.
    keys: BTreeMap<B256, Arc<PreparedKey<A>>>,
    size: u64,
}

pub(super) struct Claim<A: Arithmetic> {
    pub(super) key: Arc<PreparedKey<A>>,
    pub(super) proof: Vec<u8>,
    pub(super) public_inputs: Vec<u8>,
}

impl<A: Arithmetic> Default for Noted<A> {
    fn default() -> Self {
        Self {
            by_id: BTreeMap::new(),
            keys: BTreeMap::new(),
            size: 0,
        }
    }
}

impl<A: Arithmetic> Claims<A> {
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            noted: Mutex::default(),
            capacity,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lock().by_id.len()
    }

    pub(super) fn size(&self) -> u64 {
        self.lock().size
    }

    /// Notes a claim, if there is room; tells whether it is noted now and was not before.
    pub(crate) fn note(
        &self,
        id: B256,
        (key_id, key): (B256, &Arc<PreparedKey<A>>),
        proof: &[u8],
        public_inputs: &[u8],
    ) -> bool {
        let mut noted = self.lock();
        if noted.by_id.contains_key(&id) {
            return false;
        }
        let key_size = match noted.keys.contains_key(&key_id) {
            true => 0,
            false => key.size_in_bytes(),
        };
        let size = [proof.len(), public_inputs.len(), CLAIM_BYTES, key_size]
            .into_iter()
            .fold(noted.size, |sum, bytes| sum.saturating_add(bytes as u64));
        if size > self.capacity {
            return false;
        }
        noted.size = size;
        let key = noted.keys.entry(key_id).or_insert_with(|| key.clone());
        let claim = Claim {
            key: key.clone(),
            proof: proof.to_vec(),
            public_inputs: public_inputs.to_vec(),
        };
        noted.by_id.insert(id, claim);
        true
    }

    pub(super) fn take(&self) -> Noted<A> {
        core::mem::take(&mut *self.lock())
    }

    /// Nothing in here panics while it holds the lock, and a claim noted by half is one that is missing.
    fn lock(&self) -> MutexGuard<'_, Noted<A>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
