//! `leo-model`: what talks to a language model.
//!
//! [`chat`] is the client of OpenAI-compatible servers, [`format`](mod@format) reads files out of their answers,
//! [`probe`] tests a provider step by step with both. It knows nothing else of Leo: the generator
//! uses it to write apps, the api to test what a user has set.

pub mod chat;
pub mod format;
pub mod hosts;
pub mod path;
pub mod probe;
