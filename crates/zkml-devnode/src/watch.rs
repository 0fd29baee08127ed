//! The log line for each call of the precompile.
//!
//! The precompile tells an observer what happened; why the EVM ran is known to the engine. So each run
//! has an observer of its own, which knows its purpose.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use alloy_primitives::Address;
use tracing::{debug, info};
use zk_verify_precompile::{Observer, Outcome, Report};

use crate::text::{clean, grouped, short};

/// Why an EVM runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A transaction that goes into a block.
    Transaction,
    /// `eth_call`.
    Call,
    /// `eth_estimateGas`.
    Estimate,
    /// A run that repeats another one: a step of a bisection, a pending block, a trace.
    Repeat,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Call => "eth_call",
            Self::Estimate => "eth_estimateGas",
            Self::Repeat => "repeat",
        }
    }

    /// In the terminal, where a line has to fit.
    const fn short_name(self) -> &'static str {
        match self {
            Self::Transaction => "tx",
            Self::Call => "call",
            Self::Estimate => "estimate",
            Self::Repeat => "repeat",
        }
    }
}

/// A call of the precompile, as far as an access list cares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// The contract that called, whose key slot may have been read.
    pub(crate) caller: Address,
    /// The key's account, if one was read.
    pub(crate) key: Option<Address>,
}

/// Watches one run of an EVM: writes the log lines, and keeps the calls of the precompile.
#[derive(Debug)]
pub(crate) struct Watch {
    purpose: Purpose,
    /// An EVM runs on one thread, so nobody waits for this lock.
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    began: Option<Instant>,
    seen: Vec<Seen>,
}

impl Watch {
    /// For a run with this purpose.
    pub(crate) fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            calls: Mutex::default(),
        }
    }

    /// The calls of the precompile so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.calls().seen.clone()
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Watch {
    fn call_begins(&self) {
        self.calls().began = Some(Instant::now());
    }

    fn call_ends(&self, report: &Report<'_>) {
        let began = {
            let mut calls = self.calls();
            calls.seen.push(Seen {
                caller: report.caller,
                key: report.key,
            });
            calls.began.take()
        };
        let micros = began.map_or(0, |began| began.elapsed().as_micros());
        log(report, self.purpose, micros);
    }
}

/// One line for the terminal, and one with all that is known for `RUST_LOG=debug`.
fn log(report: &Report<'_>, purpose: Purpose, micros: u128) {
    let (verdict, tone, reason) = verdict(report);
    debug!(
        target: "zkml_devnode::verify",
        verdict,
        reason,
        key = report.key.map(tracing::field::display),
        key_id = report.key_id.map(tracing::field::display),
        key_bytes = report.key_length,
        proof_bytes = report.proof_length,
        input_bytes = report.public_inputs_length,
        gas = report.output.gas_used,
        micros,
        cached = report.key_was_cached,
        kept = report.verdict_was_kept,
        caller = %report.caller,
        during = purpose.name(),
        "0x11",
    );
    if purpose == Purpose::Repeat {
        return;
    }
    let first = summary(verdict, report.output.gas_used, micros, report.key, purpose);
    let reason = reason.map_or_else(String::new, |reason| format!("\n{}", clean(&reason)));
    info!(target: "zkml_devnode::verify", tone, "{first}{reason}");
}

/// The line of a call. It fits a terminal whatever a block has gas for.
fn summary(
    verdict: &str,
    gas: u64,
    micros: u128,
    key: Option<Address>,
    purpose: Purpose,
) -> String {
    let gas = grouped(gas);
    let millis = micros as f64 / 1_000.0;
    let took = if millis < 999.95 {
        format!("{millis:.1} ms")
    } else {
        format!("{:.1} s", millis / 1_000.0)
    };
    let key = key.map_or_else(String::new, |key| format!("  key {}", short(key)));
    let purpose = purpose.short_name();
    format!("0x11 {verdict}  {gas} gas  {took}{key}  {purpose}")
}

/// What the call came to, how good that is, and why.
fn verdict(report: &Report<'_>) -> (&'static str, &'static str, Option<String>) {
    // No proof and no inputs: that is how a key is checked before it is bound.
    let only_the_key = report.proof_length == 0 && report.public_inputs_length == 0;
    match &report.output.outcome {
        Outcome::Valid => ("valid", "good", None),
        Outcome::Invalid(_) if only_the_key => ("key accepted", "good", None),
        Outcome::Invalid(rejection) => ("invalid", "bad", Some(rejection.to_string())),
        Outcome::Revert(misuse) => ("reverted", "bad", Some(misuse.to_string())),
        Outcome::OutOfGas => ("out of gas", "bad", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::{COLUMNS, MARGIN};

    #[test]
    fn the_longest_line_of_a_call_fits_the_terminal() {
        for verdict in ["key accepted", "out of gas", "reverted", "invalid", "valid"] {
            for micros in [999_949, 999_999, 99_900_000] {
                let line = summary(
                    verdict,
                    60_000_000,
                    micros,
                    Some(Address::repeat_byte(0xaa)),
                    Purpose::Estimate,
                );
                assert!(line.chars().count() + MARGIN <= COLUMNS, "{line}");
            }
        }
    }

    #[test]
    fn a_call_is_told_in_one_line() {
        assert_eq!(
            summary(
                "key accepted",
                1_073_398,
                12_340,
                None,
                Purpose::Transaction
            ),
            "0x11 key accepted  1,073,398 gas  12.3 ms  tx"
        );
        assert_eq!(
            summary("valid", 61_234, 1_500_000, None, Purpose::Call),
            "0x11 valid  61,234 gas  1.5 s  call"
        );
    }
}
