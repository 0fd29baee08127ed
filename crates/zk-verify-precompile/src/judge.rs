//! Step 10: the verdict on a proof, kept, guessed or computed.

use crate::{
    Arithmetic, Counter, Observer, VerdictCache, arc::Arc, speculation::Claims, verdicts::Verdict,
};
use alloy_primitives::B256;
use halo2_kzg_verifier::{PreparedKey, verify};

/// Who answers in step 10.
#[cfg_attr(
    not(feature = "std"),
    expect(dead_code, reason = "without locks nothing is kept")
)]
pub(crate) struct Judge<'a, A: Arithmetic> {
    /// The node's verdicts.
    pub(crate) verdicts: &'a VerdictCache,
    /// Where a speculation notes what it does not verify.
    pub(crate) claims: Option<&'a Claims<A>>,
    /// Is told what is counted.
    pub(crate) observer: Option<&'a dyn Observer>,
}

/// What the proof is about, by the key that was read from the state in this call.
#[cfg_attr(
    not(feature = "std"),
    expect(dead_code, reason = "without locks nothing is kept")
)]
pub(crate) struct Statement<'a, A: Arithmetic> {
    pub(crate) key_id: B256,
    pub(crate) key: &'a Arc<PreparedKey<A>>,
    pub(crate) proof: &'a [u8],
    pub(crate) public_inputs: &'a [u8],
}

impl<A: Arithmetic> Statement<'_, A> {
    fn verify(&self) -> Verdict {
        verify(self.key, self.proof, self.public_inputs)
    }
}

impl<A: Arithmetic> Judge<'_, A> {
    fn count(&self, counter: Counter, by: u64) {
        if let Some(observer) = self.observer
            && by != 0
        {
            observer.counted(counter, by);
        }
    }
}

#[cfg(not(feature = "std"))]
impl<A: Arithmetic> Judge<'_, A> {
    /// The verdict, and whether it was kept.
    pub(crate) fn judge(&self, statement: &Statement<'_, A>) -> (Verdict, bool) {
        self.count(Counter::VerdictMisses, 1);
        (statement.verify(), false)
    }
}

#[cfg(feature = "std")]
impl<A: Arithmetic> Judge<'_, A> {
    /// The verdict, and whether it was kept.
    pub(crate) fn judge(&self, statement: &Statement<'_, A>) -> (Verdict, bool) {
        if let Some(claims) = self.claims {
            return self.guess(statement, claims);
        }
        if self.verdicts.capacity() == 0 {
            self.count(Counter::VerdictMisses, 1);
            return (statement.verify(), false);
        }
        let answer = self
            .verdicts
            .get_or_verify(statement.id(), || statement.verify());
        self.count(
            match answer.was_kept {
                true => Counter::VerdictHits,
                false => Counter::VerdictMisses,
            },
            1,
        );
        self.count(Counter::EvictedVerdictBytes, answer.evicted_bytes);
        (answer.verdict, answer.was_kept)
    }

    fn guess(&self, statement: &Statement<'_, A>, claims: &Claims<A>) -> (Verdict, bool) {
        // Nothing that is settled would be kept.
        if self.verdicts.capacity() == 0 {
            return (Ok(()), false);
        }
        let id = statement.id();
        if let Some(verdict) = self.verdicts.get(&id) {
            self.count(Counter::VerdictHits, 1);
            return (verdict, true);
        }
        let key = (statement.key_id, statement.key);
        if claims.note(id, key, statement.proof, statement.public_inputs) {
            self.count(Counter::Speculated, 1);
        }
        (Ok(()), false)
    }
}

#[cfg(feature = "std")]
impl<A: Arithmetic> Statement<'_, A> {
    fn id(&self) -> B256 {
        crate::verdicts::claim_id(&self.key_id, self.proof, self.public_inputs)
    }
}
