//! The derivation, written down: as Markdown for people, as JSON for programs.

use crate::{
    clock::Timing,
    fit::Fit,
    measure::{Calldata, Sample},
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use zk_verify_precompile::{AccessPrices, GasSchedule};

/// A calibration: what was measured in one run on one machine, and the schedule that follows.
#[derive(Clone, Debug)]
pub struct Report {
    /// The constants and how they were found.
    pub fit: Fit,
    /// Fixtures and families.
    pub samples: Vec<Sample>,
    /// The prices in force, under which tables and plot rate every call. (Under the fitted ones every
    /// call reaches the target by construction.)
    pub in_force: GasSchedule,
    /// The EVM's own precompiles: name, gas, time.
    pub yardsticks: Vec<(&'static str, u64, Timing)>,
}

/// What a transaction that calls the precompile itself costs its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionGas {
    /// The call, with the key's account cold.
    pub execution: u64,
    /// 21,000 and the calldata at 4 and 16 gas a byte (EIP-2028).
    pub intrinsic: u64,
    /// 21,000 and the calldata at 10 and 40 gas a byte (EIP-7623): the least that is charged.
    pub floor: u64,
}

impl TransactionGas {
    const BASE: u64 = 21_000;

    fn new(sample: &Sample, schedule: &GasSchedule) -> Self {
        let Calldata { zeros, others } = sample.calldata();
        let tokens = zeros + 4 * others;
        TransactionGas {
            execution: schedule.total(&sample.sizes()) + AccessPrices::BERLIN.account(true),
            intrinsic: Self::BASE + 4 * tokens,
            floor: Self::BASE + 10 * tokens,
        }
    }

    /// What is charged: EIP-7623 takes the larger of both.
    pub fn total(&self) -> u64 {
        (self.intrinsic + self.execution).max(self.floor)
    }
}

impl Report {
    /// Of each family the case that runs at the lowest rate, in the order in which they were measured.
    pub fn worst_by_family(&self) -> Vec<&Sample> {
        let rate = |sample: &Sample| sample.rate(&self.in_force);
        let mut worst: Vec<&Sample> = Vec::new();
        for sample in self.samples.iter().filter(|s| s.is_adversarial()) {
            match worst.iter_mut().find(|other| other.name == sample.name) {
                Some(other) if rate(sample) < rate(other) => *other = sample,
                Some(_) => {}
                None => worst.push(sample),
            }
        }
        worst
    }

    /// The lowest rate of all, in million gas a second, and whose it is.
    pub fn slowest(&self) -> Option<(&Sample, f64)> {
        let rated = self.samples.iter().map(|s| (s, s.rate(&self.in_force)));
        rated.min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// The whole report as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut out = String::from("# Gas calibration\n");
        for part in [
            self.constants(),
            self.circuits(),
            self.families(),
            self.precompiles(),
        ] {
            out.push('\n');
            out.push_str(&part);
        }
        out
    }

    fn constants(&self) -> String {
        let Fit {
            target,
            margin,
            exact,
            binding,
            schedule,
        } = &self.fit;
        let in_force = &self.in_force;
        let prices = |schedule: &GasSchedule| {
            [
                schedule.base,
                schedule.per_proof_word,
                schedule.per_public_input_word,
                schedule.per_key_word,
                schedule.accumulator,
                schedule.per_gwc_point,
                schedule.per_short_point,
            ]
        };
        let names = [
            "base",
            "proof word",
            "public input word",
            "key word",
            "accumulator",
            "opening point of GWC",
            "point of a short proof",
        ];
        let mut out = format!(
            "## Constants\n\nEvery call measured reaches {target:.1} Mgas/s, cold, with its time lengthened by {:.0} %.\n\n| | fitted | rounded | in force |\n|---|---:|---:|---:|\n",
            margin * 100.0
        );
        for (((name, fitted), rounded), in_force) in names
            .into_iter()
            .zip(exact)
            .zip(prices(schedule))
            .zip(prices(in_force))
        {
            let (rounded, in_force) = (grouped(rounded), grouped(in_force));
            let _ = writeln!(out, "| {name} | {fitted:.1} | {rounded} | {in_force} |");
        }
        let _ = writeln!(
            out,
            "| calldata word | given | {} | {} |",
            schedule.per_calldata_word, in_force.per_calldata_word
        );
        let _ = writeln!(out, "\nThe calls that decide: {}.", binding.join("; "));
        if let Some((slowest, rate)) = self.slowest() {
            let bounds = slowest.bounds.map(|bounds| format!(" ({bounds})"));
            let _ = writeln!(
                out,
                "\nUnder the prices in force the slowest call is {}{}, {rate:.0} Mgas/s.",
                slowest.name,
                bounds.unwrap_or_default()
            );
        }
        out
    }

    fn circuits(&self) -> String {
        let mut out = String::from(
            "## Circuits\n\nTimes in µs of processor time, the fastest of many runs. Execution: `verifyWithKey` with the key's account cold. The transaction calls the precompile itself; its total is the larger of intrinsic + execution and EIP-7623's floor.\n\n| circuit | key, bytes | proof, bytes | inputs | points | cold | warm | execution gas | Mgas/s, cold | calldata gas | floor | transaction |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        );
        for sample in self.samples.iter().filter(|s| !s.is_adversarial()) {
            let gas = TransactionGas::new(sample, &self.in_force);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {:.0} | {:.0} | {} | {:.0} | {} | {} | {} |",
                sample.name,
                grouped(sample.key),
                grouped(sample.proof),
                sample.public_inputs / 32,
                sample.points,
                sample.cold.minimum,
                sample.warm.minimum,
                grouped(gas.execution),
                sample.gas(&self.in_force) as f64 / sample.cold.minimum,
                grouped(gas.intrinsic - TransactionGas::BASE),
                grouped(gas.floor),
                grouped(gas.total()),
            );
        }
        out
    }

    fn families(&self) -> String {
        let mut out = String::from(
            "## Adversarial keys\n\nEach with a well-formed proof that fails only at the pairing, and with no proof at all (\"key alone\"). The node has never seen the key; its account is warm.\n\n| family | bounds | key, bytes | proof, bytes | inputs | cold, µs | Mgas/s | key alone, µs | Mgas/s |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n",
        );
        let schedule = &self.in_force;
        for sample in self.samples.iter().filter(|s| s.is_adversarial()) {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
                sample.name,
                sample.bounds.unwrap_or_default(),
                grouped(sample.key),
                grouped(sample.proof),
                grouped(sample.public_inputs / 32),
                sample.cold.minimum,
                sample.gas(schedule) as f64 / sample.cold.minimum,
                sample.key_only.minimum,
                sample.key_only_gas(schedule) as f64 / sample.key_only.minimum,
            );
        }
        out.push_str("\nThe worst of each family, Mgas/s: ");
        let worst = self.worst_by_family();
        let worst = worst
            .iter()
            .map(|s| format!("{} {:.0}", s.name, s.rate(schedule)));
        let _ = writeln!(out, "{}.", worst.collect::<Vec<_>>().join("; "));
        out
    }

    fn precompiles(&self) -> String {
        let mut out = String::from(
            "## The EVM's own precompiles, same run\n\n| | gas | µs | Mgas/s |\n|---|---:|---:|---:|\n",
        );
        for (name, gas, timing) in &self.yardsticks {
            let rate = *gas as f64 / timing.minimum;
            let _ = writeln!(
                out,
                "| {name} | {} | {:.1} | {rate:.0} |",
                grouped(*gas),
                timing.minimum
            );
        }
        out
    }

    /// The whole report as JSON.
    pub fn to_json(&self) -> Value {
        let schedule = &self.in_force;
        let samples = self.samples.iter().map(|sample| {
            let mut value = json!(sample);
            value["gas"] = sample.gas(schedule).into();
            value["key_only_gas"] = sample.key_only_gas(schedule).into();
            value["mgas_per_second"] = sample.rate(schedule).into();
            value
        });
        let yardsticks = self.yardsticks.iter().map(|(name, gas, timing)| {
            json!({ "name": name, "gas": gas, "time": timing, "mgas_per_second": *gas as f64 / timing.minimum })
        });
        let prices = |schedule: &GasSchedule| {
            json!({
                "base": schedule.base,
                "per_calldata_word": schedule.per_calldata_word,
                "per_proof_word": schedule.per_proof_word,
                "per_public_input_word": schedule.per_public_input_word,
                "per_key_word": schedule.per_key_word,
                "accumulator": schedule.accumulator,
                "per_gwc_point": schedule.per_gwc_point,
                "per_short_point": schedule.per_short_point,
            })
        };
        json!({
            "fit": self.fit,
            "fitted": prices(&self.fit.schedule),
            "in_force": prices(schedule),
            "samples": samples.collect::<Vec<_>>(),
            "precompiles": yardsticks.collect::<Vec<_>>(),
        })
    }
}

/// 1234567 as 1,234,567.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits_by_threes() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn a_cheap_call_with_much_calldata_pays_the_floor() {
        let gas = TransactionGas {
            execution: 50_000,
            intrinsic: 90_000,
            floor: 170_000,
        };
        assert_eq!(gas.total(), 170_000);
        let dearer = TransactionGas {
            execution: 100_000,
            ..gas
        };
        assert_eq!(dearer.total(), 190_000);
    }
}
