//! Verifies halo2 PLONKish proofs over BN254 with KZG, as ezkl makes them
