//! What a call costs. The price follows from sizes alone (a proof's form is one: its length tells it), so it is
//! known and charged before the work and cannot depend on a cache, on the proof's content, or on how far verification got.
//!
//! ```text
//! gas = per_calldata_word · words(input)
//!     + base + per_proof_word · words(proof) + per_public_input_word · words(public_inputs)
//!     + per_key_word · words(key) + accumulator, if the key's features byte names it
//!     + per_gwc_point · opening points(proof), if the key's opening is GWC
//!     + per_short_point · points(proof), if the proof is in short form
//!     + the slot (verify only) and the key's account with its code, each warm or cold as in EIP-2929
//! ```
//!
//! A word is 32 bytes; a part of one counts as a whole one. All sums saturate: a price beyond 2^64 can be paid by nobody.

use halo2_kzg_verifier::{Features, VerifyingKey};

/// The precompile's own prices, in gas. A chain may install its own and change them by activation.
///
/// [`GasSchedule::STANDARD`] is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GasSchedule {
    /// Each verification: the pairing check, the transcript, and everything that no size pays for.
    pub base: u64,
    /// Each 32-byte word of the call's input: reading it once.
    pub per_calldata_word: u64,
    /// Each word of the proof: half a curve point (check and multi-exponentiation), or one evaluation.
    pub per_proof_word: u64,
    /// Each word of the public inputs: one Lagrange coefficient.
    pub per_public_input_word: u64,
    /// Each word of the key: hashing, decoding and preparing it as if it were not cached, and its
    /// share of the multi-exponentiation and of the expressions.
    pub per_key_word: u64,
    /// A key with an accumulator: its check, and two multiplications of points.
    pub accumulator: u64,
    /// Each opening point of a proof under a GWC key, one for each distinct rotation: its place in both
    /// multi-exponentiations.
    pub per_gwc_point: u64,
    /// Each point of a proof in short form: a square root.
    pub per_short_point: u64,
}

impl GasSchedule {
    /// The default prices: the lowest at which no call buys more of a node's time for its gas than a pairing does.
    ///
    /// Derived by `zkml gas calibrate` (`docs/gas.md` has the runs): 21 circuits of ezkl and 81 adversarial calls, by
    /// families of keys that are as slow as their size allows, each with a node that has never seen the key, and each
    /// also with no proof at all. Of all schedules under which each of these calls, its time lengthened by a tenth, runs
    /// at the rate of ecPairing of two pairs in the same run, the one that overcharges the circuits least has base 37,342,
    /// proof word 320.7, public input word 34.2, key word 243.1, accumulator 14,418, opening point of GWC 1,642.7 and
    /// point of a short proof 918.1 (the highest of three runs each). These are rounded up. A calldata word has the EVM's
    /// price of copying one.
    ///
    /// BLAKE2b and classic lookups cost no more time than what they replace, and have no price.
    pub const STANDARD: Self = Self {
        base: 38_000,
        per_calldata_word: 3,
        per_proof_word: 325,
        per_public_input_word: 35,
        per_key_word: 245,
        accumulator: 15_000,
        per_gwc_point: 1_700,
        per_short_point: 920,
    };

    /// Charged first: reading an input of `length` bytes.
    pub const fn calldata(&self, length: u64) -> u64 {
        self.per_calldata_word.saturating_mul(words(length))
    }

    /// Charged once the input is decoded: verification, by the lengths of proof and public inputs in
    /// bytes.
    pub const fn verification(&self, proof: u64, public_inputs: u64) -> u64 {
        self.base
            .saturating_add(self.per_proof_word.saturating_mul(words(proof)))
            .saturating_add(
                self.per_public_input_word
                    .saturating_mul(words(public_inputs)),
            )
    }

    /// Charged once the key's code is loaded, and before it is decoded: a key of `length` bytes with
    /// this features byte.
    pub const fn key(&self, length: u64, features: Features) -> u64 {
        let accumulator = if features.has_accumulator() {
            self.accumulator
        } else {
            0
        };
        self.per_key_word
            .saturating_mul(words(length))
            .saturating_add(accumulator)
    }

    /// Charged once the key is decoded and before the proof is read: the opening points of a GWC proof
    /// ([`gwc_points`]), and all points of one in short form ([`short_points`]).
    pub const fn points(&self, gwc_points: u64, short_points: u64) -> u64 {
        self.per_gwc_point
            .saturating_mul(gwc_points)
            .saturating_add(self.per_short_point.saturating_mul(short_points))
    }

    /// The whole price of a call, but for the accesses to state ([`AccessPrices`]).
    pub const fn total(&self, sizes: &Sizes) -> u64 {
        self.calldata(sizes.calldata())
            .saturating_add(self.verification(sizes.proof, sizes.public_inputs))
            .saturating_add(self.key(sizes.key, sizes.features))
            .saturating_add(self.points(sizes.gwc_points, sizes.short_points))
    }
}

