//! A user's own account at GitHub, and pushes that are asked for: bodies of the HTTP interface.

use serde::{Deserialize, Serialize};

/// `PUT /api/settings/github`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetGitHub {
    /// A token that may make private repositories and push to them. Absent: the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The organisation in which repositories are made; absent: the token's own user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether every result is pushed without being asked for.
    #[serde(default)]
    pub auto_push: bool,
}

impl std::fmt::Debug for SetGitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetGitHub")
            .field("owner", &self.owner)
            .field("auto_push", &self.auto_push)
            .finish_non_exhaustive()
    }
}

/// The account that a user has connected. The token itself is never told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GitHubSettings {
    /// Who the token is at GitHub; absent: no account is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The organisation in which repositories are made, if it is not the user himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether every result is pushed without being asked for.
    pub auto_push: bool,
    /// Whether results are pushed with the installation's token where no account is connected.
    pub installation: bool,
    /// Whether an account can be connected with a browser, at `/api/settings/github/connect`.
    #[serde(default)]
    pub connectable: bool,
}

/// `POST /api/jobs/{id}/push`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskPush {
    /// Also what a job has left that did not end well.
    #[serde(default)]
    pub partial: bool,
}
