//! The coefficients of a batch: a hash over *everything* that its claims depend on.
//!
//! Public inputs and proofs are in it by their seals and what follows these. Each key is in it by its id: the
//! digest that a transcript begins with does not bind a key's commitments, and with coefficients that ignore them proofs
//! can be forged across two keys of one batch.
//!
//! They never leave the batch, so the hash is free to be the one that processors are fastest at.

use super::BatchItem;
use crate::{
    arithmetic::Arithmetic, field::to_word, transcript::Seal, trusted_setup::TrustedSetup,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Field;
use bn254_kzg::LAMBDA;
use sha2::{Digest, Sha256};

/// Separates the batch coefficients from every other use of the hash.
const DOMAIN: &[u8] = b"zk_verify batch v1";

pub(super) type ItemDigest = [u8; 32];

/// The hash of the key's id, of the proof's seal, and of the rest of the proof.
pub(super) fn digest<A: Arithmetic>(item: &BatchItem<'_, A>, seal: &Seal) -> ItemDigest {
    let hash = Sha256::new().chain_update(item.key.id());
    let hash = hash.chain_update(to_word(&seal.challenge));
    let rest = item.proof.get(seal.read..).unwrap_or_default();
    hash.chain_update(rest).finalize().into()
}

/// `c_i = a + b·λ` with `a - 1` and `b` the first two words of 64 bits of `SHA-256(seed ‖ i)`, and `seed` the hash
/// of the domain, the number of proofs, \[s\]G2, and the digest of every proof.
///
/// The 2^128 pairs give as many coefficients: had two the same one, their difference would be a vector shorter than
/// 2^66 in a lattice whose shortest is longer than 2^126. A multi-exponentiation splits scalars along λ, so a point that
/// is multiplied by a coefficient alone takes half the additions.
pub(super) fn coefficients(setup: Option<&TrustedSetup>, digests: &[ItemDigest]) -> Vec<Fr> {
    let number = digests.len() as u64;
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(number.to_be_bytes());
    if let Some(setup) = setup {
        hash.update(setup.to_bytes());
    }
    for digest in digests {
        hash.update(digest);
    }
    let seed = hash.finalize();
    let coefficient = |index: u64| {
        let digest = Sha256::new()
            .chain_update(seed)
            .chain_update(index.to_be_bytes());
        let digest = digest.finalize();
        let mut words = digest.chunks_exact(8).map(|word| {
            let word = word.try_into().map(u64::from_be_bytes);
            Fr::from(word.unwrap_or_default())
        });
        let mut next = || words.next().unwrap_or_default();
        let (a, b) = (next(), next());
        // Never zero: a zero coefficient would leave its proof out.
        a + Fr::ONE + b * LAMBDA
    };
    (0..number).map(coefficient).collect()
}
