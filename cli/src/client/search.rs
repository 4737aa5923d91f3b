//! Which lines of a job's log hold a text.

use leo_protocol::JobId;
use leo_protocol::log::LogHits;

use super::http::{Client, HttpError};

/// What to look for in a log.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    /// A text, or a regular expression.
    pub text: String,
    /// Whether it is one.
    pub regex: bool,
    /// Whether capitals differ from small letters.
    pub case_sensitive: bool,
    /// Hits behind this line are listed.
    pub after_line: u64,
}

impl Client {
    /// The lines that hold it, so far.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn search_log(&self, job: JobId, query: &LogQuery) -> Result<LogHits, HttpError> {
        let pairs = [
            ("search", query.text.clone()),
            ("regex", query.regex.to_string()),
            ("caseSensitive", query.case_sensitive.to_string()),
            ("afterLine", query.after_line.to_string()),
        ];
        self.json(self.list(&format!("api/jobs/{job}/log"), &pairs))
            .await
    }
}
