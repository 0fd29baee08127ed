//! The ratios of one run, from the medians that criterion wrote.

use serde_json::Value;
use std::{fs, path::Path};
use zkml_gas::Peer;

/// What is measured of every circuit, by criterion's name for it.
pub(crate) const WARM: &str = "verify, tables";
pub(crate) const WARM_NO_TABLES: &str = "verify, no tables";
pub(crate) const COLD: &str = "verify, cold";
pub(crate) const PRECOMPILE: &str = "precompile, warm";
pub(crate) const PRECOMPILE_COLD: &str = "precompile, cold";
pub(crate) const FLOOR: &str = "floor, arkworks";
pub(crate) const SOLIDITY: &str = "Solidity, per circuit";
pub(crate) const REUSABLE: &str = "Solidity, reusable";
/// As [`WARM`], with the proof in short form.
pub(crate) const SHORT: &str = "verify, tables, short proof";
/// snark-verifier's contract, as OpenVM has it compiled.
pub(crate) const OPTIMISED: &str = "Solidity, optimised";
pub(crate) const BATCH: &str = "batch of 16";
/// The group of the EVM's own precompiles.
pub(crate) const YARDSTICKS: &str = "yardsticks";
pub(crate) const EC_PAIRING: &str = "ecPairing, 2 pairs";

/// What a circuit's row says besides times.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) proof: usize,
    pub(crate) gas: u64,
    /// The contracts made for this circuit.
    pub(crate) contracts: Vec<Contract>,
}

/// A contract that verifies the circuit's proofs.
pub(crate) struct Contract {
    /// Criterion's name for it.
    pub(crate) name: &'static str,
    pub(crate) execution_gas: u64,
    /// May it be deployed at all?
    pub(crate) is_deployable: bool,
}

impl Contract {
    pub(crate) fn of(name: &'static str, peer: &Peer) -> Self {
        Contract {
            name,
            execution_gas: peer.execution_gas,
            is_deployable: peer.is_deployable(),
        }
    }

    fn gas(&self) -> String {
        let note = if self.is_deployable {
            ""
        } else {
            " (too long to deploy)"
        };
        format!("{}{note}", self.execution_gas)
    }
}

/// A row, with the times of the run whose results lie in `results`.
struct Measured<'a> {
    results: &'a Path,
    row: &'a Row,
}

impl Measured<'_> {
    fn time(&self, name: &str) -> Option<f64> {
        median(self.results, &self.row.name, name)
    }

    fn ratio(&self, a: &str, b: &str) -> Option<f64> {
        Some(self.time(a)? / self.time(b)?)
    }

    fn contract(&self, name: &str) -> Option<&Contract> {
        self.row.contracts.iter().find(|c| c.name == name)
    }

    /// How many times as fast as the contract the precompile is.
    fn faster(&self, contract: &str) -> Option<f64> {
        self.ratio(contract, PRECOMPILE)
    }

    /// The share of the contract's execution gas that the precompile costs.
    fn cheaper(&self, contract: &str) -> Option<f64> {
        let gas = self.contract(contract)?.execution_gas;
        Some(self.row.gas as f64 / gas as f64)
    }

    fn gas(&self, contract: &str) -> String {
        self.contract(contract).map_or(String::new(), Contract::gas)
    }
}

fn measured<'a>(results: &'a Path, rows: &'a [Row]) -> impl Iterator<Item = Measured<'a>> + Clone {
    rows.iter().map(move |row| Measured { results, row })
}

