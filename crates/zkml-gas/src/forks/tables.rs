//! The tables of `docs/gas.md`.

use super::{ByFork, Row, Solidity};
use crate::report::grouped;
use std::fmt::Write as _;

/// EIP-170, which EIP-7954 raises on Amsterdam, in bytes.
const MOST_CODE: [usize; 3] = [24_576, 24_576, 65_536];
/// Today's price of a pairing of two pairs (EIP-1108), and EIP-7904's measured one.
const PAIRING: [u64; 2] = [113_000, 31_671];

/// All tables.
pub(super) fn markdown(rows: &[Row]) -> String {
    let parts = [
        before(rows),
        amsterdam(rows),
        deployments(rows),
        pairings(rows),
    ];
    parts.join("\n")
}

/// Prague's figure, which is Osaka's too where Osaka has one.
fn until_osaka(by_fork: ByFork) -> String {
    match by_fork {
        [Some(prague), Some(osaka), _] if prague == osaka => grouped(prague),
        [Some(prague), Some(osaka), _] => format!("{} / {}", grouped(prague), grouped(osaka)),
        [Some(prague), None, _] => format!("{} ²", grouped(prague)),
        [None, ..] => "–".into(),
    }
}

fn on(fork: usize, by_fork: ByFork) -> String {
    by_fork[fork].map_or_else(|| "–".into(), grouped)
}

fn ratio(a: Option<u64>, b: Option<u64>) -> String {
    let ratio = |(a, b): (u64, u64)| format!("{:.2}", a as f64 / b as f64);
    a.zip(b).map_or_else(String::new, ratio)
}

/// A cell about the contract; empty if it is not there.
fn of_contract(row: &Row, cell: impl FnOnce(&Solidity) -> String) -> String {
    row.solidity.as_ref().map_or_else(String::new, cell)
}

/// Solidity's transaction, marked where the contract cannot be deployed, or not be called.
fn call_of_contract(row: &Row, fork: usize) -> String {
    of_contract(row, |solidity| {
        let is_too_long = solidity.code > MOST_CODE[fork];
        let takes_too_much = solidity.pays[fork].is_none();
        let mark = |is_so: bool, mark| if is_so { mark } else { "" };
        format!(
            "{}{}{}",
            on(fork, solidity.pays),
            mark(is_too_long, " ¹"),
            mark(takes_too_much, " ²")
        )
    })
}

/// The cheaper form, in shares of what the contract's call costs.
fn least_to_contract(row: &Row, fork: usize) -> String {
    let both = row.pays_long[fork].into_iter().chain(row.pays_short[fork]);
    let solidity = row.solidity.as_ref();
    ratio(
        both.min(),
        solidity.and_then(|solidity| solidity.pays[fork]),
    )
}

fn line(out: &mut String, cells: &[String]) {
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn before(rows: &[Row]) -> String {
    let mut out = String::from(
        "| circuit | inputs | long, bytes | short, bytes | long | short | Solidity's on Prague | on Osaka | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let cells = [
            row.name.clone(),
            grouped(row.public_inputs as u64),
            grouped(row.long as u64),
            grouped(row.short as u64),
            until_osaka(row.pays_long),
            until_osaka(row.pays_short),
            call_of_contract(row, 0),
            call_of_contract(row, 1),
            least_to_contract(row, 0),
        ];
        line(&mut out, &cells);
    }
    out
}

fn amsterdam(rows: &[Row]) -> String {
    let mut out = String::from(
        "| circuit | long | short | short / long | Solidity's | ratio |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let cells = [
            row.name.clone(),
            on(2, row.pays_long),
            on(2, row.pays_short),
            ratio(row.pays_short[2], row.pays_long[2]),
            call_of_contract(row, 2),
            least_to_contract(row, 2),
        ];
        line(&mut out, &cells);
    }
    out
}

