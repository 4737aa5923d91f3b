//! What can go wrong with a model, in words for who can change it.

use std::time::Duration;

/// Why there is no answer, or not the whole of it. Its text is a sentence that says what to change,
/// and never holds the key.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The settings make no client.
    #[error("{why}")]
    Setup {
        /// What is wrong with them.
        why: String,
    },
    /// No model is chosen, and none is there to choose.
    #[error("no model is chosen{told}: set one")]
    NoModel {
        /// Why none could be chosen for the user, with its punctuation.
        told: String,
    },
    /// Nobody answers there.
    #[error("{url} cannot be reached ({why}): check the base URL, and that the server is running")]
    Unreachable {
        /// The base URL.
        url: String,
        /// What the system says.
        why: String,
    },
    /// The key is wrong, missing, or not good for this.
    #[error("{url} refuses the API key ({status}): check it{told}")]
    Key {
        /// The base URL.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What the server says.
        told: Told,
    },
    /// The account has no money left.
    #[error(
        "the account at {url} has no credit left ({status}): add some, or choose another model{told}"
    )]
    Credit {
        /// The base URL.
        url: String,
        /// Mostly 402.
        status: u16,
        /// What the server says.
        told: Told,
    },
    /// That server does not have the model.
    #[error("{url} has no model {model}: choose one that it lists{told}")]
    UnknownModel {
        /// The base URL.
        url: String,
        /// The model that was asked for.
        model: String,
        /// What the server says.
        told: Told,
    },
    /// There is no such API at that address.
    #[error(
        "there is no chat API at {url} ({what}): check the base URL, which mostly ends with /v1{told}"
    )]
    NoApi {
        /// The base URL.
        url: String,
        /// What there is instead.
        what: String,
        /// What the server says.
        told: Told,
    },
    /// The prompt does not fit.
    #[error("{}", too_small(*.needed, *.context, .told))]
    ContextTooSmall {
        /// The tokens that were needed, where told.
        needed: Option<u64>,
        /// The tokens that the model has room for, where told.
        context: Option<u64>,
        /// What the server says.
        told: Told,
    },
    /// The context is full with the prompt and the answer so far.
    #[error(
        "the model's context of {context} tokens is full with the prompt and its answer: load it with a larger one, or ask for less"
    )]
    ContextFull {
        /// The tokens that it has room for.
        context: u64,
    },
    /// The server understands the request and will not have it.
    #[error("the model server refuses the request ({status}){told}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server says.
        told: Told,
    },
    /// Too many requests, also after waiting.
    #[error("the model server has had too many requests ({status}){}: wait, or choose another model{told}", waits(*.after))]
    RateLimited {
        /// Mostly 429.
        status: u16,
        /// How long it wants to be left alone, where told.
        after: Option<Duration>,
        /// What the server says.
        told: Told,
    },
    /// The server has failed, also when it was asked again.
    #[error("the model server has failed ({what}): look at its log, or choose another model{told}")]
    Failed {
        /// The status, or where it failed.
        what: String,
        /// What the server says.
        told: Told,
    },
    /// No word of an answer in time.
    #[error("the model said nothing within {}: it may still be loading, or be too large for its machine", seconds(*.waited))]
    FirstToken {
        /// How long the client has waited.
        waited: Duration,
    },
    /// All of it took too long.
    #[error("the model has not finished its answer within {}: choose a faster one, or ask for less", seconds(*.waited))]
    TooSlow {
        /// How long the client has waited.
        waited: Duration,
    },
    /// Success, and nothing in it.
    #[error("the model answered nothing at all: {hint}")]
    Empty {
        /// What is likely the cause.
        hint: String,
    },
    /// The answer was cut off, and continuing did not help.
    #[error(
        "the answer was cut off ({why}) and is not whole after {continued} continuations: {hint}"
    )]
    CutOff {
        /// Why it ended where it did.
        why: String,
        /// How often it was continued.
        continued: u32,
        /// What may help.
        hint: String,
    },
    /// The model says the same over and over.
    #[error(
        "the model repeats itself without end (\"{sample}\"): choose a larger one, or a higher temperature"
    )]
    Runaway {
        /// What it repeats, shortened.
        sample: String,
    },
    /// More than any answer has.
    #[error(
        "the answer is longer than {limit} bytes: something is wrong with the model or its server"
    )]
    TooLong {
        /// The limit that was met.
        limit: usize,
    },
    /// A tool call that cannot be followed: cut off, or no JSON.
    #[error("the model asked for the tool {name} in a way that cannot be followed: {why}")]
    ToolCall {
        /// The tool, as far as it is known.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A filter of the provider has ended the answer.
    #[error(
        "the provider's content filter has ended the answer: change the prompt, or choose another model"
    )]
    Filtered,
    /// What came is no answer of such a server.
    #[error(
        "the server does not speak the chat API as it should ({what}): check the base URL, and the server's version"
    )]
    Protocol {
        /// What came.
        what: String,
    },
}

/// What kind of trouble it is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Settings have to change: address, key, model, credit.
    Settings,
    /// The prompt has to become shorter, or the model's context larger.
    Context,
    /// It may work later or elsewhere.
    Unavailable,
    /// The model answered, but not with what can be used; asking differently may help.
    Answer,
    /// The request itself is refused.
    Request,
}

impl ModelError {
    /// What kind of trouble it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Setup { .. }
            | Self::NoModel { .. }
            | Self::Key { .. }
            | Self::Credit { .. }
            | Self::UnknownModel { .. }
            | Self::NoApi { .. }
            | Self::Protocol { .. } => ErrorKind::Settings,
            Self::ContextTooSmall { .. } | Self::ContextFull { .. } => ErrorKind::Context,
            Self::Unreachable { .. }
            | Self::RateLimited { .. }
            | Self::Failed { .. }
            | Self::FirstToken { .. }
            | Self::TooSlow { .. } => ErrorKind::Unavailable,
            Self::Empty { .. }
            | Self::CutOff { .. }
            | Self::Runaway { .. }
            | Self::TooLong { .. }
            | Self::ToolCall { .. } => ErrorKind::Answer,
            Self::Refused { .. } | Self::Filtered => ErrorKind::Request,
        }
    }
}

/// What a server has said, shortened, without control characters and without the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told(pub(super) String);

/// The most of it, in characters.
const TOLD: usize = 400;

impl Told {
    /// `text` as it may be shown.
    pub(super) fn of(text: &str) -> Self {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let line = words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let mut short: String = line.chars().take(TOLD).collect();
        if short.len() < line.len() {
            short.push('…');
        }
        Self(short)
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "; it says: {}", self.0)
    }
}

fn too_small(needed: Option<u64>, context: Option<u64>, told: &Told) -> String {
    let figures = match (needed, context) {
        (Some(needed), Some(context)) => {
            format!("the prompt has {needed} tokens and the model's context is {context}")
        }
        (Some(needed), None) => {
            format!("the prompt has {needed} tokens, more than the model's context")
        }
        (None, Some(context)) => {
            format!("the prompt does not fit into the model's context of {context} tokens")
        }
        (None, None) => "the prompt does not fit into the model's context".to_owned(),
    };
    format!("{figures}: load the model with a larger context, or choose another{told}")
}

fn waits(after: Option<Duration>) -> String {
    after.map_or_else(String::new, |after| {
        format!(" and wants to be left alone for {}", seconds(after))
    })
}

pub(super) fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        return format!("{} ms", time.as_millis());
    }
    format!("{} s", time.as_secs())
}
