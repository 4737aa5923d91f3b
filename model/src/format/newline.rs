//! CRLF becomes LF, once, however it is cut.

use std::borrow::Cow;

use memchr::memchr;

/// What is left over of the chunk before.
#[derive(Debug, Default)]
pub(super) struct Newlines {
    /// A carriage return whose next byte has not come.
    open: bool,
}

impl Newlines {
    /// The next chunk, with CRLF as LF.
    pub(super) fn normalise<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if text.is_empty() || (!self.open && memchr(b'\r', text.as_bytes()).is_none()) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 1);
        if std::mem::take(&mut self.open) && !text.starts_with('\n') {
            out.push('\r');
        }
        let text = match text.strip_suffix('\r') {
            Some(rest) => {
                self.open = true;
                rest
            }
            None => text,
        };
        // Overlaps do not matter: `\r\r\n` holds one CRLF.
        out.push_str(&text.replace("\r\n", "\n"));
        Cow::Owned(out)
    }

    /// What is left at the end of the stream.
    pub(super) fn finish(&mut self) -> &'static str {
        if std::mem::take(&mut self.open) {
            "\r"
        } else {
            ""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&str]) -> String {
        let mut newlines = Newlines::default();
        let mut out: String = chunks
            .iter()
            .map(|chunk| newlines.normalise(chunk).into_owned())
            .collect();
        out.push_str(newlines.finish());
        out
    }

    #[test]
    fn crlf_becomes_lf_once_however_it_is_cut() {
        for chunks in [
            &["a\r\nb\r\r\nc\rd\r"][..],
            &["a\r", "\nb\r", "\r", "", "\nc", "\rd\r"],
        ] {
            assert_eq!(read(chunks), "a\nb\r\nc\rd\r");
        }
    }
}
