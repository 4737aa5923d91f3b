//! The body of a response: a stream of events, or one JSON answer to a request for a stream.

use std::collections::VecDeque;

use reqwest::Response;

use super::super::client::chain;
use super::super::sse::{Decoder, Event, TooLong};
use super::super::{ModelError, Told};

/// The most that is read of one response, in bytes. A token takes some 300 of them.
const LIMIT: usize = 256 << 20;
/// The most of an answer that is not streamed, in bytes.
const WHOLE: usize = 16 << 20;

/// A body that is being read.
#[derive(Debug)]
pub(super) struct Incoming {
    response: Response,
    form: Form,
    ready: VecDeque<Event>,
    read: usize,
    over: Option<Over>,
}

#[derive(Debug)]
enum Form {
    /// Nothing but white space has come.
    Unknown,
    Events(Decoder),
    /// One JSON answer.
    Whole(Vec<u8>),
}

/// How a body has ended.
#[derive(Debug, Clone)]
enum Over {
    End,
    Broken(String),
}

/// What a body brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The server is alive.
    Alive,
    /// An event.
    Data {
        /// Its name, where it has one.
        name: Option<String>,
        /// What it says.
        data: String,
    },
    /// The body has ended as HTTP has it.
    End,
    /// The connection broke.
    Broken(String),
}

impl Incoming {
    pub(super) fn new(response: Response) -> Self {
        Self {
            response,
            form: Form::Unknown,
            ready: VecDeque::new(),
            read: 0,
            over: None,
        }
    }

    /// The next piece. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Result<Piece, ModelError> {
        loop {
            match self.ready.pop_front() {
                Some(Event::Alive) => return Ok(Piece::Alive),
                Some(Event::Data { name, data }) => return Ok(Piece::Data { name, data }),
                None => {}
            }
            match &self.over {
                Some(Over::End) => return Ok(Piece::End),
                Some(Over::Broken(why)) => return Ok(Piece::Broken(why.clone())),
                None => self.read().await?,
            }
        }
    }

    async fn read(&mut self) -> Result<(), ModelError> {
        match self.response.chunk().await {
            Ok(Some(bytes)) => self.take(&bytes),
            Ok(None) => self.end(Over::End),
            Err(error) => self.end(Over::Broken(chain(&error.without_url()))),
        }
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), ModelError> {
        self.read += bytes.len();
        if self.read > LIMIT {
            return Err(ModelError::TooLong { limit: LIMIT });
        }
        if matches!(self.form, Form::Unknown) {
            bytes = bytes.trim_ascii_start();
            match bytes.first() {
                // Some servers keep a connection alive with empty lines.
                None => self.ready.push_back(Event::Alive),
                Some(b'{' | b'[') => self.form = Form::Whole(Vec::new()),
                Some(b'<') => return Err(web_page(bytes)),
                Some(_) => self.form = Form::Events(Decoder::new()),
            }
        }
        let mut events = Vec::new();
        match &mut self.form {
            Form::Unknown => {}
            Form::Events(decoder) => decoder.push(bytes, &mut events).map_err(too_long)?,
            Form::Whole(whole) if whole.len() + bytes.len() > WHOLE => {
                return Err(ModelError::TooLong { limit: WHOLE });
            }
            Form::Whole(whole) => whole.extend_from_slice(bytes),
        }
        self.ready.extend(events);
        Ok(())
    }

    fn end(&mut self, over: Over) -> Result<(), ModelError> {
        let mut events = Vec::new();
        match &mut self.form {
            Form::Unknown => {}
            Form::Events(decoder) => decoder.finish(&mut events).map_err(too_long)?,
            Form::Whole(whole) => events.push(Event::Data {
                name: None,
                data: String::from_utf8_lossy(whole).into_owned(),
            }),
        }
        self.ready.extend(events);
        self.over = Some(over);
        Ok(())
    }

    /// Whether what is given last was cut off by the end of the body.
    pub(super) fn is_over(&self) -> bool {
        self.over.is_some() && self.ready.is_empty()
    }

    /// Whether it is one answer and no stream.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.form, Form::Whole(_))
    }
}

fn too_long(TooLong { limit }: TooLong) -> ModelError {
    ModelError::TooLong { limit }
}

fn web_page(bytes: &[u8]) -> ModelError {
    ModelError::Protocol {
        what: format!(
            "a web page came{}",
            Told::of(&String::from_utf8_lossy(bytes))
        ),
    }
}
