//! The lines of a pipe, in memory that is bounded.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest line that is kept, in bytes; the rest of a longer one is left out.
pub(super) const LINE_LIMIT: usize = 2000;
/// What is read at once, in bytes.
const CHUNK: usize = 8 << 10;
/// What stands where a line was cut.
const CUT: &str = " …";

/// Splits what it reads into lines.
pub(super) struct Lines<R> {
    /// `None` at its end, or when it cannot be read.
    from: Option<R>,
    /// What was read and not given yet.
    read: Vec<u8>,
    /// The rest of the present line is left out.
    skips: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(from: Option<R>) -> Self {
        Self {
            from,
            read: Vec::new(),
            skips: false,
        }
    }

    /// The next line without its end, `None` behind the last. Nothing is lost when it is dropped while
    /// it waits.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(line) = self.take() {
                return Some(line);
            }
            let Some(from) = &mut self.from else {
                return self.last();
            };
            self.read.reserve(CHUNK);
            // A pipe that fails is treated as one that has ended.
            if !matches!(from.read_buf(&mut self.read).await, Ok(1..)) {
                self.from = None;
            }
        }
    }

    /// A line that was read whole, or the beginning of one that is too long.
    fn take(&mut self) -> Option<String> {
        loop {
            let end = self.read.iter().position(|byte| *byte == b'\n');
            let (length, gone) = match end {
                Some(at) => (at, at + 1),
                None if self.skips => (0, self.read.len()),
                None if self.read.len() > LINE_LIMIT => (self.read.len(), self.read.len()),
                None => return None,
            };
            let skipped = std::mem::replace(&mut self.skips, end.is_none());
            let line = (!skipped).then(|| text(&self.read[..length]));
            self.read.drain(..gone);
            if line.is_some() {
                return line;
            }
            if self.read.is_empty() {
                return None;
            }
        }
    }

    /// What stands behind the last line end.
    fn last(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.read);
        (!rest.is_empty() && !self.skips).then(|| text(&rest))
    }
}

/// A line as text. Of one that was written over again and again, as a progress bar is, the last state.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let bytes = bytes.rsplit(|byte| *byte == b'\r').next().unwrap_or(bytes);
    let line = String::from_utf8_lossy(bytes);
    if line.len() <= LINE_LIMIT {
        return line.into_owned();
    }
    let end = line.floor_char_boundary(LINE_LIMIT);
    format!("{}{CUT}", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &str) -> Vec<String> {
        let mut lines = Lines::new(Some(text.as_bytes()));
        let mut found = Vec::new();
        while let Some(line) = lines.next().await {
            found.push(line);
        }
        found
    }

    #[tokio::test]
    async fn lines_come_without_their_ends() {
        assert_eq!(
            all("a\r\n\nb\n10%\r20%\nlast").await,
            ["a", "", "b", "20%", "last"]
        );
        assert!(all("").await.is_empty());
    }

    #[tokio::test]
    async fn a_long_line_is_cut_and_the_next_is_whole() {
        let long = "ö".repeat(50_000);
        let lines = all(&format!("{long}\nnext\n{long}")).await;
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], "next");
        for line in [&lines[0], &lines[2]] {
            assert!(line.ends_with(CUT) && line.len() <= LINE_LIMIT + CUT.len());
        }
    }
}
