//! The chain's rules: which key is the default, which setups are trusted, what a call costs, and from
//! which block on. They are consensus: every node of a chain must have the same.

use crate::{ADDRESS, BaseInputs, GasSchedule};
use alloc::vec::Vec;
use alloy_primitives::{Address, U256};
use core::fmt;
use halo2_kzg_verifier::TrustedSetup;
use thiserror::Error;

/// A block's place in the chain, as far as activations look at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockPosition {
    /// The block's number.
    pub number: u64,
    /// The block's timestamp, in seconds.
    pub timestamp: u64,
}

impl BlockPosition {
    /// From the EVM's words. Both count from zero and neither gets near 2^64.
    pub fn from_words(number: U256, timestamp: U256) -> Self {
        Self {
            number: number.saturating_to(),
            timestamp: timestamp.saturating_to(),
        }
    }
}

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
    /// Is it in force in this block?
    pub const fn is_active(self, block: BlockPosition) -> bool {
        match self {
            Self::Genesis => true,
            Self::Block(from) => block.number >= from,
            Self::Timestamp(from) => block.timestamp >= from,
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

    /// The value in force in this block.
    pub fn at(&self, block: BlockPosition) -> &T {
        self.changes
            .iter()
            .rev()
            .find(|(from, _)| from.is_active(block))
            .map_or(&self.genesis, |(_, value)| value)
    }

    /// Every value that is in force at some time.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        let changes = self.changes.iter().map(|(_, value)| value);
        core::iter::once(&self.genesis).chain(changes)
    }
}

impl<T> From<T> for Schedule<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// The trusted setups that a chain accepts, each by its point \[s\]G2: an explicit list, never empty.
///
/// Knowing `s` means being able to prove anything under it, so there is no "any". A key says under
/// which setup it was made and is refused if the setup is not in the list.
#[derive(Clone, PartialEq, Eq)]
pub struct AcceptedSetups(Vec<TrustedSetup>);

impl AcceptedSetups {
    /// Accepts the given points, each as `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` (EIP-197's order).
    ///
    /// # Errors
    /// [`ConfigError`] if the list is empty, or a point is not a finite point of the order-r subgroup,
    /// or is the generator, whose secret is known to be 1.
    pub fn new(points: &[[u8; TrustedSetup::BYTES]]) -> Result<Self, ConfigError> {
        if points.is_empty() {
            return Err(ConfigError::NoAcceptedSetup);
        }
        points
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                TrustedSetup::from_bytes(bytes)
                    .filter(|_| *bytes != G2_GENERATOR)
                    .ok_or(ConfigError::InvalidSetup { index })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The perpetual powers of tau alone: the setup that ezkl's users have, and the default.
    pub fn perpetual_powers_of_tau() -> Self {
        Self(alloc::vec![TrustedSetup::perpetual_powers_of_tau()])
    }

    /// Is the setup accepted?
    pub fn contains(&self, setup: &TrustedSetup) -> bool {
        self.0.contains(setup)
    }

    /// The accepted points, encoded as in [`AcceptedSetups::new`].
    pub fn points(&self) -> impl Iterator<Item = [u8; TrustedSetup::BYTES]> {
        self.0.iter().map(TrustedSetup::to_bytes)
    }

    /// The accepted setups.
    pub fn as_slice(&self) -> &[TrustedSetup] {
        &self.0
    }
}

impl fmt::Debug for AcceptedSetups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.points().map(alloy_primitives::hex::encode))
            .finish()
    }
}

/// EIP-197's generator of G2, that is \[s\]G2 for s = 1.
const G2_GENERATOR: [u8; TrustedSetup::BYTES] = alloy_primitives::hex!(
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
);

/// A configuration that no chain can run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The list of accepted points is empty.
    #[error("accepted [s]G2: the list is empty; name at least one trusted setup")]
    NoAcceptedSetup,
    /// A point cannot be that of a trusted setup.
    #[error(
        "accepted [s]G2, entry {index}: not a finite point of the order-r subgroup of G2 other than its generator"
    )]
    InvalidSetup {
        /// Position in the list, from 0.
        index: usize,
    },
}

/// The rules of a chain, each by activation.
///
/// [`ZkVerifyConfig::default`]: at 0x11, active from genesis, no default key, the perpetual powers of tau, the
/// default gas schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZkVerifyConfig {
    /// Where the precompile is.
    pub address: Address,
    /// The inputs that stay with the precompile that the base has at the address. `None` leaves it to
    /// the adapter, which knows what its EVM has at 0x11; at another address no input stays.
    pub base_inputs: Option<BaseInputs>,
    /// From when on the precompile exists. Before it, the address is what it is in the base.
    pub active_from: Activation,
    /// The account whose code is the key of callers that bind none; `None`: such calls revert.
    pub default_key: Schedule<Option<Address>>,
    /// The trusted setups that are accepted.
    pub accepted_setups: Schedule<AcceptedSetups>,
    /// The prices.
    pub gas: Schedule<GasSchedule>,
}

