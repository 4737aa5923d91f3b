//! What people see in the terminal.
//!
//! [`event`] and [`table`] make text, [`clean`] keeps what generated code prints from steering the
//! terminal, [`progress`] follows a job, and [`screen`] is the only place that writes to stdout.

pub(crate) mod clean;
pub(crate) mod event;
pub(crate) mod progress;
pub(crate) mod screen;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod view;
pub(crate) mod words;
