//! The ways in which servers of the field answer, one in a file.
//!
//! What a quirk does for the first request only, it tells by the request's number or by whether the
//! model is asked to go on.

pub mod bare_end;
pub mod cut_connection;
pub mod endless;
pub mod error_after_200;
pub mod length;
pub mod llama_cpp;
pub mod lmstudio;
pub mod no_done;
pub mod off_spec;
pub mod ollama;
pub mod openrouter;
pub mod parameters;
pub mod plain;
pub mod rate_limited;
pub mod redirect;
pub mod slow;
pub mod tool_calls;
pub mod unavailable;
pub mod vllm;
pub mod wrong_key;

use super::{Asked, Reply};

/// How a server says a text.
pub type Quirk = fn(&Asked, &str) -> Reply;

/// Both halves of a text.
fn halves(text: &str) -> (&str, &str) {
    text.split_at(text.floor_char_boundary(text.len() / 2))
}
