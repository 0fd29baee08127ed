//! The accepted trusted setups, each prepared once for all keys under it.

use crate::{Arithmetic, PreparedSetup, ZkVerifyConfig, arc::Arc};
use alloc::vec::Vec;
use halo2_kzg_verifier::G2Affine;

/// The pairing, prepared for every setup that a chain's rules name at some time.
///
/// It follows from the rules and changes speed alone; which setups are accepted in a block is asked of
/// [`AcceptedSetups`](crate::AcceptedSetups) each time.
pub(crate) struct PreparedSetups<A: Arithmetic>(Vec<Arc<PreparedSetup<A>>>);

impl<A: Arithmetic> PreparedSetups<A> {
    pub(crate) fn of(config: &ZkVerifyConfig) -> Self {
        let mut setups = Self(Vec::new());
        for point in config.accepted_setups.values().flat_map(|list| list.iter()) {
            if setups.find(point).is_none() {
                setups.0.push(Arc::new(PreparedSetup::new(point)));
            }
        }
        setups
    }

    /// The prepared setup with this point; prepared now if no rule names it.
    pub(crate) fn get(&self, s_g2: &G2Affine) -> Arc<PreparedSetup<A>> {
        let found = self.find(s_g2).cloned();
        found.unwrap_or_else(|| Arc::new(PreparedSetup::new(s_g2)))
    }

    fn find(&self, s_g2: &G2Affine) -> Option<&Arc<PreparedSetup<A>>> {
        self.0.iter().find(|setup| setup.s_g2() == s_g2)
    }
}

impl<A: Arithmetic> Clone for PreparedSetups<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
