//! The accepted trusted setups, each prepared once for all keys under it.

use crate::{Arithmetic, TrustedSetup, ZkVerifyConfig, arc::Arc};
use alloc::vec::Vec;
use halo2_kzg_verifier::PreparedSetup;

/// The pairing, prepared for every setup that a chain's rules name at some time.
///
/// It follows from the rules and changes speed alone; which setups are accepted in a block is asked of
/// [`AcceptedSetups`](crate::AcceptedSetups) each time.
pub(crate) struct PreparedSetups<A: Arithmetic>(Vec<Arc<PreparedSetup<A>>>);

impl<A: Arithmetic> PreparedSetups<A> {
    pub(crate) fn of(config: &ZkVerifyConfig) -> Self {
        let mut setups = Self(Vec::new());
        for setup in config
            .accepted_setups
            .values()
            .flat_map(|list| list.as_slice())
        {
            if setups.find(setup).is_none() {
                let prepared = PreparedSetup::lasting(setup.clone());
                setups.0.push(Arc::new(prepared));
            }
        }
        setups
    }

    /// The setup, prepared; prepared now if no rule names it.
    pub(crate) fn get(&self, setup: &TrustedSetup) -> Arc<PreparedSetup<A>> {
        let found = self.find(setup).cloned();
        found.unwrap_or_else(|| Arc::new(PreparedSetup::new(setup.clone())))
    }

    fn find(&self, wanted: &TrustedSetup) -> Option<&Arc<PreparedSetup<A>>> {
        self.0.iter().find(|setup| setup.trusted_setup() == wanted)
    }
}

impl<A: Arithmetic> Clone for PreparedSetups<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
