//! Progress on a terminal, for whatever takes longer than two seconds.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

/// Nothing is shown before this time.
const PATIENCE: Duration = Duration::from_secs(2);
const FRAME: Duration = Duration::from_millis(100);

/// A line on standard error that appears after two seconds and goes away when this is dropped. If
/// standard error is no terminal nothing is shown.
pub(crate) struct Progress {
    bar: ProgressBar,
    end: Option<Sender<()>>,
    shows: Option<JoinHandle<()>>,
}

impl Progress {
    /// For work of unknown length: a message, with the time that has passed.
    pub(crate) fn spinner(message: &'static str) -> Self {
        let style =
            style("{spinner} {msg} ({elapsed})").unwrap_or_else(ProgressStyle::default_spinner);
        Self::start(
            ProgressBar::no_length()
                .with_style(style)
                .with_message(message),
        )
    }

    /// For work of known length. `template` is indicatif's.
    pub(crate) fn bar(template: &str) -> Self {
        let style = style(template).unwrap_or_else(ProgressStyle::default_bar);
        Self::start(ProgressBar::no_length().with_style(style))
    }

    fn start(bar: ProgressBar) -> Self {
        bar.set_draw_target(ProgressDrawTarget::hidden());
        let (end, ended) = mpsc::channel();
        let shown = bar.clone();
        let shows = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(FRAME);
            }
        });
        Self {
            bar,
            end: Some(end),
            shows: Some(shows),
        }
    }

    /// `done` of `total` is done.
    pub(crate) fn set(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end.take();
        if let Some(shows) = self.shows.take() {
            // Fails if the thread panicked, which costs the line and nothing else.
            shows.join().ok();
        }
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> Option<ProgressStyle> {
    ProgressStyle::with_template(template).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_ones_that_indicatif_reads() {
        for template in [
            "{spinner} {msg} ({elapsed})",
            crate::srs::BAR,
            crate::verify::BAR,
        ] {
            assert!(style(template).is_some(), "{template}");
        }
    }

    #[test]
    fn work_that_ends_early_shows_nothing() {
        let progress = Progress::spinner("working");
        let bar = progress.bar.clone();
        drop(progress);
        assert!(bar.is_finished() && bar.is_hidden());
    }
}
