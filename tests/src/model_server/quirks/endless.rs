//! A small model that has lost its way: the same line for ever, or for as long as anybody listens.

use super::super::{Asked, Reply};
use super::halves;

/// How often it says it, before it says nothing more: more than any reader should wait for.
const TIMES: usize = 20_000;

/// Says half of `answer`, and then a line over and over.
#[must_use]
pub fn reply(_: &Asked, answer: &str) -> Reply {
    let line = "  <li>One more item of the list</li>\n";
    let begun = Reply::stream().pieces(halves(answer).0);
    let all = (0..TIMES / 20).fold(begun, |reply, _| reply.text(&line.repeat(20)));
    all.wait("the end of an endless answer")
}
