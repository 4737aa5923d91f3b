//! What a server has been found not to understand, so that it is asked for it only once.

use std::sync::{Mutex, PoisonError};

/// How the most tokens of an answer are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// As nearly everybody calls it.
    MaxTokens,
    /// As OpenAI calls it for its reasoning models.
    MaxCompletionTokens,
    /// Not at all.
    None,
}

/// What may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quirks {
    /// `stream_options`, which asks for the usage.
    pub(crate) stream_options: bool,
    /// `temperature`.
    pub(crate) temperature: bool,
    /// `tools`.
    pub(crate) tools: bool,
    /// Messages with the role `system`.
    pub(crate) system: bool,
    /// The fields that have the model go on with its last message.
    pub(crate) prefill: bool,
    /// The limit of an answer.
    pub(crate) limit: Limit,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            stream_options: true,
            temperature: true,
            tools: true,
            system: true,
            prefill: true,
            limit: Limit::MaxTokens,
        }
    }
}

/// Something to be left out, or called otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Without `stream_options`.
    StreamOptions,
    /// Without `temperature`.
    Temperature,
    /// Without `tools`.
    Tools,
    /// Without messages of the role `system`.
    System,
    /// Without prefill.
    Prefill,
    /// With another limit.
    Limit(Limit),
}

impl Change {
    /// Makes it.
    pub(crate) fn apply(self, quirks: &mut Quirks) {
        match self {
            Self::StreamOptions => quirks.stream_options = false,
            Self::Temperature => quirks.temperature = false,
            Self::Tools => quirks.tools = false,
            Self::System => quirks.system = false,
            Self::Prefill => quirks.prefill = false,
            Self::Limit(limit) => quirks.limit = limit,
        }
    }
}

/// What all answers of a client have learned together.
#[derive(Debug)]
pub(crate) struct Learned(Mutex<Quirks>);

impl Learned {
    /// Nothing but what is known beforehand.
    pub(crate) fn new(quirks: Quirks) -> Self {
        Self(Mutex::new(quirks))
    }

    /// What may be sent.
    pub(crate) fn quirks(&self) -> Quirks {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what one answer has found out.
    pub(crate) fn keep(&self, change: impl FnOnce(&mut Quirks)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
