//! The accepted trusted setups, each prepared once for all keys under it.

use crate::{Arithmetic, TrustedSetup, ZkVerifyConfig, arc::Arc};
use alloc::vec::Vec;
use halo2_kzg_verifier::{PreparedSetup, VectorUnits};

/// The pairing, prepared for every setup that a chain's rules name at some time.
///
/// It follows from the rules and changes speed alone; which setups are accepted in a block is asked of
/// [`AcceptedSetups`](crate::AcceptedSetups) each time.
pub(crate) struct PreparedSetups<A: Arithmetic> {
    named: Vec<Arc<PreparedSetup<A>>>,
}

impl<A: Arithmetic> PreparedSetups<A> {
    /// With verifications computed by these vector units.
    pub(crate) fn of(config: &ZkVerifyConfig, units: VectorUnits) -> Self {
        let mut setups = Self { named: Vec::new() };
        for setup in config
            .accepted_setups
            .values()
            .flat_map(|list| list.as_slice())
        {
            if setups.get(setup).is_none() {
                let prepared = PreparedSetup::lasting(setup.clone()).with_vector_units(units);
                setups.named.push(Arc::new(prepared));
            }
        }
        setups
    }

    /// The setup, prepared; `None` if no rule names it.
    pub(crate) fn get(&self, wanted: &TrustedSetup) -> Option<Arc<PreparedSetup<A>>> {
        let found = |setup: &&Arc<PreparedSetup<A>>| setup.trusted_setup() == wanted;
        self.named.iter().find(found).cloned()
    }

    /// Whether verifications are computed in lanes.
    pub(crate) fn are_in_lanes(&self) -> bool {
        self.named.iter().any(|setup| setup.is_in_lanes())
    }
}

impl<A: Arithmetic> Clone for PreparedSetups<A> {
    fn clone(&self) -> Self {
        Self {
            named: self.named.clone(),
        }
    }
}
