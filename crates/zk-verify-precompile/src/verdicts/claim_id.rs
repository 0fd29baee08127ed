//! What a verdict is found under.

use alloy_primitives::B256;
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"zk_verify verdict v1";

/// SHA-256 of a key's id, the proof and the public inputs, each with its length. Within one process and
/// never part of consensus, so it may be the hash that processors are fastest at; two claims with one id
/// would be a collision of SHA-256.
pub(crate) fn claim_id(key_id: &B256, proof: &[u8], public_inputs: &[u8]) -> B256 {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(key_id);
    for bytes in [proof, public_inputs] {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    B256::new(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_every_part_and_on_where_one_ends() {
        let key = B256::repeat_byte(1);
        let base = claim_id(&key, b"proof", b"inputs");
        assert_eq!(base, claim_id(&key, b"proof", b"inputs"));
        for other in [
            claim_id(&B256::repeat_byte(2), b"proof", b"inputs"),
            claim_id(&key, b"Proof", b"inputs"),
            claim_id(&key, b"proof", b"Inputs"),
            claim_id(&key, b"proofi", b"nputs"),
            claim_id(&key, b"inputs", b"proof"),
        ] {
            assert_ne!(base, other);
        }
    }
}
