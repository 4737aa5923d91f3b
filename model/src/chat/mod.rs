//! The client of servers that speak OpenAI's chat completions: OpenRouter, LM Studio, Ollama, vLLM,
//! llama.cpp, OpenAI and what else does.
//!
//! [`Client::answer`] gives an [`Answer`] that is read part by part. It is one seamless text: requests
//! that fail before a word are made again, and an answer that is cut off is continued, within limits
//! of number, time and length. The end of a stream alone is not success; a server has to say that it
//! has finished. Dropping an [`Answer`] aborts its request at once. Nothing here runs by itself: no
//! task is started, and who does not ask for the next part reads nothing.
//!
//! Servers differ. What they send is read as leniently as possible ([`wire`], [`sse`]), and what one
//! refuses is left out for as long as the [`Client`] lives ([`quirks`]). Redirects are not followed,
//! since the key would go along; proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY` …).
//! What an answer means is left to its readers.

mod answer;
mod client;
mod diagnose;
mod error;
mod message;
mod models;
mod provider;
mod quirks;
mod sse;
mod timing;
mod tls;
mod usage;
mod wire;

pub use answer::{Answer, Finished, Part};
pub use client::Client;
pub use error::{ErrorKind, ModelError, Told};
pub use message::{Message, Request, Tool, ToolCall};
pub use models::ModelInfo;
pub use provider::{Endpoint, Provider};
pub use timing::Timing;
pub use usage::Usage;
