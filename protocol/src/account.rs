//! Accounts and what they may do: bodies of the HTTP interface.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::job::{UnknownName, named};

named! {
    /// What a credential is good for; each includes those before it.
    Scope {
        /// Looking at what the account has.
        Read = "read",
        /// Changing its sessions and jobs.
        Run = "run",
        /// Changing the account itself (keys, settings, password); for operators, the fleet and limits.
        Admin = "admin",
    }
}
