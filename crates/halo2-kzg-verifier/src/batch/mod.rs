//! Many proofs under one \[s\]G2 with a single pairing check.
//!
//! Each proof reduces to a claim `e(L_i, G2) = e(R_i, [s]G2)`. With coefficients `c_i` that nobody
//! can choose, all claims hold exactly if `e(Σ c_i L_i, G2) = e(Σ c_i R_i, [s]G2)` does, but for a
//! chance of about 2^-128 (Bellare, Garay, Rabin 1998, "small exponents").
//!
//! A proof is read once: what it reduces to serves the sum over all, and where that fails, the sums over
//! parts that single the invalid ones out.

mod challenges;
mod coefficients;
mod invalid_rate;
mod search;
mod stream;
mod sum;
#[cfg(test)]
mod tests;

pub use invalid_rate::InvalidRate;
pub use stream::Statement;

use crate::{
    arithmetic::{Arithmetic, Standard},
    claim::Claim,
    key::prepared::PreparedKey,
    rejection::Rejection,
    threads::{OneThread, Threads, map},
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use thiserror::Error;

/// One statement of a batch, with its proof.
pub struct BatchItem<'a, A: Arithmetic = Standard> {
    /// The key that the proof must hold under.
    pub key: &'a PreparedKey<A>,
    /// As in [`verify`](crate::verify).
    pub proof: &'a [u8],
    /// As in [`verify`](crate::verify).
    pub public_inputs: &'a [u8],
}

/// A key of a batch was made under another trusted setup than the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("proof {index}: its key has another trusted setup than the batch's first")]
pub struct MixedSetups {
    /// The first such proof's position in the batch.
    pub index: usize,
}

/// Why a batch was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BatchRejection {
    /// A proof is malformed, whatever the others are.
    #[error("proof {index}: {reason}")]
    Proof {
        /// Its position in the batch.
        index: usize,
        /// What is wrong with it.
        reason: Rejection,
    },
    /// Every proof is well formed, and at least one does not hold.
    #[error("pairing check failed: at least one proof of the batch does not hold")]
    PairingCheckFailed,
}

/// Proofs that have been read and reduced, ready to be checked together. It takes about six kilobytes for
/// a proof of an ordinary circuit; [`Batch::stream`] takes any number of proofs in bounded memory.
///
/// ```
/// use halo2_kzg_verifier::{Batch, BatchItem, PreparedKey};
///
/// fn all_hold(key: &PreparedKey, proofs: &[(Vec<u8>, Vec<u8>)]) -> bool {
///     let items: Vec<BatchItem> = proofs
///         .iter()
///         .map(|(proof, public_inputs)| BatchItem { key, proof, public_inputs })
///         .collect();
///     Batch::reduce(&items).is_ok_and(|batch| batch.verify().is_ok())
/// }
/// ```
pub struct Batch<'a, A: Arithmetic = Standard> {
    /// In the order given.
    proofs: Vec<Reduced<'a, A>>,
}

struct Reduced<'a, A: Arithmetic> {
    key: &'a PreparedKey<A>,
    /// With its coefficient.
    claim: Result<(Claim, Fr), Rejection>,
}

/// A well-formed proof's claim with its coefficient.
struct Weighted<'a, A: Arithmetic> {
    index: usize,
    key: &'a PreparedKey<A>,
    coefficient: Fr,
    claim: &'a Claim,
}

