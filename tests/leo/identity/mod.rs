//! Who may do what: credentials, ownership and limits.

mod containers;
mod keys;
mod ownership;
mod provider;
mod revocation;
mod schema;
mod sockets;
mod table;
mod tokens;
