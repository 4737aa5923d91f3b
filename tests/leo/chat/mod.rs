//! The client of models, against the quirks of their servers.

mod harness;
mod way;
