//! The constants, as the solution of a linear program.
//!
//! Every measured call demands `gas ≥ rate · time`. Among the schedules that meet all demands, the one
//! wanted overcharges the real circuits least.

use crate::measure::Sample;
use microlp::{ComparisonOp, OptimizationDirection, Problem};
use serde::Serialize;
use std::fmt;
use zk_verify_precompile::{AccessPrices, GasSchedule, Sizes};

/// Gas for: base, proof word, public input word, key word, accumulator, opening point of GWC, point of a short proof.
pub type Prices = [f64; 7];

/// A schedule that meets every demand, and what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Fit {
    /// The rate that every call must reach, in million gas a second, that is gas a microsecond.
    pub target: f64,
    /// Added to every measured time before it became a demand: 0.1 for a tenth.
    pub margin: f64,
    /// The solution before rounding.
    pub exact: Prices,
    /// The calls whose demand decides: within one part in a hundred of it.
    pub binding: Vec<String>,
    /// The solution, rounded up.
    #[serde(skip)]
    pub schedule: GasSchedule,
}

/// No schedule meets the demands. Cannot happen with measured times: prices may be as high as it takes.
#[derive(Debug)]
pub struct FitError(String);

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no gas schedule meets the demands: {}", self.0)
    }
}

impl std::error::Error for FitError {}

/// One call and how long it takes.
struct Demand {
    name: String,
    sizes: Sizes,
    time: f64,
}

impl Demand {
    fn of(sample: &Sample) -> [Demand; 2] {
        let name = match sample.bounds {
            Some(bounds) => format!("{} ({bounds})", sample.name),
            None => sample.name.clone(),
        };
        [
            Demand {
                name: format!("{name}, key alone"),
                sizes: sample.key_only_sizes(),
                time: sample.key_only.minimum,
            },
            Demand {
                name,
                sizes: sample.sizes(),
                time: sample.cold.minimum,
            },
        ]
    }

    /// What each price is multiplied with, in the order of [`Prices`].
    fn units(&self) -> Prices {
        let words = |bytes: u64| bytes.div_ceil(32) as f64;
        let sizes = &self.sizes;
        [
            1.0,
            words(sizes.proof),
            words(sizes.public_inputs),
            words(sizes.key),
            if sizes.features.has_accumulator() {
                1.0
            } else {
                0.0
            },
            sizes.gwc_points as f64,
            sizes.short_points as f64,
        ]
    }

    /// The part of the price that is not fitted: reading the input, and the account, warm.
    fn given(&self) -> f64 {
        let input = GasSchedule::default().calldata(self.sizes.calldata());
        (input + AccessPrices::BERLIN.account(false)) as f64
    }
}

/// What an accumulator, an opening point of GWC and a point of a short proof weigh, which no circuit here has: next to
/// nothing, so that these pay for themselves and make no other circuit dearer. What a mixture takes beyond its parts
/// goes to the accumulator, which a proof has once, and not to sixteen opening points.
const RARE: [f64; 3] = [1e-9, 2e-8, 2e-8];

/// What a gas more of each price costs the circuits: the sum, over them, of gas by time, in which a circuit counts as often
/// as it can be verified in a second. So no large circuit decides for the many small ones.
fn objective(samples: &[Sample]) -> Prices {
    let mut objective: Prices = [0.0; 7];
    for sample in samples.iter().filter(|sample| !sample.is_adversarial()) {
        let [_, whole] = Demand::of(sample);
        for (sum, units) in objective.iter_mut().zip(whole.units()) {
            *sum += units / (whole.time * whole.time);
        }
    }
    // Without fixtures every unit counts alike.
    if objective == [0.0; 7] {
        return [1.0; 7];
    }
    for (weight, rare) in objective.iter_mut().skip(4).zip(RARE) {
        *weight = weight.max(rare);
    }
    objective
}

