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

/// A password on its way; nothing shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(format = Password))]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// `POST /api/auth/register` and `POST /api/auth/login`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The address; capitals and space around it do not count.
    pub email: String,
    /// The password, 8 to 256 characters and not the address.
    pub password: Password,
}

/// `POST /api/auth/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The password as it is.
    pub current_password: Password,
    /// As it is to be: 8 to 256 characters, and not the address.
    pub new_password: Password,
}

/// `GET /api/auth/methods`: by what people sign in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInMethods {
    /// With a password.
    pub password: bool,
    /// Whether accounts can be made.
    pub registration: bool,
    /// By way of GitHub.
    pub github: bool,
    /// Whether nobody has an account so far; whoever makes the first is the operator.
    pub first_account: bool,
}
