//! The client of models against servers with the quirks of the field.

mod cancel;
mod continued;
mod foreign;
mod harness;
mod lists;
mod off_spec;
mod refusals;
mod retries;
mod silence;
mod tools;
mod way;
