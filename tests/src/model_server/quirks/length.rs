//! Each answer ends after so many characters, with `finish_reason: length`.

use super::super::{Asked, Reply};

/// The characters of one answer.
const LENGTH: usize = 400;

/// Says the next piece of `answer`, exactly from where it stopped.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    piece(asked, asked.rest(answer))
}

/// As models do: says the last line again before it goes on.
#[must_use]
pub fn with_overlap(asked: &Asked, answer: &str) -> Reply {
    let rest = asked.rest(answer);
    let said = &answer[..answer.len() - rest.len()];
    let line = said.rfind('\n').map_or(0, |at| at + 1);
    piece(asked, &answer[line..])
}

/// Stops at once when it is asked to go on.
#[must_use]
pub fn without_progress(asked: &Asked, answer: &str) -> Reply {
    match asked.said() {
        Some(_) => Reply::stream()
            .finish("length")
            .usage(asked.tokens(), 0)
            .done(),
        None => reply(asked, answer),
    }
}

fn piece(asked: &Asked, rest: &str) -> Reply {
    let (now, later) = rest.split_at(rest.floor_char_boundary(LENGTH));
    let reason = if later.is_empty() { "stop" } else { "length" };
    Reply::stream()
        .pieces(now)
        .finish(reason)
        .usage(asked.tokens(), now.len() / 4)
        .done()
}
