//! Server-sent events.

use crate::sse::{Decoder, Event, TooLong};

/// What a stream comes to: its events and, if one was too long, the error.
#[derive(Debug, PartialEq, Eq)]
pub struct Read {
    events: Vec<Event>,
    error: Option<TooLong>,
}

impl Read {
    /// How many bytes of text are in the events.
    pub fn length(&self) -> usize {
        let data = self.events.iter().filter_map(|event| match event {
            Event::Data { name, data } => Some(data.len() + name.as_ref().map_or(0, String::len)),
            Event::Alive => None,
        });
        data.sum()
    }
}

/// Decodes a stream that comes in these chunks.
pub fn read(chunks: &[&[u8]]) -> Read {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    let error = chunks
        .iter()
        .find_map(|chunk| decoder.push(chunk, &mut events).err())
        .or_else(|| decoder.finish(&mut events).err());
    Read { events, error }
}
