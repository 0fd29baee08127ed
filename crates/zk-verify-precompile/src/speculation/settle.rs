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
use halo2_kzg_verifier::{Batch, BatchItem, Statement, Threads};

/// Bytes of claims that a speculation notes, unless the node says otherwise: some 20,000 proofs of an
/// ordinary circuit, more than a block holds.
pub const DEFAULT_SPECULATION_CAPACITY: u64 = 64 << 20;

/// Executes transactions ahead of time, as a node's prewarming or its mempool does, without verifying:
/// [`precompile`](Self::precompile) does all that a call does, charges included, but instead of verifying it notes the
/// claim and answers `true`.
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
        let mut settled = Settled::default();
        for setup in group_by_setup(&noted.by_id) {
            let mut claims = setup.into_iter();
            loop {
                let batch = Batch::take(&mut claims);
                if batch.is_empty() {
                    break;
                }
                self.settle_batch(&batch, threads, &mut settled);
            }
        }
        settled
    }

    fn settle_batch(&self, claims: &[Noted<'_, A>], threads: &dyn Threads, settled: &mut Settled) {
        let items: Vec<BatchItem<'_, A>> = claims.iter().map(Statement::item).collect();
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
        for (index, Noted { id, .. }) in claims.iter().enumerate() {
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

/// A claim under the id that its verdict will have.
struct Noted<'a, A: Arithmetic> {
    id: &'a B256,
    claim: &'a Claim<A>,
}

impl<A: Arithmetic> Statement<A> for Noted<'_, A> {
    fn item(&self) -> BatchItem<'_, A> {
        BatchItem {
            key: &self.claim.key,
            proof: &self.claim.proof,
            public_inputs: &self.claim.public_inputs,
        }
    }
}

/// The claims of each trusted setup, in the order of their ids.
fn group_by_setup<A: Arithmetic>(claims: &BTreeMap<B256, Claim<A>>) -> Vec<Vec<Noted<'_, A>>> {
    let mut groups: BTreeMap<[u8; 128], Vec<Noted<'_, A>>> = BTreeMap::new();
    for (id, claim) in claims {
        let setup = claim.key.key().trusted_setup().to_bytes();
        groups.entry(setup).or_default().push(Noted { id, claim });
    }
    groups.into_values().collect()
}