impl<'a, A: Arithmetic> Batch<'a, A> {
    /// Reads every proof and reduces it to a claim about a pairing.
    ///
    /// # Errors
    /// If the keys are not all of one trusted setup.
    pub fn reduce(items: &[BatchItem<'a, A>]) -> Result<Self, MixedSetups> {
        Self::reduce_on(items, &OneThread)
    }

    /// [`reduce`](Self::reduce), spread over threads.
    ///
    /// # Errors
    /// If the keys are not all of one trusted setup.
    pub fn reduce_on(
        items: &[BatchItem<'a, A>],
        threads: &dyn Threads,
    ) -> Result<Self, MixedSetups> {
        check_setups(items)?;
        let parts = parts(items, threads);
        let reduced = map(threads, parts.len(), |part| {
            let items = parts.get(part).copied().unwrap_or_default();
            let reduce = |(item, challenges): (&BatchItem<'a, A>, _)| {
                let (key, proof, public_inputs) = (item.key, item.proof, item.public_inputs);
                let claim = Claim::reduce_drawn(key, proof, public_inputs, challenges)?;
                let digest = coefficients::digest(item, &claim.seal);
                Ok((claim, digest))
            };
            let drawn = challenges::draw(items);
            items.iter().zip(drawn).map(reduce).collect::<Vec<_>>()
        });
        let reduced: Vec<_> = reduced.into_iter().flatten().collect();
        let setup = items.first().map(|first| first.key.key().trusted_setup());
        let well_formed = reduced.iter().flatten();
        let digests: Vec<_> = well_formed.map(|(_, digest)| *digest).collect();
        let mut coefficients = coefficients::coefficients(setup, &digests).into_iter();
        let proofs = items.iter().zip(reduced).map(|(item, reduced)| Reduced {
            key: item.key,
            claim: reduced.and_then(|(claim, _)| {
                // There is one for each claim, in their order.
                let coefficient = coefficients.next().ok_or(Rejection::InconsistentKey)?;
                Ok((claim, coefficient))
            }),
        });
        Ok(Batch {
            proofs: proofs.collect(),
        })
    }

    /// Verifies all proofs or none. An empty batch is valid.
    ///
    /// # Errors
    /// The first malformed proof, or that some proof does not hold;
    /// [`find_invalid`](Self::find_invalid) names which.
    pub fn verify(&self) -> Result<(), BatchRejection> {
        self.verify_on(&OneThread)
    }

    /// [`verify`](Self::verify), spread over threads.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_on(&self, threads: &dyn Threads) -> Result<(), BatchRejection> {
        let (claims, malformed) = self.claims();
        if let Some((index, reason)) = malformed.first().copied() {
            return Err(BatchRejection::Proof { index, reason });
        }
        match search::holds(&claims, threads) {
            true => Ok(()),
            false => Err(BatchRejection::PairingCheckFailed),
        }
    }

    /// Names every invalid proof of the batch with its reason, in the batch's order; none if the batch
    /// holds. The verdict on each proof is the one that [`verify`](crate::verify) gives.
    pub fn find_invalid(&self) -> Vec<(usize, Rejection)> {
        self.find_invalid_on(&OneThread)
    }

    /// [`find_invalid`](Self::find_invalid), spread over threads.
    pub fn find_invalid_on(&self, threads: &dyn Threads) -> Vec<(usize, Rejection)> {
        self.find_invalid_at(&mut InvalidRate::default(), threads)
    }

    /// [`find_invalid_on`](Self::find_invalid_on) for one of many batches: it expects the rate of invalid proofs that
    /// those before it had, and notes its own. The rate changes the time that it takes and nothing else.
    pub fn find_invalid_at(
        &self,
        rate: &mut InvalidRate,
        threads: &dyn Threads,
    ) -> Vec<(usize, Rejection)> {
        let (claims, mut invalid) = self.claims();
        let well_formed = claims.len();
        let failed = search::find_invalid(claims, rate, threads);
        rate.note(well_formed, failed.len());
        invalid.extend(failed);
        invalid.sort_unstable_by_key(|(index, _)| *index);
        invalid
    }

    /// The well-formed proofs' claims, and the others with their reasons.
    fn claims(&self) -> (Vec<Weighted<'_, A>>, Vec<(usize, Rejection)>) {
        let (mut claims, mut malformed) = (Vec::with_capacity(self.proofs.len()), Vec::new());
        for (index, proof) in self.proofs.iter().enumerate() {
            match &proof.claim {
                Ok((claim, coefficient)) => claims.push(Weighted {
                    index,
                    key: proof.key,
                    coefficient: *coefficient,
                    claim,
                }),
                Err(reason) => malformed.push((index, *reason)),
            }
        }
        (claims, malformed)
    }
}

fn check_setups<A: Arithmetic>(items: &[BatchItem<'_, A>]) -> Result<(), MixedSetups> {
    let mut setups = items.iter().map(|item| item.key.key().trusted_setup());
    let Some(first) = setups.next() else {
        return Ok(());
    };
    match setups.position(|setup| setup != first) {
        Some(after) => Err(MixedSetups {
            index: after.saturating_add(1),
        }),
        None => Ok(()),
    }
}

/// The list cut into one part for each thread.
fn parts<'l, T>(list: &'l [T], threads: &dyn Threads) -> Vec<&'l [T]> {
    parts_for(list, threads.number())
}

/// The list cut into so many parts.
fn parts_for<T>(list: &[T], number: usize) -> Vec<&[T]> {
    let size = list.len().div_ceil(number.max(1)).max(1);
    list.chunks(size).collect()
}