/// Prints the table of ezkl's circuits. What was not run is left blank.
pub(crate) fn print(results: &Path, rows: &[Row]) {
    println!("\nMedians in µs of processor time, one run.\n");
    println!(
        "| circuit | proof | warm | no tables | cold | precompile | cold | floor | Solidity | reusable | warm/floor | cold/no tables | Solidity/precompile | gas | Solidity gas | ratio |"
    );
    println!("|---|{}", "---:|".repeat(15));
    for m in measured(results, rows) {
        let cells = [
            m.row.name.clone(),
            m.row.proof.to_string(),
            number(m.time(WARM), 0),
            number(m.time(WARM_NO_TABLES), 0),
            number(m.time(COLD), 0),
            number(m.time(PRECOMPILE), 0),
            number(m.time(PRECOMPILE_COLD), 0),
            number(m.time(FLOOR), 0),
            number(m.time(SOLIDITY), 0),
            number(m.time(REUSABLE), 0),
            number(m.ratio(WARM, FLOOR), 2),
            number(m.ratio(COLD, WARM_NO_TABLES), 2),
            number(m.faster(SOLIDITY), 1),
            m.row.gas.to_string(),
            m.gas(SOLIDITY),
            number(m.cheaper(SOLIDITY), 2),
        ];
        println!("| {} |", cells.join(" | "));
    }
    summary(results, rows, SOLIDITY);
    for m in measured(results, rows) {
        if let Some(ratio) = m.ratio(SHORT, WARM) {
            println!(
                "\nA short proof of {}: {ratio:.2} of the long one's time.",
                m.row.name
            );
        }
        if let Some(ratio) = m.ratio(BATCH, WARM) {
            println!(
                "\nA batch of 16 proofs of {}: {:.2} of sixteen verifications.",
                m.row.name,
                ratio / 16.0
            );
        }
    }
}

/// Prints the table of other halo2 circuits, against snark-verifier's contracts.
pub(crate) fn print_halo2(results: &Path, rows: &[Row]) {
    println!(
        "\nCircuits of halo2-axiom, with snark-verifier's contracts as it compiles them, and optimised.\n"
    );
    println!(
        "| circuit | proof | precompile | cold | Solidity | optimised | Solidity/precompile | optimised/precompile | gas | Solidity gas | ratio | optimised gas | ratio |"
    );
    println!("|---|{}", "---:|".repeat(12));
    for m in measured(results, rows) {
        let cells = [
            m.row.name.clone(),
            m.row.proof.to_string(),
            number(m.time(PRECOMPILE), 0),
            number(m.time(PRECOMPILE_COLD), 0),
            number(m.time(SOLIDITY), 0),
            number(m.time(OPTIMISED), 0),
            number(m.faster(SOLIDITY), 1),
            number(m.faster(OPTIMISED), 1),
            m.row.gas.to_string(),
            m.gas(SOLIDITY),
            number(m.cheaper(SOLIDITY), 2),
            m.gas(OPTIMISED),
            number(m.cheaper(OPTIMISED), 2),
        ];
        println!("| {} |", cells.join(" | "));
    }
    summary(results, rows, SOLIDITY);
    summary(results, rows, OPTIMISED);
}

/// Median and extreme of the precompile against one kind of contract.
fn summary(results: &Path, rows: &[Row], contract: &str) {
    let mut faster: Vec<f64> = measured(results, rows)
        .filter_map(|m| m.faster(contract))
        .collect();
    let mut cheaper: Vec<f64> = measured(results, rows)
        .filter_map(|m| m.cheaper(contract))
        .collect();
    faster.sort_by(f64::total_cmp);
    cheaper.sort_by(f64::total_cmp);
    if let Some(least) = faster.first() {
        println!(
            "\n{contract}: {:.2} times faster in the median, {least:.2} at least.",
            faster[faster.len() / 2]
        );
    }
    if let Some(most) = cheaper.last() {
        println!(
            "\n{contract}: {:.2} of its execution gas in the median, {most:.2} at most.",
            cheaper[cheaper.len() / 2]
        );
    }
}

/// Prints the table of the EVM's own precompiles.
pub(crate) fn print_yardsticks(results: &Path, yardsticks: &[(&str, u64)]) {
    println!("\n| the EVM's own | gas | µs | Mgas/s |\n|---|---:|---:|---:|");
    for (name, gas) in yardsticks {
        let time = median(results, YARDSTICKS, name);
        let rate = time.map(|time| *gas as f64 / time);
        println!(
            "| {name} | {gas} | {} | {} |",
            number(time, 1),
            number(rate, 0)
        );
    }
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or(String::new(), |value| format!("{value:.digits$}"))
}

/// The median of this run, in microseconds.
fn median(results: &Path, group: &str, name: &str) -> Option<f64> {
    // Criterion's own folder names: what a file system might not take becomes an underscore.
    let folder =
        |name: &str| name.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_");
    let path = results
        .join(folder(group))
        .join(folder(name))
        .join("new/estimates.json");
    let estimates: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e3)
}
