//! Calls of the precompile, measured: ABI, gas meter, key lookup, hash and all.

use crate::{
    case::Case,
    clock::{Runs, Timing},
    fixtures::Fixture,
    yardsticks::yardsticks,
};
use alloy_primitives::{Address, U256, address};
use anyhow::{Result, ensure};
use halo2_kzg_verifier::{TrustedSetup, VerifyingKey};
use serde::Serialize;
use std::{collections::BTreeSet, time::Duration};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, BlockPosition, Call, Features, GasSchedule, MemoryJournal,
    Misuse, Outcome, Rejection, Sizes, ZkVerify, ZkVerifyConfig, abi::Request, gwc_points,
    short_points,
};

const KEY: Address = address!("00000000000000000000000000000000000000aa");
const CALLER: Address = address!("00000000000000000000000000000000000000ca");

/// Two nodes of one chain: one keeps prepared keys, the other forgets them at once.
pub struct Setup {
    cold: ZkVerify,
    warm: ZkVerify,
}

impl Setup {
    /// A chain that accepts the perpetual powers of tau and the fixtures' setups.
    ///
    /// # Errors
    /// A fixture's `[s]G2` is not that of a trusted setup.
    pub fn new(fixtures: &[Fixture]) -> Result<Self> {
        let of_fixtures = fixtures.iter().map(|f| f.key.trusted_setup().to_bytes());
        let points: BTreeSet<_> = of_fixtures
            .chain([TrustedSetup::PERPETUAL_POWERS_OF_TAU])
            .collect();
        let points: Vec<[u8; TrustedSetup::BYTES]> = points.into_iter().collect();
        let accepted = AcceptedSetups::new(&points)?;
        let config = ZkVerifyConfig::default().with_accepted_setups(accepted);
        // What is measured is verification, again and again the same one.
        let warm = ZkVerify::new(config).with_verdict_capacity(0);
        Ok(Setup {
            cold: warm.with_cache_capacity(0),
            warm,
        })
    }

    /// The node that prepares every key anew.
    pub fn cold(&self) -> &ZkVerify {
        &self.cold
    }

    /// The node that keeps prepared keys.
    pub fn warm(&self) -> &ZkVerify {
        &self.warm
    }
}

/// A `verifyWithKey` and the state that it runs on; account and code are warm after the first call.
pub struct PreparedCall {
    input: Vec<u8>,
    journal: MemoryJournal,
}

impl PreparedCall {
    /// Verifies `proof` and `public_inputs` under the key that this code holds.
    pub fn new(key: &[u8], proof: &[u8], public_inputs: &[u8]) -> Self {
        let request = Request {
            key: Some(KEY),
            proof,
            public_inputs,
        };
        PreparedCall {
            input: request.encode(),
            journal: MemoryJournal::new().with_code(KEY, key.to_vec()),
        }
    }

    /// Executes the call.
    pub fn run(&mut self, chain: &ZkVerify) -> Outcome {
        let call = Call {
            input: &self.input,
            gas_limit: u64::MAX,
            caller: CALLER,
            value: U256::ZERO,
            is_direct: true,
        };
        let output = chain.call(
            &call,
            &mut self.journal,
            AccessPrices::BERLIN,
            BlockPosition::default(),
        );
        match output {
            Ok(output) => output.outcome,
            Err(never) => match never {},
        }
    }
}

/// What was measured of one key.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// The circuit, or the family.
    pub name: String,
    /// For a family, the bounds that the case fills; for a fixture nothing.
    pub bounds: Option<&'static str>,
    /// Bytes of the key.
    pub key: u64,
    /// Bytes of the proof.
    pub proof: u64,
    /// Opening points of the proof, if the key's opening is GWC; 0 otherwise.
    pub gwc_points: u64,
    /// Points of the proof, if it is in short form; 0 otherwise.
    pub short_points: u64,
    /// Bytes of the public inputs.
    pub public_inputs: u64,
    /// Points of the proof and distinct points of the key; none of a key that is refused.
    pub points: u64,
    /// A whole verification by a node that meets the key for the first time, µs.
    pub cold: Timing,
    /// A whole verification by a node that has the key, µs.
    pub warm: Timing,
    /// The same key, cold, with no proof and no inputs: all the work that a caller can cause without
    /// paying for a proof, µs.
    pub key_only: Timing,
    #[serde(skip)]
    features: Features,
    #[serde(skip)]
    calldata: Calldata,
}

