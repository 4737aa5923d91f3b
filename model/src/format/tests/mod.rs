//! Tests of the format: plain answers, damage, dialects, limits.

mod answers;
mod support;
