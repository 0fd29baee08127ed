//! What a transaction that carries a proof costs.

use halo2_kzg_verifier::VerifyingKey;
use serde::Serialize;
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes, abi::Request, short_points};

/// The rules of a chain, as far as they decide what a proof costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fork {
    /// Calldata has one price.
    Cancun,
    /// Calldata has a floor price (EIP-7623).
    Prague,
    /// Besides, a transaction may take 16,777,216 gas at most (EIP-7825).
    Osaka,
}

/// Gas of a transaction that calls `verifyWithKey` at 0x11 itself, with the key's account cold, under the standard
/// prices. An application around the call adds its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Under which rules.
    pub fork: Fork,
    /// The verification: the call without calldata and base fee.
    pub execution: u64,
    /// 21,000 and the calldata, at 4 gas for a zero byte and 16 for any other (EIP-2028).
    pub intrinsic: u64,
    /// The least that is charged: 21,000 and the calldata at 10 and 40 gas. 0 where the fork has no floor.
    pub floor: u64,
    /// What the sender pays: the larger of `intrinsic + execution` and `floor`.
    pub transaction: u64,
    /// May a transaction take that much gas?
    pub fits: bool,
}

impl Cost {
    /// The costs of a proof on each fork, the oldest first.
    pub fn of(key: &VerifyingKey, proof: &[u8], public_inputs: &[u8]) -> [Self; 3] {
        let request = Request {
            // An address that is as long and as dear as any: no zero byte.
            key: Some([0x11; 20].into()),
            proof,
            public_inputs,
        };
        let calldata = request.encode();
        let zeros = calldata.iter().filter(|byte| **byte == 0).count() as u64;
        let tokens = zeros + 4 * (calldata.len() as u64 - zeros);
        let execution = GasSchedule::STANDARD.total(&Sizes {
            proof: proof.len() as u64,
            short_points: short_points(key, proof.len() as u64),
            public_inputs: public_inputs.len() as u64,
            key: key.encode().len() as u64,
            features: key.features(),
            names_key: true,
        }) + AccessPrices::BERLIN.account(true);
        [Fork::Cancun, Fork::Prague, Fork::Osaka].map(|fork| Self::on(fork, execution, tokens))
    }

    fn on(fork: Fork, execution: u64, tokens: u64) -> Self {
        let intrinsic = 21_000 + 4 * tokens;
        let floor = match fork {
            Fork::Cancun => 0,
            Fork::Prague | Fork::Osaka => 21_000 + 10 * tokens,
        };
        let transaction = floor.max(intrinsic + execution);
        Self {
            fork,
            execution,
            intrinsic,
            floor,
            transaction,
            fits: fork != Fork::Osaka || transaction <= 16_777_216,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_calldata_pays_the_floor_from_prague_on() {
        let [cancun, prague, osaka] =
            [Fork::Cancun, Fork::Prague, Fork::Osaka].map(|fork| Cost::on(fork, 1_000, 10_000));
        assert_eq!(cancun.transaction, 21_000 + 40_000 + 1_000);
        assert_eq!(prague.transaction, 21_000 + 100_000);
        assert_eq!(osaka.transaction, prague.transaction);
    }

    #[test]
    fn osaka_bounds_a_transaction() {
        assert!(Cost::on(Fork::Prague, 16_777_216, 0).fits);
        assert!(Cost::on(Fork::Osaka, 16_777_216 - 21_000, 0).fits);
        assert!(!Cost::on(Fork::Osaka, 16_777_216 - 20_999, 0).fits);
    }
}
