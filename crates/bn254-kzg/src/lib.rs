//! The two heavy operations of KZG verification on BN254: multi-exponentiation and the pairing check
