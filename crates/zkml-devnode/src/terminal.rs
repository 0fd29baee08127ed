//! Log lines for a terminal: the time, the text, no line over 80 columns, colour where it is wanted.

use std::{
    fmt::{self, Write as _},
    time::{SystemTime, UNIX_EPOCH},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// `HH:MM:SS `, which following lines are indented by.
pub(crate) const MARGIN: usize = 9;
/// The width of a line that every terminal shows.
pub(crate) const COLUMNS: usize = 80;

const GREEN: &str = "32";
const RED: &str = "31";
const YELLOW: &str = "33";
const DIM: &str = "2";

/// Writes one event. Its field `tone` (`good`, `bad`, `quiet`) says how its first words are
/// coloured, up to two spaces or the end of the line; all other fields follow the message.
#[derive(Debug)]
pub(crate) struct TerminalLines;

impl<S, N> FormatEvent<S, N> for TerminalLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line::default();
        event.record(&mut line);
        let (mark, colour) = match *event.metadata().level() {
            Level::ERROR => ("error: ", Some(RED)),
            Level::WARN => ("warning: ", Some(YELLOW)),
            _ => ("", line.colour()),
        };
        let text = format!("{mark}{}{}", line.message, line.fields);
        let colour = colour.filter(|_| writer.has_ansi_escapes());
        let text = lay_out(&text, colour);
        if writer.has_ansi_escapes() {
            writeln!(writer, "\x1b[{DIM}m{}\x1b[0m {text}", clock())
        } else {
            writeln!(writer, "{} {text}", clock())
        }
    }
}

/// What an event says.
#[derive(Debug, Default)]
struct Line {
    message: String,
    tone: String,
    fields: String,
}

impl Line {
    fn colour(&self) -> Option<&'static str> {
        match self.tone.as_str() {
            "good" => Some(GREEN),
            "bad" => Some(RED),
            "quiet" => Some(DIM),
            _ => None,
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "tone" {
            self.tone = value.to_owned();
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, "  {}={value:?}", field.name())
        };
    }
}

/// The lines of the text, broken at spaces where they would not fit, the first words coloured.
fn lay_out(text: &str, colour: Option<&str>) -> String {
    let width = COLUMNS - MARGIN;
    let mut lines: Vec<String> = text.lines().flat_map(|line| wrap(line, width)).collect();
    if let (Some(colour), Some(first)) = (colour, lines.first_mut()) {
        let end = first.find("  ").unwrap_or(first.len());
        first.insert_str(end, "\x1b[0m");
        first.insert_str(0, &format!("\x1b[{colour}m"));
    }
    lines.join(&format!("\n{:MARGIN$}", ""))
}

/// A word that is longer than a line stands on a line of its own, whole, so that it can be copied.
fn wrap(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last().map_or(0, |last| last.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            if let Some(full) = lines.last_mut() {
                full.truncate(full.trim_end().len());
            }
            lines.push(word.to_owned());
        } else if let Some(current) = lines.last_mut() {
            if !current.is_empty() || (word.is_empty() && last > 0) {
                current.push(' ');
            }
            current.push_str(word);
        }
    }
    lines
}

/// The time of day, UTC.
fn clock() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() % 86_400);
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        let text = "0x11 invalid  312,345 gas  1.2 ms  key 0x5FbD…0aa3  eth_estimateGas\n\
                    the opening of the polynomials does not hold at the point that the transcript \
                    gives for this proof";
        let laid_out = lay_out(text, None);
        assert!(laid_out.lines().count() > 2);
        for (index, line) in laid_out.lines().enumerate() {
            let margin = if index == 0 { MARGIN } else { 0 };
            assert!(line.chars().count() + margin <= COLUMNS, "{line}");
        }
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&laid_out), words(text));
    }

    #[test]
    fn a_hash_is_never_broken() {
        let hash = format!("0x{}", "ab".repeat(32));
        assert_eq!(lay_out(&format!("tx {hash}"), None), format!("tx {hash}"));
        assert!(lay_out(&format!("dropped a transaction {hash}"), None).contains(&hash));
    }

    #[test]
    fn the_first_words_are_coloured() {
        assert_eq!(
            lay_out("0x11 valid  7 gas", Some(GREEN)),
            "\x1b[32m0x11 valid\x1b[0m  7 gas"
        );
        assert_eq!(lay_out("failed", Some(RED)), "\x1b[31mfailed\x1b[0m");
    }
}
