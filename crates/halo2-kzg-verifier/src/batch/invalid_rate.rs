//! What earlier batches lead to expect.

/// When more proofs than this have been counted, both counts are halved, so that old batches count less and less.
const MEMORY: u64 = 1_024;
/// Sizes of groups.
const SMALLEST: u64 = 8;
const LARGEST: u64 = 64;

/// How many of the proofs so far did not hold. A batch that expects some begins with groups of proofs instead of a sum
/// over all, which would be formed in vain. It changes the time that batches take, and no verdict.
///
/// ```
/// use halo2_kzg_verifier::{Batch, BatchItem, InvalidRate, OneThread};
///
/// fn invalid_ones(batches: &[Vec<BatchItem>]) -> usize {
///     let mut rate = InvalidRate::default();
///     let batches = batches.iter().map(|items| Batch::reduce(items).expect("one setup"));
///     batches.map(|batch| batch.find_invalid_at(&mut rate, &OneThread).len()).sum()
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InvalidRate {
    proofs: u64,
    invalid: u64,
}

impl InvalidRate {
    /// Takes note of a batch of well-formed proofs.
    pub(super) fn note(&mut self, proofs: usize, invalid: usize) {
        self.proofs = self.proofs.saturating_add(proofs as u64);
        self.invalid = self.invalid.saturating_add(invalid as u64);
        if self.proofs > MEMORY {
            self.proofs /= 2;
            self.invalid /= 2;
        }
    }

    /// The size of the groups that a batch of so many proofs begins with; `None` if it begins with all.
    ///
    /// Beginning with groups takes 1.5 times as long where all hold, and about three quarters as long where some
    /// fail. So they pay from half an invalid proof in a batch on. A group has one invalid proof at most, as a rule,
    /// which is found by one more sum. Where one in six is invalid, each is looked at by itself.
    pub(super) fn group(&self, proofs: usize) -> Option<usize> {
        let expected = self.invalid.saturating_mul(proofs as u64).saturating_mul(2);
        if self.invalid == 0 || expected < self.proofs {
            return None;
        }
        let third = self.proofs.checked_div(self.invalid.saturating_mul(3))?;
        Some(match third {
            0 | 1 => 1,
            size => 1 << size.clamp(SMALLEST, LARGEST).ilog2(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(proofs: usize, invalid: usize) -> InvalidRate {
        let mut rate = InvalidRate::default();
        rate.note(proofs, invalid);
        rate
    }

    #[test]
    fn groups_come_first_where_half_an_invalid_proof_is_expected() {
        assert_eq!(InvalidRate::default().group(1_000), None);
        assert_eq!(rate(1_000, 0).group(1_000), None);
        assert_eq!(rate(1_000, 1).group(499), None);
        assert_eq!(rate(1_000, 1).group(500), Some(64));
        assert_eq!(rate(1_000, 10).group(1_000), Some(32));
        assert_eq!(rate(1_000, 50).group(1_000), Some(8));
        assert_eq!(rate(1_000, 166).group(1_000), Some(8));
        assert_eq!(rate(1_000, 167).group(1_000), Some(1));
        assert_eq!(rate(1_000, 1_000).group(1_000), Some(1));
        assert_eq!(rate(1, 1).group(1), Some(1));
        assert_eq!(
            [0, 1, 12].map(|n| rate(12, n).group(12)),
            [None, Some(8), Some(1)]
        );
    }

    #[test]
    fn what_is_long_past_is_forgotten() {
        let mut rate = rate(1_000, 10);
        for _ in 0..6 {
            assert!(rate.proofs <= MEMORY);
            rate.note(1_000, 0);
        }
        assert_eq!(rate.group(1_000), None);
    }

    #[test]
    fn no_number_overflows() {
        let mut rate = rate(usize::MAX, usize::MAX);
        rate.note(usize::MAX, usize::MAX);
        assert!(rate.group(usize::MAX).is_some());
    }
}
