//! Who may do what: credentials, ownership and limits.

mod ownership;
mod schema;
mod table;
