//! What every server process needs to know.

use std::net::SocketAddr;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Aws, Span};
use crate::runner_token::RunnerTokens;
use crate::vault::Vault;

/// Postgres.
#[derive(Debug, Clone, clap::Args)]
pub struct Database {
    /// Postgres, as `postgres://user:password@host/database`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
}

/// Redis.
#[derive(Debug, Clone, clap::Args)]
pub struct RedisServer {
    /// Redis, as `redis://host:port`, or `rediss://` for TLS.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: SecretString,
}

/// How the process logs.
#[derive(Debug, Clone, clap::Args)]
pub struct Logging {
    /// `text` or `json`.
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged, as in `info` or `leo_worker=debug,warn`.
    #[arg(long, env = "RUST_LOG", default_value = "info")]
    pub rust_log: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where the API listens and how it is reached.
#[derive(Debug, Clone, clap::Args)]
pub struct Http {
    /// The address to listen on.
    #[arg(long, env = "LEO_BIND", default_value = "127.0.0.1:5013")]
    pub leo_bind: SocketAddr,
    /// The address that people use, where it is not the one that Leo listens on.
    #[arg(long, env = "LEO_PUBLIC_URL")]
    pub leo_public_url: Option<url::Url>,
    /// Origins of other sites whose pages may call the API, separated by commas.
    #[arg(long, env = "LEO_CORS_ORIGINS", value_delimiter = ',')]
    pub leo_cors_origins: Vec<String>,
    /// Reverse proxies whose `X-Forwarded-*` headers are believed: addresses and networks such as
    /// `10.0.0.0/8`, separated by commas.
    #[arg(long, env = "LEO_TRUSTED_PROXIES", value_delimiter = ',')]
    pub leo_trusted_proxies: Vec<String>,
}

/// What signs tokens and encrypts secrets of users.
#[derive(Debug, Clone, clap::Args)]
pub struct Signing {
    /// Signs tokens and encrypts stored secrets; at least 32 characters, the same for all
    /// processes. `leo dev` makes and keeps one by itself.
    #[arg(long, env = "LEO_SECRET_KEY", hide_env_values = true)]
    pub leo_secret_key: Option<SecretString>,
    /// Keys of earlier times, separated by commas: what they have signed and encrypted is still
    /// accepted. For the time of a change.
    #[arg(
        long,
        env = "LEO_SECRET_KEY_PREVIOUS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub leo_secret_key_previous: Vec<SecretString>,
}

/// The shortest `LEO_SECRET_KEY`, in characters.
pub const MIN_SECRET_KEY: usize = 32;

impl Signing {
    /// The key, if it is set and long enough to be a secret.
    #[must_use]
    pub fn usable(&self) -> Option<&SecretString> {
        self.leo_secret_key.as_ref().filter(|key| is_long(key))
    }

    /// The keys of earlier times.
    pub fn previous(&self) -> impl Iterator<Item = &SecretString> {
        let previous = self.leo_secret_key_previous.iter();
        previous.filter(|key| !key.expose_secret().is_empty())
    }

    /// Whether a key, the present or an earlier one, is set and too short to be a secret.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.leo_secret_key
            .iter()
            .chain(self.previous())
            .any(|key| !is_long(key))
    }

    /// What containers' tokens are signed and checked with; none without a usable key.
    #[must_use]
    pub fn runner_tokens(&self) -> Option<RunnerTokens> {
        let tokens = RunnerTokens::new(self.usable()?);
        Some(tokens.accepting(self.previous()))
    }

    /// What secrets of users are encrypted with; none without a usable key.
    #[must_use]
    pub fn vault(&self) -> Option<Vault> {
        Some(Vault::new(self.usable()?, self.previous()))
    }
}

fn is_long(key: &SecretString) -> bool {
    key.expose_secret().chars().count() >= MIN_SECRET_KEY
}

/// Where containers that speak the websocket transport dial in.
#[derive(Debug, Clone, clap::Args)]
pub struct Runners {
    /// A second address for containers alone, beside the api's own; nothing else is served there.
    #[arg(long, env = "LEO_RUNNER_BIND")]
    pub leo_runner_bind: Option<SocketAddr>,
    /// How containers reach the api, as in `ws://10.0.0.5:5014`, where the worker cannot tell.
    #[arg(long, env = "LEO_RUNNER_URL")]
    pub leo_runner_url: Option<url::Url>,
}

/// What is kept where.
#[derive(Debug, Clone, clap::Args)]
pub struct Keeping {
    /// Where results are kept: `file:///an/absolute/folder`, which api and workers share, or
    /// `s3://bucket/prefix`.
    #[arg(
        long,
        env = "ARTIFACT_STORE",
        default_value = "file:///var/lib/leo/artifacts"
    )]
    pub artifact_store: String,
    /// How long the events of a session that is at rest stay in Postgres, as in `30d`; then they
    /// move into the artifact store. Forever where it is not set.
    #[arg(long, env = "EVENT_RETENTION")]
    pub event_retention: Option<Span>,
    /// How long the files of a job stay after its end, as in `90d`; those that a session goes on
    /// from stay. Forever where it is not set.
    #[arg(long, env = "ARTIFACT_RETENTION")]
    pub artifact_retention: Option<Span>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented with its type")]
    pub aws: Aws,
}
