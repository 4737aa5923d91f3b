//! Who is at the door, and whether he comes in.

use chrono::Utc;
use leo_common::error_chain::Chain;
use leo_common::store::runners::{RunnerHold, RunnerOpened};
use leo_protocol::JobId;

use super::Door;
use super::end::End;

/// What a container asks for.
#[derive(Clone)]
pub(super) struct Knock {
    job: String,
    pub(super) token: String,
}

/// A connection that holds its attempt's source.
pub(super) struct Admitted {
    pub(super) hold: RunnerHold,
    /// The last frame that is stored.
    pub(super) position: u64,
    /// Bytes that are stored.
    pub(super) bytes: u64,
    /// Everything has been said before.
    pub(super) ended: bool,
}

impl Knock {
    /// `query` is that of the request; it holds the token.
    pub(super) fn new(job: String, query: Option<&str>) -> Self {
        let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let token = pairs.find(|(name, _)| name == "token");
        Self {
            job,
            token: token.map_or_else(String::new, |(_, token)| token.into_owned()),
        }
    }

    /// Checks the token and takes the source over from an earlier connection.
    pub(super) async fn admit(&self, door: &Door) -> Result<Admitted, End> {
        let job: JobId = self.job.parse().map_err(|_| End::NotFound)?;
        let tokens = door.tokens.as_ref().ok_or(End::NoKey)?;
        let attempt = tokens
            .check(job, &self.token, Utc::now())
            .map_err(End::BadToken)?;
        match door.db.open_runner(job, attempt).await {
            Ok(RunnerOpened::Open {
                hold,
                position,
                bytes,
                ended,
            }) => Ok(Admitted {
                hold,
                position,
                bytes,
                ended,
            }),
            Ok(RunnerOpened::Refused(standing)) => Err(End::of(standing)),
            Ok(RunnerOpened::Unknown) => Err(End::NotFound),
            Err(error) => {
                tracing::warn!(job.id = %job, error = %Chain(&error), "a runner could not be let in");
                Err(End::TryLater)
            }
        }
    }
}