fn deployments(rows: &[Row]) -> String {
    let mut out = String::from(
        "| circuit | key, bytes | until Osaka | on Amsterdam | contract, bytes | until Osaka | on Amsterdam |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let cells = [
            row.name.clone(),
            grouped(row.key as u64),
            until_osaka(row.key_deployment),
            on(2, row.key_deployment),
            of_contract(row, |solidity| grouped(solidity.code as u64)),
            of_contract(row, |solidity| until_osaka(solidity.deployment)),
            of_contract(row, |solidity| on(2, solidity.deployment)),
        ];
        line(&mut out, &cells);
    }
    out
}

/// Executions, in today's price of a pairing and in EIP-7904's measured one.
fn pairings(rows: &[Row]) -> String {
    let mut out = String::from(
        "| circuit | execution | pairings of 113,000 | of 31,671 | Solidity's execution | ratio | with a pairing at 31,671 | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let execution = row.execution;
        let in_pairings = |price: u64| format!("{:.2}", execution as f64 / price as f64);
        let solidity = row.solidity.as_ref();
        let today = solidity.map(|solidity| solidity.execution);
        let measured = solidity
            .map(|solidity| solidity.execution - solidity.pairings * (PAIRING[0] - PAIRING[1]));
        let cells = [
            row.name.clone(),
            grouped(execution),
            in_pairings(PAIRING[0]),
            in_pairings(PAIRING[1]),
            today.map_or_else(String::new, grouped),
            ratio(Some(execution), today),
            measured.map_or_else(String::new, grouped),
            ratio(Some(execution), measured),
        ];
        line(&mut out, &cells);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_fixture;
    use std::{fs, path::Path};

    /// The cells of a circuit's row in one of the tables of the page, told by its number of columns.
    fn row_of_page<'p>(page: &'p str, name: &str, columns: usize) -> Vec<&'p str> {
        let rows = page
            .lines()
            .filter(|line| line.starts_with(&format!("| {name} |")));
        let mut cells = rows
            .map(|row| -> Vec<&str> { row.trim_matches('|').split('|').map(str::trim).collect() });
        cells
            .find(|cells| cells.len() == columns)
            .unwrap_or_else(|| panic!("docs/gas.md: no row of {name} with {columns} columns"))
    }

    /// The columns that no contract of ezkl is needed for.
    #[test]
    fn the_page_has_the_figures_that_transactions_cost() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = fs::read_to_string(root.join("docs/gas.md")).unwrap();
        for name in ["inner1", "mlp", "bigio"] {
            let fixture = load_fixture(&root.join("tests/fixtures").join(name)).unwrap();
            let row = Row::of(&fixture, Path::new("/nowhere")).unwrap();
            let row = std::slice::from_ref(&row);
            for (table, ours) in [
                (before(row), &[0, 1, 2, 3, 4, 5][..]),
                (amsterdam(row), &[0, 1, 2, 3]),
                (deployments(row), &[0, 1, 2, 3]),
                (pairings(row), &[0, 1, 2, 3]),
            ] {
                let line = table.lines().last().unwrap();
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                let of_page = row_of_page(&page, name, cells.len());
                for index in ours {
                    assert_eq!(of_page[*index], cells[*index], "{name}, column {index}");
                }
            }
        }
    }

    /// The short form's aim: at most 1.02 of the long one on Prague, 0.80 of it on Amsterdam.
    #[test]
    fn mlp_in_short_form_costs_a_fifth_less_on_amsterdam_and_no_more_on_prague() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp");
        let row = Row::of(&load_fixture(&folder).unwrap(), Path::new("/nowhere")).unwrap();
        assert_eq!((row.long, row.short), (3_072, 2_304));
        let share =
            |fork: usize| 100 * row.pays_short[fork].unwrap() / row.pays_long[fork].unwrap();
        assert!(share(0) <= 102, "{row:?}");
        assert!(share(2) <= 80, "{row:?}");
    }

    #[test]
    fn what_osaka_has_not_is_marked() {
        assert_eq!(until_osaka([Some(1_000), Some(1_000), None]), "1,000");
        assert_eq!(until_osaka([Some(1_000), None, Some(1)]), "1,000 ²");
        assert_eq!(until_osaka([None, None, Some(1)]), "–");
        assert_eq!(until_osaka([Some(1), Some(2_000), None]), "1 / 2,000");
        assert_eq!(on(2, [None, None, Some(2_000)]), "2,000");
    }
}
