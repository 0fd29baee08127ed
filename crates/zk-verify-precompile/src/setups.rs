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
    units: VectorUnits,
}

impl<A: Arithmetic> PreparedSetups<A> {
    /// With verifications computed by these vector units.
    pub(crate) fn of(config: &ZkVerifyConfig, units: VectorUnits) -> Self {
        let mut setups = Self {
            named: Vec::new(),
            units,
        };
        for setup in config
            .accepted_setups
            .values()
            .flat_map(|list| list.as_slice())
        {
            if setups.find(setup).is_none() {
                let prepared = PreparedSetup::lasting(setup.clone()).with_vector_units(units);
                setups.named.push(Arc::new(prepared));
            }
        }
        setups
    }

    /// The setup, prepared; prepared now if no rule names it.
    pub(crate) fn get(&self, setup: &TrustedSetup) -> Arc<PreparedSetup<A>> {
        let found = self.find(setup).cloned();
        let prepare = || PreparedSetup::new(setup.clone()).with_vector_units(self.units);
        found.unwrap_or_else(|| Arc::new(prepare()))
    }

    /// Whether pairing checks are computed in lanes.
    pub(crate) fn are_in_lanes(&self) -> bool {
        self.named.iter().any(|setup| setup.is_in_lanes())
    }

    fn find(&self, wanted: &TrustedSetup) -> Option<&Arc<PreparedSetup<A>>> {
        self.named
            .iter()
            .find(|setup| setup.trusted_setup() == wanted)
    }
}

impl<A: Arithmetic> Clone for PreparedSetups<A> {
    fn clone(&self) -> Self {
        Self {
            named: self.named.clone(),
            units: self.units,
        }
    }
}
