//! `leo-api token`: a local token from the command line.

use anyhow::Context as _;
use leo_common::config::{Signing, Span};

use crate::auth::LocalTokens;
use crate::config::{self, WrongSetting};

/// Whom a token is for.
#[derive(Debug, Clone, clap::Args)]
pub struct TokenRequest {
    /// What signs tokens.
    #[command(flatten)]
    pub signing: Signing,
    /// The account's name; the account is made when it is first used.
    #[arg(long)]
    pub subject: String,
    /// The account's address.
    #[arg(long)]
    pub email: Option<String>,
    /// Whether the account may see the fleet.
    #[arg(long)]
    pub operator: bool,
    /// How long the token is good.
    #[arg(long, default_value = "24h")]
    pub ttl: Span,
}

/// A token for somebody, signed with `LEO_SECRET_KEY`.
///
/// # Errors
/// When the key is missing or too short, or the name is empty, too long or not printable.
pub fn token(request: &TokenRequest) -> anyhow::Result<String> {
    let key = config::checked(&request.signing)?;
    let key = key.ok_or_else(|| WrongSetting::secret_key("missing"))?;
    LocalTokens::new(&key)
        .sign(
            &request.subject,
            request.email.as_deref(),
            request.operator,
            request.ttl.get(),
        )
        .ok()
        .context("--subject and --email must be printable and at most 255 bytes, --ttl must end")
}