/// The bytes of a transaction's calldata as EIP-2028 and EIP-7623 count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calldata {
    pub(crate) zeros: u64,
    pub(crate) others: u64,
}

impl Sample {
    /// Is this a family's case?
    pub fn is_adversarial(&self) -> bool {
        self.bounds.is_some()
    }

    /// The whole call's sizes.
    pub fn sizes(&self) -> Sizes {
        Sizes {
            proof: self.proof,
            gwc_points: self.gwc_points,
            short_points: self.short_points,
            public_inputs: self.public_inputs,
            key: self.key,
            features: self.features,
            names_key: true,
        }
    }

    /// The sizes of the call without proof and inputs.
    pub fn key_only_sizes(&self) -> Sizes {
        Sizes {
            proof: 0,
            short_points: 0,
            public_inputs: 0,
            ..self.sizes()
        }
    }

    /// What such a call costs at least: the key's account is warm.
    pub fn gas(&self, schedule: &GasSchedule) -> u64 {
        schedule.total(&self.sizes()) + AccessPrices::BERLIN.account(false)
    }

    /// What the call without proof and inputs costs at least.
    pub fn key_only_gas(&self, schedule: &GasSchedule) -> u64 {
        schedule.total(&self.key_only_sizes()) + AccessPrices::BERLIN.account(false)
    }

    /// The lower of the two cold rates, in million gas a second.
    pub fn rate(&self, schedule: &GasSchedule) -> f64 {
        let whole = self.gas(schedule) as f64 / self.cold.minimum;
        let key_only = self.key_only_gas(schedule) as f64 / self.key_only.minimum;
        whole.min(key_only)
    }

    pub(crate) fn calldata(&self) -> Calldata {
        self.calldata
    }
}

/// In so many rounds everything is measured, so that what else the machine does meets all alike.
const ROUNDS: u32 = 4;

