//! A key together with everything that makes verification fast and follows from the key alone.

use crate::{
    Fr, G1Affine, G2Affine,
    arc::Arc,
    arguments::size_of_vec,
    curve::{Curve, Standard},
    domain,
    key::VerifyingKey,
    protocol::opening::Weights,
};
use alloc::vec::Vec;
use ark_ec::AffineRepr;
use ark_ff::Field;

/// The pairing prepared for one structured reference string; shared by all keys made under it.
pub struct PreparedSrs<C: Curve = Standard> {
    s_g2: G2Affine,
    pub(crate) lines: C::Srs,
}

impl<C: Curve> PreparedSrs<C> {
    /// Prepares \[s\]G2, a point that [`decode_s_g2`](crate::decode_s_g2) or a key has accepted.
    pub fn new(s_g2: &G2Affine) -> Self {
        PreparedSrs {
            s_g2: *s_g2,
            lines: C::prepare_srs(s_g2),
        }
    }

    /// The point that this was prepared for.
    pub fn s_g2(&self) -> &G2Affine {
        &self.s_g2
    }
}

/// A verifying key, ready to verify. Never needed for correctness and never visible in a verdict.
pub struct PreparedKey<C: Curve = Standard> {
    key: VerifyingKey,
    pub(crate) srs: Arc<PreparedSrs<C>>,
    pub(crate) domain: Domain,
    pub(crate) weights: Weights,
    /// The key's distinct points, then the generator G1.
    pub(crate) bases: C::Bases,
}

/// What verification needs to know about the rows.
#[derive(Clone)]
pub(crate) struct Domain {
    pub(crate) omega: Fr,
    /// `1/n`
    pub(crate) inverse_of_n: Fr,
    /// `ω^i` for `i = last, …, -1`: the row behind the usable ones, then the blinding rows.
    pub(crate) tail: Vec<Fr>,
}

impl<C: Curve> PreparedKey<C> {
    /// Prepares a key and its structured reference string.
    pub fn new(key: VerifyingKey) -> Self {
        let srs = Arc::new(PreparedSrs::new(key.s_g2()));
        Self::assemble(key, srs)
    }

    /// Prepares a key under a structured reference string that is prepared already. `None` if the
    /// key was made under another one.
    pub fn with_srs(key: VerifyingKey, srs: Arc<PreparedSrs<C>>) -> Option<Self> {
        (srs.s_g2 == *key.s_g2()).then(|| Self::assemble(key, srs))
    }

    fn assemble(key: VerifyingKey, srs: Arc<PreparedSrs<C>>) -> Self {
        let omega = domain::omega(key.k);
        // Roots of unity and powers of two are not zero.
        let inverse = omega.inverse().unwrap_or_default();
        let n = Fr::from(1u64.checked_shl(key.k.into()).unwrap_or(1));
        let last = key.shape.last_rotation();
        let domain = Domain {
            omega,
            inverse_of_n: n.inverse().unwrap_or_default(),
            tail: (last..0)
                .map(|i| domain::power(omega, inverse, i))
                .collect(),
        };
        let weights = Weights::derive(&key.shape.plan, omega, inverse);
        let mut points = key.commitments.points.clone();
        points.push(G1Affine::generator());
        PreparedKey {
            srs,
            domain,
            weights,
            bases: C::prepare_bases(points),
            key,
        }
    }

    /// The same key with tables of its points' multiples, of at most `budget` bytes: they take
    /// milliseconds to make and save a part of each verification, so they are for keys that are
    /// used again and again.
    #[must_use]
    pub fn with_tables(&self, budget: usize) -> Self {
        PreparedKey {
            key: self.key.clone(),
            srs: self.srs.clone(),
            domain: self.domain.clone(),
            weights: self.weights.clone(),
            bases: C::tabulate(&self.bases, budget),
        }
    }

    /// The key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The memory that this takes, in bytes, without what keys of one reference string share.
    /// For caches; not a consensus value.
    pub fn size_in_bytes(&self) -> usize {
        [
            size_of::<Self>(),
            self.key.size_in_bytes(),
            size_of_vec(&self.domain.tail),
            self.weights.size_in_bytes(),
            C::size_of_bases(&self.bases),
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }
}
