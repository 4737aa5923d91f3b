//! What a program prints: told line by line as far as that is of use, and its end kept for the model.

use std::collections::VecDeque;

use tokio::process::{ChildStderr, ChildStdout};

use super::ansi::plain;
use super::lines::Lines;
use crate::error::Error;
use crate::run::Run;

/// The most lines of one program that are told as they come; a job's output is limited as a whole.
const TOLD_LINES: usize = 400;
/// The same, in bytes.
const TOLD_BYTES: usize = 64 << 10;
/// The lines at the end that are told where others before them were left out, for there the errors are.
const TOLD_AT_END: usize = 30;
/// The lines at the end that are kept.
const KEPT_LINES: usize = 60;
/// The same, in bytes.
const KEPT_BYTES: usize = 4 << 10;

/// The two pipes of a program.
pub(super) struct Output {
    out: Lines<ChildStdout>,
    err: Lines<ChildStderr>,
    /// Whether they have ended.
    ended: (bool, bool),
    told: usize,
    told_bytes: usize,
    /// Lines that were not told.
    left_out: usize,
    tail: VecDeque<String>,
    tail_bytes: usize,
}

impl Output {
    pub(super) fn new(out: Option<ChildStdout>, err: Option<ChildStderr>) -> Self {
        Self {
            out: Lines::new(out),
            err: Lines::new(err),
            ended: (false, false),
            told: 0,
            told_bytes: 0,
            left_out: 0,
            tail: VecDeque::new(),
            tail_bytes: 0,
        }
    }

    /// The next line of either, `None` once both have ended.
    pub(super) async fn next(&mut self) -> Option<String> {
        while !self.has_ended() {
            let (out_ended, err_ended) = self.ended;
            let line = tokio::select! {
                line = self.out.next(), if !out_ended => {
                    self.ended.0 = line.is_none();
                    line
                }
                line = self.err.next(), if !err_ended => {
                    self.ended.1 = line.is_none();
                    line
                }
            };
            if line.is_some() {
                return line;
            }
        }
        None
    }

    /// Whether there is nothing more to come.
    pub(super) const fn has_ended(&self) -> bool {
        self.ended.0 && self.ended.1
    }

    /// Tells a line, unless there were many, and keeps it among the last.
    pub(super) fn tell(&mut self, run: &Run<'_>, line: &str) -> Result<(), Error> {
        self.tail_bytes += line.len();
        self.tail.push_back(line.to_owned());
        while self.tail.len() > KEPT_LINES || self.tail_bytes > KEPT_BYTES {
            let gone = self.tail.pop_front().map_or(0, |line| line.len());
            self.tail_bytes = self.tail_bytes.saturating_sub(gone);
        }
        if self.told >= TOLD_LINES || self.told_bytes + line.len() > TOLD_BYTES {
            // None after the first one that is left out, so that there is one gap and not many.
            self.told = TOLD_LINES;
            self.left_out += 1;
            return Ok(());
        }
        self.told += 1;
        self.told_bytes += line.len();
        run.log(line)
    }

    /// Tells how much was left out, and the last lines; gives the end of it all for the model.
    pub(super) fn finish(self, run: &Run<'_>) -> Result<String, Error> {
        let last = self.left_out.min(TOLD_AT_END).min(self.tail.len());
        if self.left_out > last {
            run.log(&format!("… {} more lines left out", self.left_out - last))?;
        }
        for line in self.tail.iter().skip(self.tail.len() - last) {
            run.log(line)?;
        }
        let tail: Vec<&str> = self.tail.iter().map(String::as_str).collect();
        Ok(plain(&tail.join("\n")))
    }
}
