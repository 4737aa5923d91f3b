//! A server that sends its clients elsewhere.

use super::super::{Asked, Reply};

/// 307 to another host.
#[must_use]
pub fn reply(_: &Asked, _: &str) -> Reply {
    Reply::status(307).header("location", "http://127.0.0.1:1/v1/chat/completions")
}
