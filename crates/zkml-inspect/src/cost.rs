//! What a transaction that carries a proof costs.

use halo2_kzg_verifier::VerifyingKey;
use serde::Serialize;
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes, abi::Request};

/// The rules of a chain, as far as they decide what a proof costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// Calldata has one price.
    Cancun,
    /// Calldata has a floor price (EIP-7623).
    #[default]
    Prague,
    /// Besides, a transaction may take 16,777,216 gas at most (EIP-7825).
    Osaka,
    /// Every byte of calldata has the floor price of 64 gas (EIP-7976), the base is split (EIP-2780), and reading a cold
    /// account and its code costs more (EIP-8038). The prices are those of the EIPs as they stand before the fork.
    Amsterdam,
}

impl Fork {
    /// All of them, the oldest first.
    pub const ALL: [Self; 4] = [Self::Cancun, Self::Prague, Self::Osaka, Self::Amsterdam];

    /// The name, as the options called `--hardfork` spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancun => "cancun",
            Self::Prague => "prague",
            Self::Osaka => "osaka",
            Self::Amsterdam => "amsterdam",
        }
    }

    /// The fork of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fork| fork.name() == name)
    }

    /// What a transaction pays whatever it carries: the base, and from Amsterdam on its parts for the sender (12,000)
    /// and for a cold recipient (3,000).
    const fn base(self) -> u64 {
        match self {
            Self::Cancun | Self::Prague | Self::Osaka => 21_000,
            Self::Amsterdam => 15_000,
        }
    }

    /// The least that this calldata is charged, without the base; `None` where there is no floor.
    fn calldata_floor(self, calldata: &Calldata) -> Option<u64> {
        match self {
            Self::Cancun => None,
            Self::Prague | Self::Osaka => Some(10 * calldata.tokens()),
            Self::Amsterdam => Some(64 * calldata.bytes),
        }
    }

    const fn access_prices(self) -> AccessPrices {
        match self {
            Self::Cancun | Self::Prague | Self::Osaka => AccessPrices::BERLIN,
            Self::Amsterdam => AccessPrices::AMSTERDAM,
        }
    }
}

/// Calldata, as far as its price goes.
#[derive(Clone, Copy)]
struct Calldata {
    bytes: u64,
    zeros: u64,
}

impl Calldata {
    fn of(calldata: &[u8]) -> Self {
        Self {
            bytes: calldata.len() as u64,
            zeros: calldata.iter().filter(|byte| **byte == 0).count() as u64,
        }
    }

    /// A zero byte is one, any other four (EIP-2028).
    const fn tokens(self) -> u64 {
        4 * self.bytes - 3 * self.zeros
    }
}

/// Gas of a transaction that carries a proof, with the key's account cold, under the standard prices. An application
/// around the call adds its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Under which rules.
    pub fork: Fork,
    /// The verification: the call without calldata and base fee.
    pub execution: u64,
    /// The base (21,000 up to Osaka) and the calldata, at 4 gas for a zero byte and 16 for any other (EIP-2028).
    pub intrinsic: u64,
    /// The least that is charged: the base and the calldata at the floor's price. 0 where the fork has no floor.
    pub floor: u64,
    /// What the sender pays: the larger of `intrinsic + execution` and `floor`.
    pub transaction: u64,
    /// May a transaction take that much gas?
    pub fits: bool,
}

impl Cost {
    /// The costs of calling `verifyWithKey` at 0x11 itself, on each fork, the oldest first.
    pub fn of(key: &VerifyingKey, proof: &[u8], public_inputs: &[u8]) -> [Self; 4] {
        let request = Request {
            // An address that is as long and as dear as any: no zero byte.
            key: Some([0x11; 20].into()),
            proof,
            public_inputs,
        };
        let calldata = request.encode();
        Fork::ALL.map(|fork| {
            let lengths = (proof.len() as u64, public_inputs.len() as u64);
            Self::of_calldata(fork, key, lengths, &calldata, true)
        })
    }

    /// The cost of a transaction with this calldata, which makes one call of the verifier: `verifyWithKey`, or `verify`
    /// if not `names_key`. `lengths` are those of the proof and of the public inputs, in bytes.
    pub fn of_calldata(
        fork: Fork,
        key: &VerifyingKey,
        (proof, public_inputs): (u64, u64),
        calldata: &[u8],
        names_key: bool,
    ) -> Self {
        let prices = fork.access_prices();
        let execution = verification(key, proof, public_inputs, names_key, prices);
        Self::on(fork, execution, Calldata::of(calldata))
    }

    fn on(fork: Fork, execution: u64, calldata: Calldata) -> Self {
        let intrinsic = fork.base() + 4 * calldata.tokens();
        let floor = fork.calldata_floor(&calldata);
        let floor = floor.map_or(0, |floor| fork.base() + floor);
        let transaction = floor.max(intrinsic + execution);
        let bounded = matches!(fork, Fork::Osaka | Fork::Amsterdam);
        Self {
            fork,
            execution,
            intrinsic,
            floor,
            transaction,
            fits: !bounded || transaction <= 16_777_216,
        }
    }
}

/// Gas of one call of the verifier, without calldata: the key's account is cold, and for `verify` (not `names_key`) the
/// caller's slot too.
pub(crate) fn verification(
    key: &VerifyingKey,
    proof: u64,
    public_inputs: u64,
    names_key: bool,
    prices: AccessPrices,
) -> u64 {
    let slot = if names_key { 0 } else { prices.slot(true) };
    let sizes = Sizes::of(key, proof, public_inputs, names_key);
    GasSchedule::STANDARD.total(&sizes) + slot + prices.account(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10,000 tokens.
    const CALLDATA: Calldata = Calldata {
        bytes: 2_650,
        zeros: 200,
    };
    const NONE: Calldata = Calldata { bytes: 0, zeros: 0 };

    #[test]
    fn much_calldata_pays_the_floor_from_prague_on() {
        let [cancun, prague, osaka, amsterdam] =
            Fork::ALL.map(|fork| Cost::on(fork, 1_000, CALLDATA));
        assert_eq!(cancun.transaction, 21_000 + 40_000 + 1_000);
        assert_eq!(prague.transaction, 21_000 + 100_000);
        assert_eq!(osaka.transaction, prague.transaction);
        assert_eq!(amsterdam.transaction, 15_000 + 64 * 2_650);
    }

    #[test]
    fn osaka_bounds_a_transaction() {
        assert!(Cost::on(Fork::Prague, 16_777_216, NONE).fits);
        for (fork, base) in [(Fork::Osaka, 21_000), (Fork::Amsterdam, 15_000)] {
            assert!(Cost::on(fork, 16_777_216 - base, NONE).fits);
            assert!(!Cost::on(fork, 16_777_216 - base + 1, NONE).fits);
        }
    }

    #[test]
    fn from_amsterdam_on_a_cold_key_costs_500_more() {
        let [.., osaka, amsterdam] = Fork::ALL.map(|fork| fork.access_prices());
        assert_eq!(
            (osaka.account(true), amsterdam.account(true)),
            (2_600, 3_100)
        );
        assert_eq!(osaka.slot(true), amsterdam.slot(true));
    }

    #[test]
    fn a_fork_is_found_by_its_name() {
        for fork in Fork::ALL {
            assert_eq!(Fork::named(fork.name()), Some(fork));
        }
        assert_eq!(Fork::named("glamsterdam"), None);
    }
}
