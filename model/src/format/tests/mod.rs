//! Tests of the format: plain answers, damage, dialects, limits.

mod answers;
mod damage;
mod foreign;
mod limits;
mod nested;
mod properties;
mod support;
