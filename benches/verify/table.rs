//! The ratios of one run, from the medians that criterion wrote.

use serde_json::Value;
use std::{fs, path::Path};

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
pub(crate) const BATCH: &str = "batch of 16";
/// The group of the EVM's own precompiles.
pub(crate) const YARDSTICKS: &str = "yardsticks";
pub(crate) const EC_PAIRING: &str = "ecPairing, 2 pairs";

/// What a circuit's row says besides times.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) proof: usize,
    pub(crate) gas: u64,
    /// Execution gas of the per-circuit contract, and whether it can be deployed.
    pub(crate) solidity: Option<(u64, bool)>,
}

/// Prints the tables of the run whose results lie in `results`. What was not run is left blank.
pub(crate) fn print(results: &Path, rows: &[Row], yardsticks: &[(&str, u64)]) {
    let median = |group: &str, name: &str| median(results, group, name);
    println!("\nMedians in µs of processor time, one run.\n");
    println!(
        "| circuit | proof | warm | no tables | cold | precompile | cold | floor | Solidity | reusable | warm/floor | cold/no tables | Solidity/precompile | gas | Solidity gas | ratio |"
    );
    println!("|---|{}", "---:|".repeat(15));
    let (mut faster, mut cheaper) = (Vec::new(), Vec::new());
    for row in rows {
        let time = |name| median(&row.name, name);
        let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
        let speed = ratio(time(SOLIDITY), time(PRECOMPILE));
        let price = row.solidity.map(|(gas, _)| row.gas as f64 / gas as f64);
        faster.extend(speed);
        cheaper.extend(price);
        let solidity_gas = row.solidity.map_or(String::new(), |(gas, is_deployable)| {
            format!(
                "{gas}{}",
                if is_deployable {
                    ""
                } else {
                    " (too long to deploy)"
                }
            )
        });
        let cells = [
            row.name.clone(),
            row.proof.to_string(),
            number(time(WARM), 0),
            number(time(WARM_NO_TABLES), 0),
            number(time(COLD), 0),
            number(time(PRECOMPILE), 0),
            number(time(PRECOMPILE_COLD), 0),
            number(time(FLOOR), 0),
            number(time(SOLIDITY), 0),
            number(time(REUSABLE), 0),
            number(ratio(time(WARM), time(FLOOR)), 2),
            number(ratio(time(COLD), time(WARM_NO_TABLES)), 2),
            number(speed, 1),
            row.gas.to_string(),
            solidity_gas,
            number(price, 2),
        ];
        println!("| {} |", cells.join(" | "));
    }
    for (what, mut ratios) in [
        (
            "times faster than the per-circuit contract, median and least",
            faster,
        ),
        ("of its execution gas, median and most", cheaper),
    ] {
        ratios.sort_by(f64::total_cmp);
        if let (Some(least), Some(most)) = (ratios.first(), ratios.last()) {
            let middle = ratios[ratios.len() / 2];
            let extreme = if what.contains("least") { least } else { most };
            println!("\n{middle:.2} and {extreme:.2} {what}.");
        }
    }
    for row in rows {
        if let (Some(short), Some(long)) = (median(&row.name, SHORT), median(&row.name, WARM)) {
            let times = short / long;
            println!(
                "\nA short proof of {}: {times:.2} of the long one's time.",
                row.name
            );
        }
        if let (Some(batch), Some(single)) = (median(&row.name, BATCH), median(&row.name, WARM)) {
            let share = batch / (16.0 * single);
            println!(
                "\nA batch of 16 proofs of {}: {share:.2} of sixteen verifications.",
                row.name
            );
        }
    }
    println!("\n| the EVM's own | gas | µs | Mgas/s |\n|---|---:|---:|---:|");
    for (name, gas) in yardsticks {
        let time = median(YARDSTICKS, name);
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
