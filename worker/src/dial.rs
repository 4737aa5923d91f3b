//! What a container that speaks the websocket transport is told: where to dial in, and the token
//! that opens its own attempt.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chrono::{DateTime, Utc};
use leo_common::config::MIN_SECRET_KEY;
use leo_common::runner_token::RunnerTokens;
use leo_protocol::JobId;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::config::{OrchestratorMode, Transport, WorkerConfig};

/// What containers call the machine they run on; the engine is told to resolve it.
pub(crate) const GATEWAY: &str = "host.docker.internal";

/// The way to the api. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Dial {
    url: Url,
    tokens: RunnerTokens,
}

impl Dial {
    /// From the settings; none where output comes over stdout alone.
    ///
    /// # Errors
    /// One line that names the setting and says what is expected.
    pub(crate) fn read(config: &WorkerConfig) -> Result<Option<Self>, String> {
        if config.running.transport() == Transport::Stdout {
            return Ok(None);
        }
        let tokens = config.signing.runner_tokens().ok_or_else(|| {
            format!(
                "LEO_SECRET_KEY: GENERATOR_TRANSPORT=websocket needs the api's key, expected at least {MIN_SECRET_KEY} characters"
            )
        })?;
        let url = match &config.runners.leo_runner_url {
            Some(url) => checked(url)?,
            None => usual(config)?,
        };
        Ok(Some(Self { url, tokens }))
    }

    /// Whether containers go by the engine's own name for this machine.
    pub(crate) fn needs_gateway(&self) -> bool {
        self.url.host_str() == Some(GATEWAY)
    }

    /// The tokens of an attempt, one of which stands in its URL: with several keys, which of them
    /// depends on the key of the time when it was started.
    pub(crate) fn tokens(
        &self,
        job: JobId,
        attempt: u32,
        deadline: DateTime<Utc>,
    ) -> impl Iterator<Item = SecretString> {
        self.tokens.all(job, attempt, deadline)
    }

    /// `WEBSOCKET_URL` of an attempt; the same whenever it is asked for.
    pub(crate) fn url(&self, job: JobId, attempt: u32, deadline: DateTime<Utc>) -> String {
        let token = self.tokens.issue(job, attempt, deadline);
        let base = self.url.as_str().trim_end_matches('/');
        format!("{base}/ws/jobs/{job}?token={}", token.expose_secret())
    }
}

fn checked(url: &Url) -> Result<Url, String> {
    let bare = url.query().is_none() && url.fragment().is_none();
    if matches!(url.scheme(), "ws" | "wss") && url.has_host() && bare {
        Ok(url.clone())
    } else {
        Err(format!(
            "LEO_RUNNER_URL: `{url}` is no address for containers, expected one like ws://10.0.0.5:5014"
        ))
    }
}

/// The api on this machine.
fn usual(config: &WorkerConfig) -> Result<Url, String> {
    let running = &config.running;
    let bind = config.runners.leo_runner_bind.unwrap_or(running.leo_bind);
    let missing = |why: &str| {
        format!("LEO_RUNNER_URL: missing, and {why}; expected one like ws://10.0.0.5:5014")
    };
    let address = match running.orchestrator_mode {
        OrchestratorMode::Ecs => {
            return Err(
                "LEO_RUNNER_URL: missing, and tasks of ECS know no other way to the api; expected one like wss://leo.example"
                    .to_owned(),
            );
        }
        OrchestratorMode::Local | OrchestratorMode::Process if bind.port() == 0 => {
            return Err(missing("the port of the api is not known"));
        }
        OrchestratorMode::Process => {
            let ip = if bind.ip().is_unspecified() {
                IpAddr::V4(Ipv4Addr::LOCALHOST)
            } else {
                bind.ip()
            };
            SocketAddr::new(ip, bind.port()).to_string()
        }
        OrchestratorMode::Local if bind.ip().is_loopback() => {
            return Err(missing(
                "containers cannot reach a loopback address (LEO_RUNNER_BIND, LEO_BIND)",
            ));
        }
        OrchestratorMode::Local => format!("{GATEWAY}:{}", bind.port()),
    };
    Url::parse(&format!("ws://{address}")).map_err(|error| missing(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::sample;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn read(more: &[&str]) -> Result<Option<String>, String> {
        let dial = Dial::read(&sample(more))?;
        Ok(dial.map(|dial| dial.url.to_string()))
    }

    fn websocket(more: &[&str]) -> Result<Option<String>, String> {
        let key = format!("--leo-secret-key={KEY}");
        let basic = ["--generator-transport=websocket", key.as_str()];
        read(&[&basic, more].concat())
    }

    #[test]
    fn the_way_is_found_where_it_can_be() {
        assert_eq!(read(&[]), Ok(None));
        for (arguments, url) in [
            (
                ["--orchestrator-mode=process", "--leo-bind=127.0.0.1:5013"],
                "ws://127.0.0.1:5013/",
            ),
            (
                [
                    "--orchestrator-mode=local",
                    "--leo-runner-bind=0.0.0.0:5014",
                ],
                "ws://host.docker.internal:5014/",
            ),
            (
                [
                    "--orchestrator-mode=local",
                    "--leo-runner-url=wss://leo.example/x/",
                ],
                "wss://leo.example/x/",
            ),
        ] {
            assert_eq!(websocket(&arguments), Ok(Some(url.to_owned())));
        }
    }

    #[test]
    fn what_is_missing_is_named_in_one_line() {
        let no_key = read(&["--generator-transport=websocket"]);
        assert!(no_key.unwrap_err().starts_with("LEO_SECRET_KEY"));
        for wrong in [
            &["--orchestrator-mode=local"][..],
            &["--orchestrator-mode=process", "--leo-bind=127.0.0.1:0"],
            &["--leo-runner-url=http://x"],
            &["--leo-runner-url=ws://x?y=1"],
        ] {
            let error = websocket(wrong).unwrap_err();
            assert!(
                error.starts_with("LEO_RUNNER_URL") && !error.contains('\n'),
                "{error}"
            );
        }
    }

    #[test]
    fn the_url_is_the_same_on_every_retry() {
        let dial = Dial {
            url: Url::parse("ws://leo:5014/").unwrap(),
            tokens: RunnerTokens::new(&SecretString::from(KEY)),
        };
        let (job, deadline) = (JobId::generate(), Utc::now());
        let url = dial.url(job, 2, deadline);
        assert_eq!(dial.url(job, 2, deadline), url);
        assert!(url.starts_with(&format!("ws://leo:5014/ws/jobs/{job}?token=v1.2.")));
    }
}
