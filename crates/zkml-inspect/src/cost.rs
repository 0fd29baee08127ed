//! What a transaction that carries a proof costs.

use halo2_kzg_verifier::VerifyingKey;
use serde::Serialize;
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes, abi::Request, short_points};

/// The rules of a chain, as far as they decide what a proof costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// Calldata has one price.
    Cancun,
    /// Calldata has a floor price (EIP-7623).
    Prague,
    /// Besides, a transaction may take 16,777,216 gas at most (EIP-7825).
    Osaka,
    /// Accounts and their code cost more (EIP-8038), the floor is 64 gas for every byte of calldata (EIP-7976), and
    /// the base of a call is 15,000 (EIP-2780).
    Amsterdam,
}

impl Fork {
    /// All, the oldest first.
    pub const ALL: [Self; 4] = [Self::Cancun, Self::Prague, Self::Osaka, Self::Amsterdam];

    const fn access_prices(self) -> AccessPrices {
        match self {
            Self::Cancun | Self::Prague | Self::Osaka => AccessPrices::BERLIN,
            Self::Amsterdam => AccessPrices::AMSTERDAM,
        }
    }

    /// What a call without value pays before anything else: on Amsterdam 12,000 for the sender and 3,000 for the
    /// account that is called.
    const fn base(self) -> u64 {
        match self {
            Self::Cancun | Self::Prague | Self::Osaka => 21_000,
            Self::Amsterdam => 15_000,
        }
    }
}

/// Calldata, as transactions pay for it.
#[derive(Clone, Copy)]
struct Calldata {
    bytes: u64,
    /// 1 for a zero byte, 4 for another.
    tokens: u64,
}

impl Calldata {
    fn of(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().filter(|byte| **byte == 0).count() as u64;
        let bytes = bytes.len() as u64;
        Self {
            bytes,
            tokens: zeros + 4 * (bytes - zeros),
        }
    }
}

/// Gas of a transaction that calls `verifyWithKey` at 0x11 itself, with the key's account cold, under the standard
/// prices. An application around the call adds its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Under which rules.
    pub fork: Fork,
    /// The verification: the call without calldata and base fee.
    pub execution: u64,
    /// The base (21,000, on Amsterdam 15,000) and the calldata, at 4 gas for a zero byte and 16 for any other (EIP-2028).
    pub intrinsic: u64,
    /// The least that is charged: the base and the calldata at 10 and 40 gas, on Amsterdam at 64. 0 where the fork has
    /// no floor.
    pub floor: u64,
    /// What the sender pays: the larger of `intrinsic + execution` and `floor`.
    pub transaction: u64,
    /// May a transaction take that much gas?
    pub fits: bool,
}

impl Cost {
    /// The costs of a proof on each fork, the oldest first.
    pub fn of(key: &VerifyingKey, proof: &[u8], public_inputs: &[u8]) -> [Self; 4] {
        let request = Request {
            // An address that is as long and as dear as any: no zero byte.
            key: Some([0x11; 20].into()),
            proof,
            public_inputs,
        };
        let calldata = request.encode();
        let work = GasSchedule::STANDARD.total(&Sizes {
            proof: proof.len() as u64,
            short_points: short_points(key, proof.len() as u64),
            public_inputs: public_inputs.len() as u64,
            key: key.encode().len() as u64,
            features: key.features(),
            names_key: true,
        });
        Fork::ALL.map(|fork| Self::on(fork, work, Calldata::of(&calldata)))
    }

    /// `work` is the call without its accesses to the state.
    fn on(fork: Fork, work: u64, calldata: Calldata) -> Self {
        let execution = work + fork.access_prices().account(true);
        let intrinsic = fork.base() + 4 * calldata.tokens;
        let floor = match fork {
            Fork::Cancun => 0,
            Fork::Prague | Fork::Osaka => fork.base() + 10 * calldata.tokens,
            Fork::Amsterdam => fork.base() + 64 * calldata.bytes,
        };
        let transaction = floor.max(intrinsic + execution);
        Self {
            fork,
            execution,
            intrinsic,
            floor,
            transaction,
            fits: fork < Fork::Osaka || transaction <= 16_777_216,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 gas of work without the key's account.
    fn on(fork: Fork, work: u64, tokens: u64) -> Cost {
        let bytes = tokens / 4;
        Cost::on(fork, work, Calldata { bytes, tokens })
    }

    #[test]
    fn much_calldata_pays_the_floor_from_prague_on() {
        let [cancun, prague, osaka, amsterdam] = Fork::ALL.map(|fork| on(fork, 1_000, 10_000));
        assert_eq!(cancun.transaction, 21_000 + 40_000 + 1_000 + 2_600);
        assert_eq!(prague.transaction, 21_000 + 100_000);
        assert_eq!(osaka.transaction, prague.transaction);
        assert_eq!(amsterdam.transaction, 15_000 + 2_500 * 64);
    }

    #[test]
    fn amsterdam_takes_3_100_for_a_cold_key_and_6_000_less_for_the_base() {
        let [.., osaka, amsterdam] = Fork::ALL.map(|fork| on(fork, 1_000_000, 0));
        assert_eq!(osaka.transaction, 21_000 + 1_000_000 + 2_600);
        assert_eq!(amsterdam.transaction, 15_000 + 1_000_000 + 3_100);
    }

    #[test]
    fn zero_bytes_are_a_token_and_others_four() {
        let Calldata { bytes, tokens } = Calldata::of(&[0, 1, 0, 2, 3]);
        assert_eq!((bytes, tokens), (5, 14));
    }

    #[test]
    fn osaka_bounds_a_transaction() {
        let most = 16_777_216 - 21_000 - 2_600;
        assert!(on(Fork::Prague, most + 1, 0).fits);
        assert!(on(Fork::Osaka, most, 0).fits);
        assert!(!on(Fork::Osaka, most + 1, 0).fits);
        assert!(on(Fork::Amsterdam, most + 5_500, 0).fits);
        assert!(!on(Fork::Amsterdam, most + 5_501, 0).fits);
    }
}
