//! Talking to a Leo server: requests over HTTP ([`http`]), the live stream over `/ws`
//! ([`stream`]).
//!
//! What a job has done so far comes as [`past`] events, which of its lines hold a text tells [`search`]; the test of
//! a model provider comes step by step ([`providers`]). Versions of an app are compared, restored, forked and given away ([`versions`]).
//! [`webhooks`] has what is told to other servers.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub mod github;
pub mod http;
pub mod past;
pub mod providers;
pub mod search;
pub mod stream;
pub mod versions;
pub mod webhooks;

/// Where Leo is and who asks.
#[derive(Debug, Clone)]
pub struct Server {
    base: Url,
    token: Option<SecretString>,
}

impl Server {
    /// A server at `base` (`http://host:port`, perhaps with a path), with a bearer token where it
    /// wants one.
    #[must_use]
    pub fn new(mut base: Url, token: Option<SecretString>) -> Self {
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Self { base, token }
    }

    /// The address as people write it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address of something below the server, `path` without a leading slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of the REPL's WebSocket.
    pub(crate) fn socket(&self) -> String {
        // `http` becomes `ws` and `https` becomes `wss`.
        self.at("ws").replacen("http", "ws", 1)
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Whether the server is on this machine, so that no proxy may stand in between.
    fn is_local(&self) -> bool {
        match self.base.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// The server does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to reach Leo at {server}: {cause}{hint}")]
pub struct Unreachable {
    server: String,
    cause: String,
    hint: &'static str,
}

impl Unreachable {
    pub(crate) fn new(server: &Server, cause: impl Into<String>) -> Self {
        Self {
            server: server.shown().to_owned(),
            cause: cause.into(),
            hint: if server.is_local() { LOCAL_HINT } else { "" },
        }
    }
}

/// What to do where Leo should be on this machine.
const LOCAL_HINT: &str = "; `leo dev` starts one here";

/// What is at the bottom of an error; what lies above says the same in more words.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

/// Reads a server's address from the command line.
///
/// # Errors
/// A line that says what is expected.
pub(crate) fn parse_base(text: &str) -> Result<Url, String> {
    let expected = || "expected an address like http://127.0.0.1:5013".to_owned();
    let url = Url::parse(text).map_err(|_| expected())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(expected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_below_the_base() {
        let server = |base| Server::new(parse_base(base).unwrap(), None);
        let local = server("http://127.0.0.1:5013");
        assert_eq!(local.at("api/jobs"), "http://127.0.0.1:5013/api/jobs");
        assert_eq!(local.socket(), "ws://127.0.0.1:5013/ws");
        assert!(local.is_local());
        let hosted = server("https://leo.example/team");
        assert_eq!(hosted.socket(), "wss://leo.example/team/ws");
        assert_eq!(hosted.shown(), "https://leo.example/team");
        assert!(!hosted.is_local());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "127.0.0.1:5013", "ftp://x", "http:"] {
            assert!(parse_base(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_is_not_there_is_named_with_the_cause_alone() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let cause = root_cause(&tokio_tungstenite::tungstenite::Error::Io(refused));
        let there = Unreachable::new(&Server::new(parse_base("http://x:1").unwrap(), None), cause);
        assert_eq!(
            there.to_string(),
            "failed to reach Leo at http://x:1: connection refused"
        );
        let here = Unreachable::new(
            &Server::new(parse_base("http://[::1]:1").unwrap(), None),
            "no",
        );
        assert!(here.to_string().ends_with("`leo dev` starts one here"));
    }

    #[test]
    fn a_token_is_never_shown() {
        let server = Server::new(parse_base("http://x").unwrap(), Some("hush".into()));
        assert!(!format!("{server:?}").contains("hush"));
    }
}
