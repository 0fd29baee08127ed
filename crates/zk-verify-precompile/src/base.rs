//! What else may be at the verifier's address: a precompile of the host's own, under ours.

/// The inputs that still belong to the precompile that a host's base has at the verifier's address.
///
/// On chains with EIP-2537, 0x11 is one of its precompiles. Both keep working, because the verifier
/// leaves to the base the lengths that the base's precompile takes. No call of the verifier has such a
/// length: its calldata is 4 bytes longer than a multiple of 32, and 132 bytes at least. A rule for
/// another precompile must keep that up.
///
/// It counts only where the base has a precompile at the address. Where it has none, every input is the
/// verifier's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseInputs {
    /// No input: what the base has there can no longer be reached.
    None,
    /// Inputs of exactly this many bytes.
    Exactly(u64),
    /// Inputs of this many bytes, or twice, three times … as many. The empty input is not one.
    MultiplesOf(u64),
}

impl BaseInputs {
    /// 0x11 of EIP-2537 as it went live with Prague: `BLS12_MAP_FP2_TO_G2`, which takes one element of
    /// Fp2.
    pub const MAP_FP2_TO_G2: Self = Self::Exactly(128);

    /// 0x11 of EIP-2537 by its numbers of 2024, as revm 14 has them: `BLS12_PAIRING`, which takes pairs
    /// of points.
    pub const BLS12_PAIRING_OF_2024: Self = Self::MultiplesOf(384);

    /// Does an input of this many bytes belong to the base?
    pub const fn contains(self, input_length: u64) -> bool {
        match self {
            Self::None => false,
            Self::Exactly(length) => input_length == length,
            Self::MultiplesOf(length) => {
                input_length != 0 && matches!(input_length.checked_rem(length), Some(0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_fp2_to_g2_takes_128_bytes_and_nothing_else() {
        for length in [0, 4, 127, 129, 132, 256] {
            assert!(!BaseInputs::MAP_FP2_TO_G2.contains(length), "{length}");
        }
        assert!(BaseInputs::MAP_FP2_TO_G2.contains(128));
    }

    #[test]
    fn the_pairing_of_2024_takes_pairs_and_at_least_one() {
        for length in [0, 128, 383, 385, 132] {
            assert!(
                !BaseInputs::BLS12_PAIRING_OF_2024.contains(length),
                "{length}"
            );
        }
        for pairs in 1..5 {
            assert!(BaseInputs::BLS12_PAIRING_OF_2024.contains(384 * pairs));
        }
    }

    #[test]
    fn a_rule_without_sense_takes_nothing() {
        for length in [0, 1, 128] {
            assert!(!BaseInputs::MultiplesOf(0).contains(length));
            assert!(!BaseInputs::None.contains(length));
        }
    }

    #[test]
    fn no_call_of_the_verifier_belongs_to_a_base_that_ethereum_has_had() {
        for words in 4..100_000 {
            let length = 4 + 32 * words;
            assert!(!BaseInputs::MAP_FP2_TO_G2.contains(length), "{length}");
            assert!(
                !BaseInputs::BLS12_PAIRING_OF_2024.contains(length),
                "{length}"
            );
        }
    }
}
