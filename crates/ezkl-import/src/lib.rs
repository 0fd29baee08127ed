//! Reads what ezkl writes: keys, proofs, settings