/// The cheapest schedule under which every call reaches `target` million gas a second, with each
/// measured time lengthened by `margin`.
///
/// # Errors
/// [`FitError`] if the linear program has no solution.
pub fn fit(samples: &[Sample], target: f64, margin: f64) -> Result<Fit, FitError> {
    let demands: Vec<Demand> = samples.iter().flat_map(Demand::of).collect();
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let prices = objective(samples).map(|weight| problem.add_var(weight, (0.0, f64::INFINITY)));
    let needed = |demand: &Demand| target * demand.time * (1.0 + margin) - demand.given();
    for demand in &demands {
        let terms: Vec<_> = prices.into_iter().zip(demand.units()).collect();
        problem.add_constraint(&terms[..], ComparisonOp::Ge, needed(demand));
    }
    let outcome = problem.solve().map_err(|e| FitError(e.to_string()))?;
    let solution = outcome
        .solution()
        .ok_or_else(|| FitError("interrupted".to_owned()))?;
    let exact = prices.map(|price| solution.var_value(price).max(0.0));
    let price = |demand: &Demand| -> f64 {
        let parts = exact.iter().zip(demand.units());
        parts.map(|(price, units)| price * units).sum()
    };
    let is_binding = |demand: &&Demand| price(demand) <= needed(demand) * 1.01;
    let binding = demands.iter().filter(is_binding);
    let [base, proof, input, key, accumulator, gwc_point, short_point] = exact;
    Ok(Fit {
        target,
        margin,
        exact,
        binding: binding.map(|demand| demand.name.clone()).collect(),
        schedule: GasSchedule {
            base: round_up(base, 100),
            per_proof_word: round_up(proof, 5),
            per_public_input_word: round_up(input, 1),
            per_key_word: round_up(key, 5),
            accumulator: round_up(accumulator, 500),
            per_gwc_point: round_up(gwc_point, 50),
            per_short_point: round_up(short_point, 10),
            ..GasSchedule::default()
        },
    })
}

fn round_up(price: f64, to: u64) -> u64 {
    (price.ceil() as u64).next_multiple_of(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timing;

    fn timing(median: f64) -> Timing {
        Timing {
            minimum: median,
            median,
            runs: 1,
        }
    }

    /// A call that takes 300 µs, 4 for each proof word, 0.2 for each input and 5 for each key word.
    fn sample(bounds: Option<&'static str>, proof: u64, inputs: u64, key: u64) -> Sample {
        let key_only = 5.0 * key as f64;
        let cold = 300.0 + 4.0 * proof as f64 + 0.2 * inputs as f64 + key_only;
        Sample::for_test(
            bounds,
            [proof * 32, inputs * 32, key * 32],
            [timing(cold), timing(key_only)],
        )
    }

    #[test]
    fn finds_the_costs_that_the_times_were_made_from() {
        let samples = [
            sample(None, 96, 10, 100),
            sample(Some("small"), 200, 0, 20),
            sample(Some("small"), 20, 4_000, 20),
            sample(Some("small"), 20, 0, 800),
            sample(Some("small"), 10, 0, 10),
        ];
        let fit = fit(&samples, 100.0, 0.0).unwrap();
        let [base, proof, input, key, ..] = fit.exact;
        // Less what reading the input pays: 3 for each word, and 100 for the account.
        assert!((base - 30_000.0).abs() < 300.0, "{base}");
        assert!((proof - 397.0).abs() < 5.0, "{proof}");
        assert!((input - 17.0).abs() < 1.0, "{input}");
        assert!((key - 500.0).abs() < 5.0, "{key}");
        for sample in &samples {
            assert!(sample.rate(&fit.schedule) >= 100.0);
        }
    }

    #[test]
    fn a_key_that_is_slow_to_decode_pays_without_a_proof() {
        let mut slow = sample(Some("small"), 1_000, 0, 100);
        slow.key_only = timing(5_000.0);
        let fit = fit(&[sample(None, 96, 10, 100), slow.clone()], 100.0, 0.1).unwrap();
        assert!(slow.key_only_gas(&fit.schedule) as f64 >= 100.0 * 5_000.0 * 1.1);
    }
}
