//! Pieces of log lines.

use alloy_primitives::Address;

/// The longest text of somebody else's that a log line shows, in characters.
const MAX_CHARS: usize = 400;

/// `0x1234…abcd`, with the checksum's capitals.
pub(crate) fn short(address: Address) -> String {
    let text = address.to_string();
    format!("{}…{}", &text[..6], &text[text.len() - 4..])
}

/// `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text that a contract or a client chose, on one line and without anything that a terminal would
/// take as a command.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::new();
    for (index, char) in text.chars().enumerate() {
        if index == MAX_CHARS {
            out.push('…');
            break;
        }
        if char.is_control() {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_threes() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn text_of_others_cannot_command_the_terminal() {
        assert_eq!(clean("a\x1b[31m\nb"), "a\\u{1b}[31m\\nb");
        assert_eq!(clean(&"x".repeat(1_000)).chars().count(), MAX_CHARS + 1);
    }
}