impl Default for ZkVerifyConfig {
    fn default() -> Self {
        Self {
            address: ADDRESS,
            base_inputs: None,
            active_from: Activation::Genesis,
            default_key: Schedule::new(None),
            accepted_setups: Schedule::new(AcceptedSetups::perpetual_powers_of_tau()),
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

    /// The same with these trusted setups accepted, from genesis on.
    #[must_use]
    pub fn with_accepted_setups(mut self, accepted: AcceptedSetups) -> Self {
        self.accepted_setups = accepted.into();
        self
    }

    /// The same with these prices, from genesis on.
    #[must_use]
    pub fn with_gas(mut self, gas: GasSchedule) -> Self {
        self.gas = gas.into();
        self
    }

    /// The same at another address.
    #[must_use]
    pub fn with_address(mut self, address: Address) -> Self {
        self.address = address;
        self
    }

    /// The same with these inputs left to the base's precompile at the address.
    #[must_use]
    pub fn with_base_inputs(mut self, inputs: BaseInputs) -> Self {
        self.base_inputs = Some(inputs);
        self
    }

    /// The inputs that stay with the base, for an adapter whose EVM has a precompile at 0x11 that takes
    /// `at_0x11`. Where the base has no precompile at the address, no input stays, whatever this says.
    pub fn base_inputs_over(&self, at_0x11: BaseInputs) -> BaseInputs {
        let known = if self.address == ADDRESS {
            at_0x11
        } else {
            BaseInputs::None
        };
        self.base_inputs.unwrap_or(known)
    }

    /// Does the precompile exist in this block?
    pub const fn is_active(&self, block: BlockPosition) -> bool {
        self.active_from.is_active(block)
    }

    /// The rules in force in this block.
    pub fn at(&self, block: BlockPosition) -> Rules<'_> {
        Rules {
            default_key: *self.default_key.at(block),
            accepted_setups: self.accepted_setups.at(block),
            gas: *self.gas.at(block),
        }
    }
}

/// The rules in force in one block.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The default key's account.
    pub default_key: Option<Address>,
    /// The trusted setups that are accepted.
    pub accepted_setups: &'a AcceptedSetups,
    /// The prices.
    pub gas: GasSchedule,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::address;

    const A: Address = address!("00000000000000000000000000000000000000aa");
    const fn block(number: u64, timestamp: u64) -> BlockPosition {
        BlockPosition { number, timestamp }
    }

    const B: Address = address!("00000000000000000000000000000000000000bb");

    #[test]
    fn what_the_base_keeps_is_the_adapters_to_say_at_0x11_and_the_chains_elsewhere() {
        let at_0x11 = BaseInputs::BLS12_PAIRING_OF_2024;
        let config = ZkVerifyConfig::default();
        assert_eq!(config.base_inputs_over(at_0x11), at_0x11);
        let elsewhere = config.clone().with_address(A);
        assert_eq!(elsewhere.base_inputs_over(at_0x11), BaseInputs::None);
        let own = BaseInputs::Exactly(160);
        for config in [config, elsewhere] {
            assert_eq!(config.with_base_inputs(own).base_inputs_over(at_0x11), own);
        }
    }

    #[test]
    fn numbers_beyond_2_to_the_64_are_the_largest() {
        let position = BlockPosition::from_words(U256::from(7), U256::MAX);
        assert_eq!(position, block(7, u64::MAX));
    }

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
        for (number, timestamp, expected) in cases {
            let given = *schedule.at(block(number, timestamp));
            assert_eq!(given, expected, "{number}, {timestamp}");
        }
        // A later entry counts even where an earlier one is not active yet.
        assert_eq!(*schedule.at(block(5, 1_000)), 2);
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
        assert_eq!(config.at(block(4, 99)).default_key, None);
        assert_eq!(config.at(block(5, 99)).default_key, Some(A));
        assert_eq!(config.at(block(7, 99)).default_key, Some(B));
        assert_eq!(config.at(block(7, 99)).gas, GasSchedule::default());
        assert_eq!(config.at(block(7, 100)).gas, dear);
    }

    #[test]
    fn the_default_trusts_the_perpetual_powers_of_tau_alone() {
        let config = ZkVerifyConfig::default();
        let points: Vec<_> = config.at(block(0, 0)).accepted_setups.points().collect();
        assert_eq!(points, [TrustedSetup::PERPETUAL_POWERS_OF_TAU]);
    }

    #[test]
    fn refuses_an_empty_list_and_points_that_no_setup_has() {
        assert_eq!(AcceptedSetups::new(&[]), Err(ConfigError::NoAcceptedSetup));
        let mut off_curve = TrustedSetup::PERPETUAL_POWERS_OF_TAU;
        off_curve[127] ^= 1;
        for bad in [[0; TrustedSetup::BYTES], off_curve, G2_GENERATOR] {
            assert_eq!(
                AcceptedSetups::new(&[TrustedSetup::PERPETUAL_POWERS_OF_TAU, bad]),
                Err(ConfigError::InvalidSetup { index: 1 })
            );
        }
        assert_eq!(
            AcceptedSetups::new(&[TrustedSetup::PERPETUAL_POWERS_OF_TAU]),
            Ok(AcceptedSetups::perpetual_powers_of_tau())
        );
    }

    #[test]
    fn lists_are_equal_when_their_points_are_in_their_order() {
        let known = TrustedSetup::perpetual_powers_of_tau();
        let other = TrustedSetup::new(-*known.s_g2()).unwrap().to_bytes();
        let list = |points: &[_]| AcceptedSetups::new(points).unwrap();
        let both = list(&[TrustedSetup::PERPETUAL_POWERS_OF_TAU, other]);
        assert_eq!(both, both.clone());
        assert_ne!(both, list(&[other, TrustedSetup::PERPETUAL_POWERS_OF_TAU]));
        assert_ne!(both, list(&[other]));
    }
}
