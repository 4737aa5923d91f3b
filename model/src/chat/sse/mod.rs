//! Server-sent events, decoded from bytes as they come.
//!
//! Follows the WHATWG's description (lines end with LF, CR or CRLF; comments; several `data` lines
//! make one event; a BOM at the start is skipped) and promises that the same bytes give the same
//! events however they are cut into chunks. Bytes become text only when a line is whole, so a
//! character that is cut in two stays one. Lines and events have a limit.
//!
//! One thing is laxer: an event that the stream's end leaves without its empty line is given all
//! the same, because some servers end so. Whether it is whole is for its reader to see.

#[cfg(test)]
mod tests;

/// The most of one line, and of one event, in bytes. Arguments of a tool call may come in one.
const LIMIT: usize = 8 << 20;
/// Three bytes that some servers begin with.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What a stream brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A comment, or a field that is not known: the server is alive.
    Alive,
    /// An event with data.
    Data {
        /// Its name, where it has one.
        name: Option<String>,
        /// Its data lines, joined by LF.
        data: String,
    },
}

/// A line or an event is longer than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong {
    /// The limit, in bytes.
    pub(crate) limit: usize,
}

/// A stream of which some bytes have come.
#[derive(Debug)]
pub(crate) struct Decoder {
    limit: usize,
    /// The line that has not ended.
    line: Vec<u8>,
    /// Whether the last byte was a CR, so that a LF belongs to it.
    after_cr: bool,
    /// Whether no line has ended, so that a BOM may come.
    at_start: bool,
    name: Option<String>,
    data: Option<String>,
}

impl Decoder {
    /// A stream of which nothing has come.
    pub(crate) fn new() -> Self {
        Self::with_limit(LIMIT)
    }

    fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_cr: false,
            at_start: true,
            name: None,
            data: None,
        }
    }

    /// Takes the next bytes and puts what they complete behind `events`.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        events: &mut Vec<Event>,
    ) -> Result<(), TooLong> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if self.line.len() + part.len() > self.limit {
                return Err(TooLong { limit: self.limit });
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else { break };
            self.after_cr = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            self.end_line(events)?;
        }
        Ok(())
    }

    /// The stream has ended: gives what was not ended with it.
    pub(crate) fn finish(&mut self, events: &mut Vec<Event>) -> Result<(), TooLong> {
        if !self.line.is_empty() {
            self.end_line(events)?;
        }
        self.dispatch(events);
        Ok(())
    }

    fn end_line(&mut self, events: &mut Vec<Event>) -> Result<(), TooLong> {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        if line.is_empty() {
            self.dispatch(events);
            return Ok(());
        }
        let colon = memchr::memchr(b':', line);
        let (field, value) = match colon {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = String::from_utf8_lossy(value.strip_prefix(b" ").unwrap_or(value));
        match field {
            b"data" => self.add(&value)?,
            b"event" => self.name = Some(value.into_owned()),
            _ => events.push(Event::Alive),
        }
        Ok(())
    }

    fn add(&mut self, value: &str) -> Result<(), TooLong> {
        match &mut self.data {
            None => self.data = Some(value.to_owned()),
            Some(data) => {
                if data.len() + value.len() >= self.limit {
                    return Err(TooLong { limit: self.limit });
                }
                data.push('\n');
                data.push_str(value);
            }
        }
        Ok(())
    }

    fn dispatch(&mut self, events: &mut Vec<Event>) {
        let name = self.name.take();
        if let Some(data) = self.data.take() {
            events.push(Event::Data { name, data });
        }
    }
}
