//! Against the hash of one message at a time.

use super::*;
use alloc::vec::Vec;
use sha3::{Digest, Keccak256};

fn hashes() -> FourHashes {
    let hashes = FourHashes::detect();
    assert_eq!(hashes.is_some(), std::is_x86_feature_detected!("avx2"));
    hashes.expect("a processor with AVX2: these tests need one")
}

/// Four messages of this length, no two bytes in a row the same.
fn messages(length: usize) -> [Vec<u8>; 4] {
    [1_usize, 3, 5, 7].map(|lane| (0..length).map(|i| (i * lane * 89 + lane) as u8).collect())
}

#[test]
fn four_hashes_are_those_of_one_message_at_a_time() {
    let hashes = hashes();
    // Around every border of a block, and the lengths of whole proofs.
    for length in (0..4 * RATE).chain([1_984, 3_264, 6_000, 20_000]) {
        let messages = messages(length);
        let expected = messages
            .each_ref()
            .map(|message| <[u8; DIGEST]>::from(Keccak256::digest(message)));
        let found = hashes.keccak256(messages.each_ref().map(|message| &message[..]));
        assert_eq!(found, expected, "{length} bytes");
    }
}

/// A difference of one bit in one message shows in its hash, and in no other's.
#[test]
fn messages_do_not_mix() {
    let hashes = hashes();
    for length in [1, RATE - 1, RATE, 3 * RATE + 17] {
        for lane in 0..4 {
            let mut messages = messages(length);
            let before = hashes.keccak256(messages.each_ref().map(|message| &message[..]));
            for bit in [0, 8 * length - 1] {
                messages[lane][bit / 8] ^= 1 << (bit % 8);
                let after = hashes.keccak256(messages.each_ref().map(|message| &message[..]));
                messages[lane][bit / 8] ^= 1 << (bit % 8);
                for other in 0..4 {
                    assert_eq!(before[other] == after[other], other != lane);
                }
            }
        }
    }
}
