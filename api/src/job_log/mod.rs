//! A job's log: its events page by page, and the lines that hold what somebody searches for.
//!
//! Lines are numbered: a `log` event's number is its place among the job's `log` events, from 1 on.
//! Events are only ever added, so a number is good for ever, and the same in every answer.

mod line;
mod pages;
mod pattern;
mod search;

pub(crate) use line::printed;
pub(crate) use pages::Pages;
pub(crate) use pattern::Pattern;
pub(crate) use search::{Asked, search};
