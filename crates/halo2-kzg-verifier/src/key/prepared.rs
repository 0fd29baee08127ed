//! A key together with everything that makes verification fast and follows from the key alone.

use super::verifying_key::VerifyingKey;
use crate::{
    arc::Arc,
    arithmetic::{Arithmetic, Standard},
    domain::Domain,
    four_hashes::FourHashes,
    memory::size_of_vec,
    once::Once,
    opening::weights::Weights,
    trusted_setup::TrustedSetup,
    vector_units::VectorUnits,
};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;

/// The pairing prepared for one trusted setup; shared by all keys made under it.
pub struct PreparedSetup<A: Arithmetic = Standard> {
    setup: TrustedSetup,
    pub(crate) pairing: A::Setup,
    /// What draws the challenges of a batch's proofs, four at a time.
    pub(crate) hashes: Option<FourHashes>,
}

impl<A: Arithmetic> PreparedSetup<A> {
    /// Prepares a trusted setup, for a few proofs.
    pub fn new(setup: TrustedSetup) -> Self {
        PreparedSetup {
            pairing: A::prepare_setup(setup.s_g2()),
            hashes: FourHashes::detect(),
            setup,
        }
    }

    /// Prepares a trusted setup that will be used again and again: it takes longer by about the time of
    /// a pairing check, and each verification then takes less.
    pub fn lasting(setup: TrustedSetup) -> Self {
        PreparedSetup {
            pairing: A::prepare_lasting_setup(setup.s_g2()),
            hashes: FourHashes::detect(),
            setup,
        }
    }

    /// The same, with verifications computed by these vector units. Without this call it is all that the processor has.
    /// No verdict depends on it.
    #[must_use]
    pub fn with_vector_units(self, units: VectorUnits) -> Self {
        PreparedSetup {
            pairing: A::with_lanes(self.pairing, units.lanes),
            hashes: units.hashes,
            setup: self.setup,
        }
    }

    /// Whether verifications are computed in lanes.
    pub fn is_in_lanes(&self) -> bool {
        A::is_in_lanes(&self.pairing)
    }

    /// The setup that this was prepared for.
    pub fn trusted_setup(&self) -> &TrustedSetup {
        &self.setup
    }
}

/// A verifying key, ready to verify. Preparing a key changes no verdict, only the time it takes.
pub struct PreparedKey<A: Arithmetic = Standard> {
    key: VerifyingKey,
    id: Once<[u8; 32]>,
    pub(crate) setup: SharedSetup<A>,
    pub(crate) domain: Domain,
    pub(crate) weights: Weights,
    /// The key's distinct points, then the generator G1.
    pub(crate) bases: A::Bases,
}

/// A prepared setup that keys share: an `Arc`, or an `Rc` where the processor has no atomics.
pub type SharedSetup<A = Standard> = Arc<PreparedSetup<A>>;

impl<A: Arithmetic> PreparedKey<A> {
    /// Prepares a key and its trusted setup.
    pub fn new(key: VerifyingKey) -> Self {
        let setup = Arc::new(PreparedSetup::new(key.trusted_setup().clone()));
        Self::assemble(key, setup)
    }

    /// Prepares a key under a trusted setup that is prepared already. `None` if the key was made
    /// under another one.
    pub fn with_setup(key: VerifyingKey, setup: SharedSetup<A>) -> Option<Self> {
        (setup.setup == *key.trusted_setup()).then(|| Self::assemble(key, setup))
    }

    fn assemble(key: VerifyingKey, setup: SharedSetup<A>) -> Self {
        let domain = Domain::new(key.circuit.k, key.layout.last_rotation());
        let weights = Weights::new(&key.plan, &domain);
        let commitments = &key.circuit.commitments.points;
        let mut points = alloc::vec::Vec::with_capacity(commitments.len().saturating_add(1));
        points.extend_from_slice(commitments);
        points.push(G1Affine::generator());
        PreparedKey {
            id: Once::default(),
            setup,
            domain,
            weights,
            bases: A::prepare_bases(points),
            key,
        }
    }

    /// The same key with tables of its points' multiples, of at most `budget` bytes: they take
    /// milliseconds to make and save a part of each verification, so they are for keys that are
    /// used again and again.
    #[must_use]
    pub fn with_tables(&self, budget: usize) -> Self {
        PreparedKey {
            key: self.key.clone(),
            id: self.id.clone(),
            setup: self.setup.clone(),
            domain: self.domain.clone(),
            weights: self.weights.clone(),
            bases: A::with_tables(&self.bases, budget),
        }
    }

    /// The key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// [`VerifyingKey::id`]; with `std` computed once.
    pub fn id(&self) -> [u8; 32] {
        self.id.get_or_init(|| self.key.id())
    }

    /// The memory that this takes, in bytes, without what keys of one trusted setup share.
    /// For caches; not a consensus value.
    pub fn size_in_bytes(&self) -> usize {
        crate::memory::total([
            size_of::<Self>(),
            self.key.size_in_bytes(),
            size_of_vec(&self.domain.tail),
            self.weights.size_in_bytes(),
            A::size_of_bases(&self.bases),
        ])
    }
}
