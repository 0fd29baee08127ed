//! Verdicts, kept between calls because pool, builder and importer check the same proofs.
//!
//! A verdict is a pure function of key, proof and public inputs and is found under a hash of exactly
//! these: no gas limit, no block, no configuration. Only step 10 asks for it, when the key has been read
//! from the state and accepted. So a hit and a miss differ in time alone.
//!
//! Accepted proofs and rejections share no byte, so no number of invalid proofs can evict a valid one.

#[cfg(feature = "std")]
mod claim_id;
#[cfg(feature = "std")]
mod flights;
#[cfg(feature = "std")]
mod sync;
#[cfg(feature = "std")]
mod table;

#[cfg(feature = "std")]
pub(crate) use claim_id::claim_id;

use core::fmt;
#[cfg(feature = "std")]
use flights::Store as _;
use halo2_kzg_verifier::Rejection;

/// Capacity of a cache of verdicts, in bytes, unless the node says otherwise: some 200,000 verdicts.
pub const DEFAULT_VERDICT_CAPACITY: u64 = 64 << 20;

/// What `verify` answered.
pub(crate) type Verdict = Result<(), Rejection>;

/// A verdict, and whether it was there already.
#[cfg(feature = "std")]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) was_kept: bool,
    /// Bytes of the verdicts that had to go for it.
    pub(crate) evicted_bytes: u64,
}

/// A cache of verdicts, bounded in bytes; the least recently used goes first.
///
/// An eighth of the bytes is for rejections, the rest for valid proofs. Two threads that bring the same
/// proof verify it once; nobody waits for the verification of another proof. Without the feature `std`
/// there is no lock and the cache keeps nothing.
pub struct VerdictCache {
    #[cfg(feature = "std")]
    flights: flights::Flights<table::Table>,
    capacity: u64,
}

impl VerdictCache {
    /// A cache of at most `capacity` bytes; with 0 nothing is kept and nothing hashed.
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            #[cfg(feature = "std")]
            flights: flights::Flights::new(table::Table::new(capacity)),
            capacity,
        }
    }

    /// The most that the entries may take together, in bytes.
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }
}

impl fmt::Debug for VerdictCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerdictCache")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "std")]
impl VerdictCache {
    /// Bytes that the entries take now.
    pub fn size(&self) -> u64 {
        self.flights.look(table::Table::size)
    }

    /// Number of verdicts that are kept now.
    pub fn len(&self) -> usize {
        self.flights.look(table::Table::len)
    }

    /// Is nothing kept?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The verdict on a claim, if it is kept.
    pub(crate) fn get(&self, id: &alloy_primitives::B256) -> Option<Verdict> {
        self.flights.look_mut(|table| table.get(id))
    }

    /// Keeps a verdict; gives the bytes of the verdicts that had to go for it.
    pub(crate) fn insert(&self, id: alloy_primitives::B256, verdict: Verdict) -> u64 {
        self.flights.look_mut(|table| table.insert(id, verdict))
    }

    /// The verdict on a claim: kept, awaited from the thread that is at it, or computed now.
    pub(crate) fn get_or_verify(
        &self,
        id: alloy_primitives::B256,
        verify: impl FnOnce() -> Verdict,
    ) -> Answer {
        let landed = self.flights.get_or_compute(id, verify);
        Answer {
            verdict: landed.value,
            was_kept: landed.was_known,
            evicted_bytes: landed.evicted_bytes,
        }
    }
}
