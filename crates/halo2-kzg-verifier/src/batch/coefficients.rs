//! The coefficients of a batch: a hash over *everything* that its claims depend on.
//!
//! That includes each key's id: the digest that a transcript begins with does not bind a key's
//! commitments, and with coefficients that ignore them proofs can be forged across two keys of one
//! batch.
//!
//! They never leave the batch, so the hash is free to be the one that processors are fastest at.

use super::BatchItem;
use crate::{arithmetic::Arithmetic, trusted_setup::TrustedSetup};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

/// Separates the batch coefficients from every other use of the hash.
const DOMAIN: &[u8] = b"zk_verify batch v1";

pub(super) type ItemDigest = [u8; 32];

/// The hash of a key's id, the public inputs and the proof, each with its length.
pub(super) fn digest<A: Arithmetic>(item: &BatchItem<'_, A>) -> ItemDigest {
    let mut hash = Sha256::new();
    hash.update(item.key.id());
    for bytes in [item.public_inputs, item.proof] {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// `c_i = SHA-256(seed ‖ i)` cut to 128 bits, with `seed` the hash of the domain, the number of
/// proofs, \[s\]G2, and the digest of every proof.
pub(super) fn coefficients<'d>(
    setup: Option<&TrustedSetup>,
    digests: impl ExactSizeIterator<Item = &'d ItemDigest>,
) -> Vec<Fr> {
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
        let (half, _) = digest.split_at(16);
        // Never zero: a zero coefficient would leave its proof out.
        Fr::from_be_bytes_mod_order(half) + Fr::from(1u64)
    };
    (0..number).map(coefficient).collect()
}
