//! Executing ahead of time without verifying, and verifying together what that came across.

use crate::{
    Arithmetic, Counter, Standard, ZkVerify,
    arc::Arc,
    speculation::claims::{Claim, Claims},
    verdicts::{Verdict, VerdictCache},
};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::B256;
use core::fmt;
use halo2_kzg_verifier::{Batch, BatchItem, Threads};

/// Bytes of claims that a speculation notes, unless the node says otherwise: some 20,000 proofs of an
/// ordinary circuit, more than a block holds.
pub const DEFAULT_SPECULATION_CAPACITY: u64 = 64 << 20;

/// Proofs that are verified under one pairing check.
const MOST_IN_A_BATCH: usize = 1_024;

/// Executes transactions ahead of time, as a node's prewarming or its mempool does, without verifying:
/// [`precompile`](Self::precompile) performs steps 1 to 9, notes the claim and answers `true`.
/// [`settle`](Self::settle) then verifies all claims together and keeps their verdicts, and the real
/// execution finds them. A guess that was wrong costs the real execution one ordinary verification.
///
/// What was executed with [`precompile`](Self::precompile) is a guess: throw its results away.
///
/// ```
/// use zk_verify_precompile::{ScopedThreads, ZkVerify, ZkVerifyConfig};
///
/// let node = ZkVerify::new(ZkVerifyConfig::default());
/// let speculation = node.speculative();
/// // … on any threads, in any order: execute the block's transactions on copies of the state, with
/// // `speculation.precompile().clone()` in their EVMs …
/// let settled = speculation.settle(&ScopedThreads::new(2));
/// assert_eq!((settled.valid, settled.invalid), (0, 0));
/// // … now execute the block with `node` …
/// ```
pub struct Speculation<A: Arithmetic = Standard> {
    precompile: ZkVerify<A>,
    claims: Arc<Claims<A>>,
}

/// What [`Speculation::settle`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Claims that hold.
    pub valid: u64,
    /// Claims that do not.
    pub invalid: u64,
}

impl<A: Arithmetic> Speculation<A> {
    pub(crate) fn new(node: &ZkVerify<A>, capacity: u64) -> Self {
        let claims = Arc::new(Claims::new(capacity));
        Self {
            precompile: node.with_claims(claims.clone()),
            claims,
        }
    }

    /// The precompile that guesses. Clones share the claims.
    pub fn precompile(&self) -> &ZkVerify<A> {
        &self.precompile
    }

    /// Number of claims that wait for being verified.
    pub fn pending(&self) -> usize {
        self.claims.len()
    }

    /// Bytes of these claims, and of their keys.
    pub fn size(&self) -> u64 {
        self.claims.size()
    }

    /// Verifies all claims noted so far, in batches spread over `threads`, and keeps their verdicts. It
    /// may be called at any time and again and again; claims that are noted meanwhile wait for the next
    /// call.
    pub fn settle(&self, threads: &dyn Threads) -> Settled {
        let noted = self.claims.take();
        let claims: Vec<(&B256, &Claim<A>)> = noted.by_id.iter().collect();
        let mut settled = Settled::default();
        for setup in group_by_setup(&claims) {
            for chunk in setup.chunks(MOST_IN_A_BATCH) {
                self.settle_batch(chunk, threads, &mut settled);
            }
        }
        settled
    }

    fn settle_batch(
        &self,
        claims: &[(&B256, &Claim<A>)],
        threads: &dyn Threads,
        settled: &mut Settled,
    ) {
        let items: Vec<BatchItem<'_, A>> = claims
            .iter()
            .map(|(_, claim)| BatchItem {
                key: &claim.key,
                proof: &claim.proof,
                public_inputs: &claim.public_inputs,
            })
            .collect();
        // The claims are of one setup; were they not, none would get a verdict.
        let Ok(batch) = Batch::reduce_on(&items, threads) else {
            return;
        };
        // Not locked meanwhile: of two batches at the same time the later one's rate stays.
        let mut rate = *self.precompile.invalid_rate();
        let invalid = batch.find_invalid_at(&mut rate, threads);
        *self.precompile.invalid_rate() = rate;
        let mut reasons = invalid.iter().peekable();
        let mut evicted = 0_u64;
        for (index, (id, _)) in claims.iter().enumerate() {
            let verdict: Verdict = match reasons.next_if(|(invalid, _)| *invalid == index) {
                Some((_, reason)) => Err(*reason),
                None => Ok(()),
            };
            let counted = match verdict {
                Ok(()) => &mut settled.valid,
                Err(_) => &mut settled.invalid,
            };
            *counted = counted.saturating_add(1);
            evicted = evicted.saturating_add(self.verdicts().insert(**id, verdict));
        }
        if let Some(observer) = self.precompile.observer() {
            observer.counted(Counter::Batched, claims.len() as u64);
            observer.counted(Counter::SingledOut, invalid.len() as u64);
            observer.counted(Counter::EvictedVerdictBytes, evicted);
        }
    }

    fn verdicts(&self) -> &VerdictCache {
        self.precompile.verdicts()
    }
}

impl<A: Arithmetic> fmt::Debug for Speculation<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speculation")
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

/// The claims of each trusted setup, in the order of their ids.
fn group_by_setup<'a, A: Arithmetic>(
    claims: &[(&'a B256, &'a Claim<A>)],
) -> Vec<Vec<(&'a B256, &'a Claim<A>)>> {
    let mut groups: BTreeMap<[u8; 128], Vec<(&B256, &Claim<A>)>> = BTreeMap::new();
    for claim in claims {
        let setup = claim.1.key.key().trusted_setup().to_bytes();
        groups.entry(setup).or_default().push(*claim);
    }
    groups.into_values().collect()
}