impl Default for GasSchedule {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What a call's price follows from: sizes in bytes, and the key's features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The proof.
    pub proof: u64,
    /// The proof's opening points, if the key's opening is GWC; 0 otherwise ([`gwc_points`]).
    pub gwc_points: u64,
    /// The proof's points, if it is in short form; 0 otherwise ([`short_points`]).
    pub short_points: u64,
    /// The public inputs.
    pub public_inputs: u64,
    /// The key, that is the code of its account.
    pub key: u64,
    /// The key's features byte.
    pub features: Features,
    /// Does the call name its key (`verifyWithKey`)? One word more of calldata.
    pub names_key: bool,
}

impl Sizes {
    /// Of a call with a proof and public inputs of these lengths in bytes, `verifyWithKey` if it `names_key`.
    pub fn of(key: &VerifyingKey, proof: u64, public_inputs: u64, names_key: bool) -> Self {
        Sizes {
            proof,
            gwc_points: gwc_points(key),
            short_points: short_points(key, proof),
            public_inputs,
            key: key.encode().len() as u64,
            features: key.features(),
            names_key,
        }
    }

    /// Length of the call's input: selector, head, and the two arguments with length and padding.
    pub const fn calldata(&self) -> u64 {
        let head: u64 = if self.names_key { 4 + 96 } else { 4 + 64 };
        head.saturating_add(64)
            .saturating_add(words(self.proof).saturating_mul(32))
            .saturating_add(words(self.public_inputs).saturating_mul(32))
    }
}

/// The opening points of this key's proofs, if its opening is GWC; 0 otherwise.
pub fn gwc_points(key: &VerifyingKey) -> u64 {
    if key.features().has_gwc() {
        key.num_opening_points().into()
    } else {
        0
    }
}

/// The points of a proof of `proof` bytes, if that is the length of this key's proofs in short form; 0 otherwise.
pub fn short_points(key: &VerifyingKey, proof: u64) -> u64 {
    if proof == key.short_proof_length() {
        key.num_proof_points().into()
    } else {
        0
    }
}

/// The host's prices of touching state, from its own gas table, so a fork that reprices them reprices
/// ours: what SLOAD and EXTCODECOPY pay for the access itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPrices {
    /// A slot that this transaction has touched before.
    pub warm_slot: u64,
    /// Added for a slot that it has not.
    pub cold_slot_surcharge: u64,
    /// An account that this transaction has touched before.
    pub warm_account: u64,
    /// Added for an account that it has not.
    pub cold_account_surcharge: u64,
    /// Added for reading the account's code: an access of its own from Amsterdam on (EIP-8038), 0 before.
    pub read_code: u64,
}

impl AccessPrices {
    /// From Frontier on: 50 for a slot, 20 for an account.
    pub const FRONTIER: Self = Self::without_warmth(50, 20);

    /// From Tangerine Whistle on (EIP-150): 200 for a slot, 700 for an account.
    pub const TANGERINE_WHISTLE: Self = Self::without_warmth(200, 700);

    /// From Istanbul on (EIP-1884): 800 for a slot, 700 for an account.
    pub const ISTANBUL: Self = Self::without_warmth(800, 700);

    /// From Berlin on (EIP-2929): 100 warm, 2,100 for a cold slot, 2,600 for a cold account.
    pub const BERLIN: Self = Self {
        warm_slot: 100,
        cold_slot_surcharge: 2_000,
        warm_account: 100,
        cold_account_surcharge: 2_500,
        read_code: 0,
    };

    /// From Amsterdam on (EIP-8038): 3,000 for a cold account, and 100 more for its code.
    pub const AMSTERDAM: Self = Self {
        cold_account_surcharge: 2_900,
        read_code: 100,
        ..Self::BERLIN
    };

    /// Before Berlin an access has one price, whatever the transaction has touched.
    const fn without_warmth(slot: u64, account: u64) -> Self {
        Self {
            warm_slot: slot,
            cold_slot_surcharge: 0,
            warm_account: account,
            cold_account_surcharge: 0,
            read_code: 0,
        }
    }

    /// The price of reading a slot.
    pub const fn slot(&self, is_cold: bool) -> u64 {
        let surcharge = if is_cold { self.cold_slot_surcharge } else { 0 };
        self.warm_slot.saturating_add(surcharge)
    }

    /// The price of loading an account and its code.
    pub const fn account(&self, is_cold: bool) -> u64 {
        let surcharge = if is_cold {
            self.cold_account_surcharge
        } else {
            0
        };
        self.warm_account
            .saturating_add(self.read_code)
            .saturating_add(surcharge)
    }
}

/// Words of 32 bytes, rounded up.
const fn words(length: u64) -> u64 {
    length.div_ceil(32)
}

/// The gas that a call has left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    limit: u64,
    remaining: u64,
}

/// The call cannot pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfGas;

