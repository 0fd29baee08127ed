//! The chain's rules: which key is the default, which ceremonies are trusted, what a call costs, and
//! from which block on. They are consensus: every node of a chain must have the same.

use crate::{GasSchedule, arc::Arc};
use alloc::vec::Vec;
use alloy_primitives::Address;
use core::fmt;
use halo2_kzg_verifier::{
    G2Affine, PERPETUAL_POWERS_OF_TAU, PreparedSrs, S_G2_BYTES, decode_s_g2, encode_s_g2,
};
use thiserror::Error;

/// When a rule comes into force, like a fork.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// From the first block on.
    #[default]
    Genesis,
    /// From the block of this number on.
    Block(u64),
    /// From the first block with this timestamp or a later one, in seconds.
    Timestamp(u64),
}

impl Activation {
    /// Is it in force in the block of this number and timestamp?
    pub const fn is_active(self, block: u64, timestamp: u64) -> bool {
        match self {
            Self::Genesis => true,
            Self::Block(from) => block >= from,
            Self::Timestamp(from) => timestamp >= from,
        }
    }
}

/// A value that changes by activation: of the entries that are active, the one added last is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule<T> {
    genesis: T,
    changes: Vec<(Activation, T)>,
}

impl<T> Schedule<T> {
    /// The same value for ever, until a change is added.
    pub const fn new(genesis: T) -> Self {
        Self {
            genesis,
            changes: Vec::new(),
        }
    }

    /// Adds a change. Add them in the order in which they come into force.
    #[must_use]
    pub fn then(mut self, from: Activation, value: T) -> Self {
        self.changes.push((from, value));
        self
    }

    /// The value in force in the block of this number and timestamp.
    pub fn at(&self, block: u64, timestamp: u64) -> &T {
        self.changes
            .iter()
            .rev()
            .find(|(from, _)| from.is_active(block, timestamp))
            .map_or(&self.genesis, |(_, value)| value)
    }
}

impl<T> From<T> for Schedule<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// The ceremonies that a chain trusts, each by its point \[s\]G2: an explicit list, never empty.
///
/// Whoever knows `s` can prove anything under it, so there is no "any". A key says which \[s\]G2 it was
/// made under and is refused if the point is not in the list. The pairing is prepared here, once for
/// all keys of a ceremony.
#[derive(Clone)]
pub struct AcceptedSrs(Vec<Arc<PreparedSrs>>);

impl AcceptedSrs {
    /// Accepts the given points, each as `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` (EIP-197's order).
    ///
    /// # Errors
    /// [`ConfigError`] if the list is empty, or a point is not a finite point of the order-r subgroup,
    /// or is the generator, whose secret is known to be 1.
    pub fn new(points: &[[u8; S_G2_BYTES]]) -> Result<Self, ConfigError> {
        if points.is_empty() {
            return Err(ConfigError::NoAcceptedSrs);
        }
        points
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                decode_s_g2(bytes)
                    .filter(|_| *bytes != G2_GENERATOR)
                    .map(|point| Arc::new(PreparedSrs::new(&point)))
                    .ok_or(ConfigError::InvalidSrs { index })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The perpetual powers of tau alone: the ceremony that ezkl's users have, and the default.
    pub fn perpetual_powers_of_tau() -> Self {
        let point = decode_s_g2(&PERPETUAL_POWERS_OF_TAU);
        Self(
            point
                .iter()
                .map(|point| Arc::new(PreparedSrs::new(point)))
                .collect(),
        )
    }

    /// The prepared ceremony with this point, if it is accepted.
    pub fn get(&self, s_g2: &G2Affine) -> Option<&Arc<PreparedSrs>> {
        self.0.iter().find(|srs| srs.s_g2() == s_g2)
    }

    /// The accepted points, encoded as in [`AcceptedSrs::new`].
    pub fn points(&self) -> impl Iterator<Item = [u8; S_G2_BYTES]> {
        self.0.iter().map(|srs| encode_s_g2(srs.s_g2()))
    }
}

impl PartialEq for AcceptedSrs {
    fn eq(&self, other: &Self) -> bool {
        self.points().eq(other.points())
    }
}

impl Eq for AcceptedSrs {}

impl fmt::Debug for AcceptedSrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.points().map(alloy_primitives::hex::encode))
            .finish()
    }
}

/// EIP-197's generator of G2, that is \[s\]G2 for s = 1.
const G2_GENERATOR: [u8; S_G2_BYTES] = alloy_primitives::hex!(
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
);

/// A configuration that no chain can run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The list of accepted points is empty.
    #[error("accepted [s]G2: the list is empty; name at least one ceremony")]
    NoAcceptedSrs,
    /// A point cannot be that of a ceremony.
    #[error(
        "accepted [s]G2, entry {index}: not a finite point of the order-r subgroup of G2 other than its generator"
    )]
    InvalidSrs {
        /// Position in the list, from 0.
        index: usize,
    },
}

/// The rules of a chain, each by activation.
///
/// [`ZkVerifyConfig::default`]: active from genesis, no default key, the perpetual powers of tau, the
/// default gas schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZkVerifyConfig {
    /// From when on the precompile exists. Before it, 0x11 is what it is in the base.
    pub active_from: Activation,
    /// The account whose code is the key of callers that bind none; `None`: such calls revert.
    pub default_key: Schedule<Option<Address>>,
    /// The ceremonies that are trusted.
    pub accepted_srs: Schedule<AcceptedSrs>,
    /// The prices.
    pub gas: Schedule<GasSchedule>,
}

