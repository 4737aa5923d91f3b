//! The first word takes long, or the next one does.

use super::super::{Asked, Reply};
use super::{halves, plain};

/// Where [`first_token`] waits.
pub const BEFORE: &str = "before the first word";
/// Where [`stall`] waits.
pub const MIDDLE: &str = "in the middle of an answer";

/// Not even a head until [`BEFORE`] is open.
#[must_use]
pub fn first_token(asked: &Asked, answer: &str) -> Reply {
    plain::reply(asked, answer).late(BEFORE)
}

/// A head, and then nothing until [`BEFORE`] is open.
#[must_use]
pub fn first_token_after_head(asked: &Asked, answer: &str) -> Reply {
    Reply::stream()
        .comment("loading")
        .wait(BEFORE)
        .pieces(asked.rest(answer))
        .finish("stop")
        .done()
}

/// Half of it, and the rest when [`MIDDLE`] is open; whoever asks for the rest gets it at once.
#[must_use]
pub fn stall(asked: &Asked, answer: &str) -> Reply {
    if asked.said().is_some() {
        return plain::reply(asked, answer);
    }
    let (now, later) = halves(answer);
    Reply::stream()
        .pieces(now)
        .wait(MIDDLE)
        .pieces(later)
        .finish("stop")
        .done()
}
