//! The user's model provider: set, shown, and tested with each step as it is done.

use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::provider::{
    ProviderSettings, ProviderTest, ProviderTestStep, SetProvider, TestProvider,
};
use reqwest::{Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, Lines};
use tokio_util::io::StreamReader;

use super::http::{Client, HttpError};

/// Where what is set stands.
const SETTINGS: &str = "api/settings/provider";
/// Where it is tested.
const TEST: &str = "api/providers/test";

/// What a test tells.
#[derive(Debug, Clone, PartialEq)]
pub enum TestEvent {
    /// The step of this name begins.
    Begin(String),
    /// A step is done.
    Step(ProviderTestStep),
    /// The test is.
    Result(ProviderTest),
}

/// A test under way; dropping it ends it.
pub struct TestEvents {
    lines: Lines<Box<dyn AsyncBufRead + Send + Unpin>>,
    server: String,
}

impl std::fmt::Debug for TestEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestEvents").finish_non_exhaustive()
    }
}

impl Client {
    /// What the user has set.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn provider(&self) -> Result<ProviderSettings, HttpError> {
        self.json(self.request(Method::GET, SETTINGS)).await
    }

    /// Sets the user's provider.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn set_provider(&self, set: &SetProvider) -> Result<ProviderSettings, HttpError> {
        self.json(self.request(Method::PUT, SETTINGS).json(set))
            .await
    }

    /// Goes back to the installation's provider.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn unset_provider(&self) -> Result<(), HttpError> {
        self.send(self.request(Method::DELETE, SETTINGS)).await?;
        Ok(())
    }

    /// Tests a provider.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn test_provider(&self, test: &TestProvider) -> Result<TestEvents, HttpError> {
        let request = self.request(Method::POST, TEST).json(test);
        let request = request.header(header::ACCEPT, "text/event-stream");
        let response = self.send(request).await?;
        let bytes = response
            .bytes_stream()
            .map_err(std::io::Error::other)
            .boxed();
        let reader: Box<dyn AsyncBufRead + Send + Unpin> = Box::new(StreamReader::new(bytes));
        Ok(TestEvents {
            lines: reader.lines(),
            server: self.server().shown().to_owned(),
        })
    }
}

impl TestEvents {
    /// What comes next; `None` behind the result.
    ///
    /// # Errors
    /// When the answer breaks off or is no test.
    pub async fn next(&mut self) -> Result<Option<TestEvent>, HttpError> {
        let mut name = String::new();
        loop {
            let line = self.lines.next_line().await;
            let Some(line) = line.map_err(|error| self.cut_off(error))? else {
                return Ok(None);
            };
            if let Some(event) = line.strip_prefix("event: ") {
                event.clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data: ")
                && let Some(event) = read(&name, data).map_err(|error| self.cut_off(error))?
            {
                return Ok(Some(event));
            }
        }
    }

    fn cut_off(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> HttpError {
        HttpError::CutOff {
            server: self.server.clone(),
            source: source.into(),
        }
    }
}

/// One event; nothing where a newer server says what this version does not know.
fn read(name: &str, data: &str) -> Result<Option<TestEvent>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Begin {
        name: String,
    }
    fn of<T: DeserializeOwned>(data: &str) -> Result<T, serde_json::Error> {
        serde_json::from_str(data)
    }
    Ok(Some(match name {
        "begin" => TestEvent::Begin(of::<Begin>(data)?.name),
        "step" => TestEvent::Step(of(data)?),
        "result" => TestEvent::Result(of(data)?),
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_by_their_names() {
        let step = r#"{"name":"usage","status":"warning","message":"m","hint":"h","durationMs":1}"#;
        let Some(TestEvent::Step(step)) = read("step", step).unwrap() else {
            panic!("no step");
        };
        assert_eq!(
            (step.name.as_str(), step.hint.as_deref()),
            ("usage", Some("h"))
        );
        let begin = read("begin", r#"{"name":"usage"}"#).unwrap();
        assert_eq!(begin, Some(TestEvent::Begin("usage".to_owned())));
        assert_eq!(read("later", "{}").unwrap(), None);
        assert!(read("step", "{").is_err());
    }
}