impl Default for ZkVerifyConfig {
    fn default() -> Self {
        Self {
            active_from: Activation::Genesis,
            default_key: Schedule::new(None),
            accepted_srs: Schedule::new(AcceptedSrs::perpetual_powers_of_tau()),
            gas: Schedule::new(GasSchedule::default()),
        }
    }
}

impl ZkVerifyConfig {
    /// The same with `key` as the default key, from genesis on.
    #[must_use]
    pub fn with_default_key(mut self, key: Address) -> Self {
        self.default_key = Some(key).into();
        self
    }

    /// The same with these ceremonies accepted, from genesis on.
    #[must_use]
    pub fn with_accepted_srs(mut self, accepted: AcceptedSrs) -> Self {
        self.accepted_srs = accepted.into();
        self
    }

    /// The same with these prices, from genesis on.
    #[must_use]
    pub fn with_gas(mut self, gas: GasSchedule) -> Self {
        self.gas = gas.into();
        self
    }

    /// Does the precompile exist in the block of this number and timestamp?
    pub const fn is_active(&self, block: u64, timestamp: u64) -> bool {
        self.active_from.is_active(block, timestamp)
    }

    /// The rules in force in the block of this number and timestamp.
    pub fn at(&self, block: u64, timestamp: u64) -> Rules<'_> {
        Rules {
            default_key: *self.default_key.at(block, timestamp),
            accepted_srs: self.accepted_srs.at(block, timestamp),
            gas: *self.gas.at(block, timestamp),
        }
    }
}

/// The rules in force in one block.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The default key's account.
    pub default_key: Option<Address>,
    /// The ceremonies that are trusted.
    pub accepted_srs: &'a AcceptedSrs,
    /// The prices.
    pub gas: GasSchedule,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::address;

    const A: Address = address!("00000000000000000000000000000000000000aa");
    const B: Address = address!("00000000000000000000000000000000000000bb");

    #[test]
    fn the_last_active_entry_is_in_force() {
        let schedule = Schedule::new(0)
            .then(Activation::Block(10), 1)
            .then(Activation::Timestamp(1_000), 2)
            .then(Activation::Block(30), 3);
        let cases = [
            (0, 0, 0),
            (9, 999, 0),
            (10, 0, 1),
            (29, 999, 1),
            (29, 1_000, 2),
            (30, 1_000, 3),
        ];
        for (block, timestamp, expected) in cases {
            assert_eq!(
                *schedule.at(block, timestamp),
                expected,
                "{block}, {timestamp}"
            );
        }
        // A later entry counts even where an earlier one is not active yet.
        assert_eq!(*schedule.at(5, 1_000), 2);
    }

    #[test]
    fn each_rule_changes_by_itself() {
        let dear = GasSchedule {
            base: 1 << 40,
            ..GasSchedule::default()
        };
        let config = ZkVerifyConfig {
            default_key: Schedule::new(None)
                .then(Activation::Block(5), Some(A))
                .then(Activation::Block(7), Some(B)),
            gas: Schedule::new(GasSchedule::default()).then(Activation::Timestamp(100), dear),
            ..ZkVerifyConfig::default()
        };
        assert_eq!(config.at(4, 99).default_key, None);
        assert_eq!(config.at(5, 99).default_key, Some(A));
        assert_eq!(config.at(7, 99).default_key, Some(B));
        assert_eq!(config.at(7, 99).gas, GasSchedule::default());
        assert_eq!(config.at(7, 100).gas, dear);
    }

    #[test]
    fn the_default_trusts_the_perpetual_powers_of_tau_alone() {
        let config = ZkVerifyConfig::default();
        let points: Vec<_> = config.at(0, 0).accepted_srs.points().collect();
        assert_eq!(points, [PERPETUAL_POWERS_OF_TAU]);
    }

    #[test]
    fn refuses_an_empty_list_and_points_that_no_ceremony_has() {
        assert_eq!(AcceptedSrs::new(&[]), Err(ConfigError::NoAcceptedSrs));
        let mut off_curve = PERPETUAL_POWERS_OF_TAU;
        off_curve[127] ^= 1;
        for bad in [[0; S_G2_BYTES], off_curve, G2_GENERATOR] {
            assert_eq!(
                AcceptedSrs::new(&[PERPETUAL_POWERS_OF_TAU, bad]),
                Err(ConfigError::InvalidSrs { index: 1 })
            );
        }
        assert_eq!(
            AcceptedSrs::new(&[PERPETUAL_POWERS_OF_TAU]),
            Ok(AcceptedSrs::perpetual_powers_of_tau())
        );
    }

    #[test]
    fn lists_are_equal_when_their_points_are_in_their_order() {
        let other = encode_s_g2(&(-decode_s_g2(&PERPETUAL_POWERS_OF_TAU).unwrap()));
        let list = |points: &[_]| AcceptedSrs::new(points).unwrap();
        let both = list(&[PERPETUAL_POWERS_OF_TAU, other]);
        assert_eq!(both, both.clone());
        assert_ne!(both, list(&[other, PERPETUAL_POWERS_OF_TAU]));
        assert_ne!(both, list(&[other]));
    }
}
