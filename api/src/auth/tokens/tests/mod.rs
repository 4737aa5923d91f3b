//! What is accepted as a token. Tokens of an independent library are among the scenarios.

mod jwks;
mod keys;
mod local;
mod settings;
