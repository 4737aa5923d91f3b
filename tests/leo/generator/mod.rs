//! The generator with a model, run alone: what comes of good, bad and broken answers.

mod bad_answers;
mod budgets;
mod ends;
mod features;
mod follow_ups;
mod hosted;
mod phases;
mod third_party;
mod tools;
