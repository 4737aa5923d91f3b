//! The stored events of a job, one line of JSON each.

use futures_util::{StreamExt as _, TryStreamExt as _};
use reqwest::Response;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, Lines};
use tokio_util::io::StreamReader;

use super::http::HttpError;
use super::stream::{self, StreamEvent};

/// Events as they come from the server.
pub struct PastEvents {
    lines: Lines<Box<dyn AsyncBufRead + Send + Unpin>>,
    server: String,
}

impl std::fmt::Debug for PastEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PastEvents").finish_non_exhaustive()
    }
}

impl PastEvents {
    pub(crate) fn new(response: Response, server: String) -> Self {
        let bytes = response
            .bytes_stream()
            .map_err(std::io::Error::other)
            .boxed();
        let reader: Box<dyn AsyncBufRead + Send + Unpin> = Box::new(StreamReader::new(bytes));
        Self {
            lines: reader.lines(),
            server,
        }
    }

    /// The next event; `None` behind the last one. Safe to drop and call again.
    ///
    /// # Errors
    /// When the answer breaks off or is no log.
    pub async fn next(&mut self) -> Result<Option<StreamEvent>, HttpError> {
        let cut_off = |source| HttpError::CutOff {
            server: self.server.clone(),
            source,
        };
        match self.lines.next_line().await {
            Ok(Some(line)) => match stream::read_event(line) {
                Ok(event) => Ok(Some(event)),
                Err(error) => Err(cut_off(error.into())),
            },
            Ok(None) => Ok(None),
            Err(error) => Err(cut_off(error.into())),
        }
    }
}
