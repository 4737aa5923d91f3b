//! Lines with a counter, in a rhythm: printed, or sent as frames.

use std::io::{self, BufWriter, Write as _};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::frames::Frames;
use crate::variable;

/// One stderr line comes with so many of the others.
const PER_ERROR: u64 = 10;

/// How much is said, and when.
struct Rhythm {
    count: u64,
    each: u64,
    pause: Duration,
}

impl Rhythm {
    fn of(text: &str) -> Result<Self> {
        let mut numbers = text.split(' ').map(str::parse);
        let mut number = || -> Result<u64> { Ok(numbers.next().context("a number is missing")??) };
        Ok(Self {
            count: number()?,
            each: number()?,
            pause: Duration::from_millis(number()?),
        })
    }

    /// The pause after so many lines, if there is one.
    fn pause_after(&self, n: u64) -> Option<Duration> {
        n.is_multiple_of(self.each).then_some(self.pause)
    }
}

/// Prints `line 1` to `line N`.
pub(crate) fn print(rest: &str) -> Result<()> {
    let rhythm = Rhythm::of(rest)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for n in 1..=rhythm.count {
        writeln!(out, "line {n}")?;
        count_error(n)?;
        if let Some(pause) = rhythm.pause_after(n) {
            out.flush()?;
            thread::sleep(pause);
        }
    }
    Ok(out.flush()?)
}

/// Sends `line 1` to `line N` as frames, and waits until the server has them.
pub(crate) fn dial(rest: &str) -> Result<()> {
    let rhythm = Rhythm::of(rest)?;
    let mut frames = Frames::new(variable("WEBSOCKET_URL").context("WEBSOCKET_URL is not set")?);
    for n in 1..=rhythm.count {
        frames.line(&format!("line {n}"))?;
        count_error(n)?;
        if let Some(pause) = rhythm.pause_after(n) {
            frames.pass(pause)?;
        }
    }
    frames.end()
}

/// The stderr line that comes with the line `n`, if there is one.
fn count_error(n: u64) -> Result<()> {
    if n.is_multiple_of(PER_ERROR) {
        writeln!(io::stderr(), "line {}", n / PER_ERROR)?;
    }
    Ok(())
}