impl Meter {
    pub(crate) const fn new(limit: u64) -> Self {
        Self {
            limit,
            remaining: limit,
        }
    }

    pub(crate) fn charge(&mut self, gas: u64) -> Result<(), OutOfGas> {
        self.remaining = self.remaining.checked_sub(gas).ok_or(OutOfGas)?;
        Ok(())
    }

    pub(crate) const fn can_pay(&self, gas: u64) -> bool {
        self.remaining >= gas
    }

    pub(crate) const fn used(&self) -> u64 {
        self.limit.saturating_sub(self.remaining)
    }

    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Request;
    use alloc::vec;

    #[test]
    fn words_are_rounded_up() {
        for (bytes, expected) in [(0, 0), (1, 1), (32, 1), (33, 2), (u64::MAX, 1 << 59)] {
            assert_eq!(words(bytes), expected);
        }
    }

    #[test]
    fn the_calldata_length_is_that_of_the_encoding() {
        for key in [None, Some(crate::ADDRESS)] {
            for (proof, public_inputs) in [(0, 0), (1, 31), (2_048, 96), (33, 64)] {
                let encoded = Request {
                    key,
                    proof: &vec![1; proof],
                    public_inputs: &vec![1; public_inputs],
                }
                .encode();
                let sizes = Sizes {
                    proof: proof as u64,
                    gwc_points: 0,
                    short_points: 0,
                    public_inputs: public_inputs as u64,
                    key: 0,
                    features: Features::default(),
                    names_key: key.is_some(),
                };
                assert_eq!(sizes.calldata(), encoded.len() as u64);
            }
        }
    }

    #[test]
    fn the_total_is_the_sum_of_the_charges() {
        let gas = GasSchedule {
            base: 1_000_000,
            per_calldata_word: 1,
            per_proof_word: 10_000,
            per_public_input_word: 100,
            per_key_word: 100_000,
            accumulator: 4_000,
            per_gwc_point: 3,
            per_short_point: 10_000_000,
        };
        let sizes = |features| Sizes {
            proof: 65,
            gwc_points: 0,
            short_points: 0,
            public_inputs: 64,
            key: 33,
            features: Features::of_encoding(&[0, 1, 10, features]),
            names_key: false,
        };
        // Words: calldata 3 + 1 + 3 + 1 + 2 (the selector begins a word of its own), proof 3, inputs 2, key 2.
        let without = 1_000_000 + 10 + 30_000 + 200 + 200_000;
        // Bits: 0 GWC, 1 BLAKE2b, 2 classic lookups, 3 accumulator; the byte alone makes only the last one cost anything.
        for (features, price) in [(0, 0), (1, 0), (2, 0), (4, 0), (8, 4_000), (15, 4_000)] {
            assert_eq!(gas.total(&sizes(features)), without + price);
            let short = Sizes {
                gwc_points: 5,
                short_points: 7,
                ..sizes(features)
            };
            assert_eq!(gas.total(&short), without + price + 15 + 70_000_000);
        }
    }

    #[test]
    fn what_was_touched_before_costs_100() {
        let prices = AccessPrices::BERLIN;
        assert_eq!((prices.slot(false), prices.account(false)), (100, 100));
        assert_eq!((prices.slot(true), prices.account(true)), (2_100, 2_600));
    }

    #[test]
    fn before_berlin_an_access_has_one_price() {
        for (prices, slot, account) in [
            (AccessPrices::FRONTIER, 50, 20),
            (AccessPrices::TANGERINE_WHISTLE, 200, 700),
            (AccessPrices::ISTANBUL, 800, 700),
        ] {
            for is_cold in [false, true] {
                let given = (prices.slot(is_cold), prices.account(is_cold));
                assert_eq!(given, (slot, account));
            }
        }
    }

    #[test]
    fn from_amsterdam_on_code_costs_a_warm_access_and_a_cold_account_3_000() {
        let prices = AccessPrices::AMSTERDAM;
        assert_eq!((prices.slot(false), prices.slot(true)), (100, 2_100));
        assert_eq!((prices.account(false), prices.account(true)), (200, 3_100));
    }

    #[test]
    fn prices_saturate() {
        let dear = AccessPrices {
            read_code: u64::MAX,
            ..AccessPrices::BERLIN
        };
        assert_eq!(dear.account(true), u64::MAX);
        let gas = GasSchedule {
            per_proof_word: u64::MAX,
            ..GasSchedule::STANDARD
        };
        assert_eq!(gas.verification(u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(gas.points(0, u64::MAX), u64::MAX);
        assert_eq!(gas.points(u64::MAX, 1), u64::MAX);
    }

    #[test]
    fn a_meter_pays_to_the_last_unit_and_no_further() {
        let mut meter = Meter::new(10);
        assert_eq!(meter.charge(10), Ok(()));
        assert_eq!((meter.used(), meter.charge(1)), (10, Err(OutOfGas)));
    }
}
