//! The terminal: lines on stdout, and below them, where both outputs are a terminal, a progress
//! line.
//!
//! The progress line is drawn on stderr and taken away while a line is written, so stdout holds
//! nothing but lines. That nobody reads stdout any more is an ordinary end ([`is_gone`]).

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::{Palette, Tone};

/// How often the time in the progress line moves.
const TICK: Duration = Duration::from_millis(100);
/// How the progress line looks.
const TEMPLATE: &str = "{spinner} {wide_msg} {elapsed}";

/// Where a command writes. Dropped, it takes its progress line away.
#[derive(Debug)]
pub(crate) struct Screen {
    palette: Palette,
    bar: Option<ProgressBar>,
}

impl Screen {
    /// Lines only.
    pub(crate) fn plain() -> Self {
        Self {
            palette: Palette::of_stdout(),
            bar: None,
        }
    }

    /// Lines, and a progress line where a person can see it.
    pub(crate) fn live() -> Self {
        let seen = io::stdout().is_terminal() && io::stderr().is_terminal();
        Self {
            bar: seen.then(bar),
            ..Self::plain()
        }
    }

    pub(crate) const fn palette(&self) -> Palette {
        self.palette
    }

    /// Writes lines.
    pub(crate) fn lines<S: AsRef<str>>(&self, lines: &[S]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let write = || {
            let mut out = io::stdout().lock();
            for line in lines {
                out.write_all(line.as_ref().as_bytes())?;
                out.write_all(b"\n")?;
            }
            out.flush()
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Writes one line.
    pub(crate) fn line(&self, line: impl AsRef<str>) -> io::Result<()> {
        self.lines(&[line])
    }

    /// Writes a line that is no output but a remark about it: to stderr, so that what is piped
    /// stays clean.
    pub(crate) fn remark(&self, tone: Tone, text: &str) {
        let colours = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        let line = Palette { colours }.paint(tone, text);
        // Without a stderr there is nobody to tell.
        let write = || drop(writeln!(io::stderr(), "{line}"));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Changes the progress line.
    pub(crate) fn progress(&self, line: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(line);
        }
    }

    /// Lets the time in the progress line begin again.
    pub(crate) fn restart_clock(&self) {
        if let Some(bar) = &self.bar {
            bar.reset_elapsed();
        }
    }

    /// Takes the progress line away for good.
    pub(crate) fn end_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.end_progress();
    }
}

fn bar() -> ProgressBar {
    let style =
        ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style);
    bar.enable_steady_tick(TICK);
    bar
}

/// Whether an error means that stdout's reader has left (`leo logs … | head`).
pub(crate) fn is_gone(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