/// Everything that one run measured.
pub struct Measured {
    /// Fixtures, then cases.
    pub samples: Vec<Sample>,
    /// The EVM's own precompiles: name, gas, time.
    pub yardsticks: Vec<(&'static str, u64, Timing)>,
}

/// Measures the fixtures, the cases and the EVM's own precompiles, each for about `budget` of processor time.
///
/// # Errors
/// A fixture's proof is not valid, or a case fails elsewhere than at the pairing.
pub fn measure(
    fixtures: &[Fixture],
    cases: &[(Case, &'static str)],
    budget: Duration,
    mut progress: impl FnMut(&Sample),
) -> Result<Measured> {
    let setup = Setup::new(fixtures)?;
    let mut subjects = Vec::with_capacity(fixtures.len() + cases.len());
    for fixture in fixtures {
        subjects.push(Subject::of_fixture(&setup, fixture)?);
    }
    for (case, bounds) in cases {
        subjects.push(Subject::of_case(&setup, case, bounds)?);
    }
    let yardsticks = yardsticks();
    let mut of_yardsticks = vec![Runs::default(); yardsticks.len()];
    for _ in 0..ROUNDS {
        for subject in &mut subjects {
            subject.run(&setup, budget / ROUNDS);
        }
        for (yardstick, runs) in yardsticks.iter().zip(&mut of_yardsticks) {
            runs.add(budget / ROUNDS, || {
                std::hint::black_box(yardstick.run());
            });
        }
    }
    let samples: Vec<Sample> = subjects.iter().map(Subject::sample).collect();
    samples.iter().for_each(&mut progress);
    let yardsticks = yardsticks.iter().zip(&of_yardsticks);
    let timed = yardsticks.map(|(yardstick, runs)| (yardstick.name, yardstick.gas, runs.timing()));
    Ok(Measured {
        samples,
        yardsticks: timed.collect(),
    })
}

/// One key with a proof, and the runs of its calls so far.
struct Subject<'a> {
    name: &'a str,
    bounds: Option<&'static str>,
    key: Vec<u8>,
    proof: &'a [u8],
    public_inputs: &'a [u8],
    call: PreparedCall,
    without_proof: PreparedCall,
    cold: Runs,
    warm: Runs,
    key_only: Runs,
}

impl<'a> Subject<'a> {
    fn of_fixture(setup: &Setup, fixture: &'a Fixture) -> Result<Self> {
        let arguments = (&fixture.proof[..], &fixture.public_inputs[..]);
        let mut subject = Self::new((&fixture.name, None), fixture.key.encode(), arguments);
        let outcome = subject.call.run(&setup.cold);
        ensure!(
            outcome.is_valid(),
            "{}: its proof is not valid: {outcome:?}",
            fixture.name
        );
        Ok(subject)
    }

    fn of_case(setup: &Setup, case: &'a Case, bounds: &'static str) -> Result<Self> {
        let name = case.family.name();
        let arguments = (&case.proof[..], &case.public_inputs[..]);
        let mut subject = Self::new((name, Some(bounds)), case.key.clone(), arguments);
        let outcome = subject.call.run(&setup.cold);
        let is_refused_last = match outcome {
            Outcome::Invalid(Rejection::PairingCheckFailed)
            | Outcome::Revert(Misuse::InvalidVerifyingKey { .. }) => true,
            Outcome::Invalid(Rejection::ProofLength { .. }) => case.family.is_key_only(),
            _ => false,
        };
        ensure!(is_refused_last, "{name}: refused too early: {outcome:?}");
        Ok(subject)
    }

    fn new(
        (name, bounds): (&'a str, Option<&'static str>),
        key: Vec<u8>,
        (proof, public_inputs): (&'a [u8], &'a [u8]),
    ) -> Self {
        Subject {
            name,
            bounds,
            proof,
            public_inputs,
            call: PreparedCall::new(&key, proof, public_inputs),
            without_proof: PreparedCall::new(&key, &[], &[]),
            key,
            cold: Runs::default(),
            warm: Runs::default(),
            key_only: Runs::default(),
        }
    }

    /// Adds runs of the three calls, for about `budget` of processor time.
    fn run(&mut self, setup: &Setup, budget: Duration) {
        let third = budget / 3;
        let (call, without_proof) = (&mut self.call, &mut self.without_proof);
        self.cold.add(third, || {
            std::hint::black_box(call.run(&setup.cold));
        });
        self.key_only.add(third, || {
            std::hint::black_box(without_proof.run(&setup.cold));
        });
        self.warm.add(third, || {
            std::hint::black_box(call.run(&setup.warm));
        });
    }

    fn sample(&self) -> Sample {
        let proof = self.proof.len() as u64;
        let (points, of_gwc, of_short_proof) =
            VerifyingKey::decode(&self.key).map_or((0, 0, 0), |key| {
                let points = u64::from(key.num_proof_points()) + u64::from(key.num_commitments());
                (points, gwc_points(&key), short_points(&key, proof))
            });
        let input = &self.call.input;
        let zeros = input.iter().filter(|byte| **byte == 0).count() as u64;
        Sample {
            name: self.name.to_owned(),
            bounds: self.bounds,
            key: self.key.len() as u64,
            proof,
            gwc_points: of_gwc,
            short_points: of_short_proof,
            public_inputs: self.public_inputs.len() as u64,
            points,
            cold: self.cold.timing(),
            warm: self.warm.timing(),
            key_only: self.key_only.timing(),
            features: Features::of_encoding(&self.key),
            calldata: Calldata {
                zeros,
                others: input.len() as u64 - zeros,
            },
        }
    }
}

#[cfg(test)]
impl Sample {
    /// A sample that was never measured: lengths of proof, inputs and key, times of the whole call and
    /// of the key alone.
    pub(crate) fn for_test(
        bounds: Option<&'static str>,
        [proof, public_inputs, key]: [u64; 3],
        [cold, key_only]: [Timing; 2],
    ) -> Sample {
        Sample {
            name: "a call".to_owned(),
            bounds,
            key,
            proof,
            gwc_points: 0,
            short_points: 0,
            public_inputs,
            points: 0,
            cold,
            warm: cold,
            key_only,
            features: Features::default(),
            calldata: Calldata::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case::Bounds, family::Family};

    #[test]
    fn every_case_runs_through_the_precompile_to_its_last_step() {
        let cases: Vec<_> = Family::ALL
            .iter()
            .filter_map(|&family| Some((Case::largest(family, Bounds::ALL[0], None)?, "small")))
            .collect();
        let beyond = Family::ALL
            .iter()
            .filter(|family| family.largest_scale() == 1)
            .count();
        assert!(cases.len() + beyond >= Family::ALL.len());
        let Measured { samples, .. } = measure(&[], &cases, Duration::ZERO, |_| {}).unwrap();
        assert!(samples.iter().all(|sample| sample.cold.minimum > 0.0));
    }
}
