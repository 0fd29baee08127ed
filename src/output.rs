//! What the commands print: results on standard output, errors as text or as JSON.

use crate::files::NotAKey;
use anyhow::{Error, Result};
use ezkl_import::ImportError;
use serde::Serialize;
use std::io::{self, Write};

/// Prints a result with a line break after it. If the reader has stopped reading, as `| head` does, what is left is
/// not printed, and the command goes on: its exit status stays what it found.
pub(crate) fn print(text: impl std::fmt::Display) -> Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(Into::into),
    }
}

/// Prints a result as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    print(serde_json::to_string_pretty(value)?)
}

/// Says why a command failed: on standard error, or as JSON on standard output.
pub(crate) fn print_error(error: &Error, json: bool) {
    let message = format!("{error:#}");
    if json {
        print_failure(&Failure {
            message,
            kind: kind_of(error),
        });
    } else {
        eprintln!("error: {message}");
    }
}

/// Says what is wrong with a command line: on standard error, or as JSON on standard output. Prints
/// help and version too, which the parser hands over as errors.
pub(crate) fn print_usage(error: &clap::Error, json: bool) {
    if !json || !error.use_stderr() {
        // Fails if nobody reads.
        error.print().ok();
        return;
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\nUsage:").next().unwrap_or(text);
    print_failure(&Failure {
        message: message.trim_end().to_owned(),
        kind: Some("usage"),
    });
}

#[derive(Serialize)]
struct Failure {
    message: String,
    /// What sort of failure, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

fn print_failure(failure: &Failure) {
    // Fails if nobody reads; the exit status tells in any case.
    print_json(&serde_json::json!({ "error": failure })).ok();
}

fn kind_of(error: &Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<ImportError>() {
            return Some(error.kind().name());
        }
        if let Some(error) = cause.downcast_ref::<halo2_import::ImportError>() {
            return Some(error.kind().name());
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return Some(io_kind(error.kind()));
        }
        cause.downcast_ref::<NotAKey>().map(|_| "key")
    })
}

fn io_kind(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "not-found",
        io::ErrorKind::PermissionDenied => "permission-denied",
        io::ErrorKind::IsADirectory => "is-a-directory",
        _ => "io",
    }
}
