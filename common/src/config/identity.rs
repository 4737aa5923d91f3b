//! Who may sign in, and by what.

use secrecy::SecretString;
use url::Url;

/// Identity providers, local accounts and OAuth.
#[derive(Debug, Clone, clap::Args)]
pub struct Identity {
    /// The Supabase project, as in `https://abc.supabase.co`; its tokens are accepted.
    #[arg(long, env = "SUPABASE_URL")]
    pub supabase_url: Option<Url>,
    /// The shared secret that signs a project's tokens with HS256.
    #[arg(long, env = "SUPABASE_JWT_SECRET", hide_env_values = true)]
    pub supabase_jwt_secret: Option<SecretString>,
    /// Where the public keys are; `SUPABASE_URL` with `/auth/v1/.well-known/jwks.json` if not set.
    #[arg(long, env = "SUPABASE_JWKS_URL")]
    pub supabase_jwks_url: Option<Url>,
    /// Whom tokens must be meant for.
    #[arg(long, env = "JWT_AUDIENCE", default_value = "authenticated")]
    pub jwt_audience: String,
    /// Who must have issued tokens; `SUPABASE_URL` with `/auth/v1` if not set.
    #[arg(long, env = "JWT_ISSUER")]
    pub jwt_issuer: Option<String>,
    /// The algorithms that tokens may be signed with, separated by commas: `HS256` with a shared
    /// secret, `RS256`, `ES256`, `EdDSA` with public keys. All that the keys allow if not set.
    #[arg(long, env = "JWT_ALGORITHMS", value_delimiter = ',')]
    pub jwt_algorithms: Vec<String>,
    /// Whether people may make accounts: `open` or `closed`. The first account can always be made.
    #[arg(long, env = "REGISTRATION", default_value = "open")]
    pub registration: Registration,
    /// The OAuth app at GitHub by which people sign in.
    #[arg(long, env = "OAUTH_GITHUB_CLIENT_ID")]
    pub oauth_github_client_id: Option<String>,
    /// Its secret.
    #[arg(long, env = "OAUTH_GITHUB_CLIENT_SECRET", hide_env_values = true)]
    pub oauth_github_client_secret: Option<SecretString>,
    /// Where people sign in at GitHub; another one for GitHub Enterprise.
    #[arg(long, env = "OAUTH_GITHUB_URL", default_value = "https://github.com")]
    pub oauth_github_url: Url,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Nobody but the first.
    Closed,
}
