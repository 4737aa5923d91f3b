//! Requests to the server that a job comes from, and to wherever it sends the workspace.

use std::fs::File;
use std::io::{Read, Seek as _};
use std::time::Duration;

use leo_protocol::problem::Problem;
use leo_protocol::runner::UploadTicket;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may think.
const ANSWER: Duration = Duration::from_secs(60);
/// How long files may take, either way.
const TRANSFER: Duration = Duration::from_secs(600);
/// How long one request may take where there is no time.
const HASTE: Duration = Duration::from_millis(1500);
/// The longest JSON that is read, in bytes.
const JSON_LIMIT: u64 = 32 << 20;
/// Answers after which there is no use in asking again: the token opens nothing, there is no such
/// job, its attempt is over, the workspace is too large or not understood.
const FINAL: [u16; 6] = [400, 401, 404, 409, 413, 422];

/// Why a request has not done what it should.
#[derive(Debug)]
pub(super) enum Failure {
    /// It may go better in a while.
    Passing(String),
    /// It will not.
    Final(String),
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        Self::Passing(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Passing(error.to_string())
    }
}

/// The server, as its token opens it.
pub(super) struct Http {
    agent: Agent,
    /// What the paths of the job begin with, as in `https://leo.example/api/runner/ID`.
    base: String,
    authorization: String,
}

impl Http {
    /// The job's paths beside its socket's, which are on the same server.
    pub(super) fn beside(websocket_url: &str) -> Option<Self> {
        let (address, query) = websocket_url.split_once('?')?;
        let token = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("token="))?;
        let (server, path) = address.rsplit_once("/ws/")?;
        let job = path
            .strip_prefix("jobs/")
            .or_else(|| path.strip_prefix("job_"))?;
        let server = server.strip_prefix("ws")?;
        Some(Self {
            agent: agent(None),
            base: format!("http{server}/api/runner/{job}"),
            authorization: format!("Bearer {token}"),
        })
    }

    /// The same for somebody who has no time.
    pub(super) fn hasty(&self) -> Self {
        Self {
            agent: agent(Some(HASTE)),
            base: self.base.clone(),
            authorization: self.authorization.clone(),
        }
    }

    /// The bytes at a path of the job.
    pub(super) fn get(&self, path: &str) -> Result<impl Read + use<>, Failure> {
        let request = self.agent.get(format!("{}/{path}", self.base));
        let answer = request
            .header("authorization", &self.authorization)
            .call()?;
        Ok(good(answer)?.into_body().into_reader())
    }

    /// The JSON at a path of the job.
    pub(super) fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read_json(self.get(path)?)
    }

    /// The answer to JSON at a path of the job.
    pub(super) fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let body = serde_json::to_vec(body).map_err(|error| Failure::Final(error.to_string()))?;
        let request = self.agent.post(format!("{}/{path}", self.base));
        let answer = request
            .header("authorization", &self.authorization)
            .header("content-type", "application/json")
            .send(&body[..])?;
        read_json(good(answer)?.into_body().into_reader())
    }

    /// Carries a file of `size` bytes where the ticket says, which was given at `path`. Every refusal
    /// may pass: the next ticket is a new one.
    pub(super) fn put(
        &self,
        path: &str,
        ticket: &UploadTicket,
        mut file: &File,
        size: u64,
    ) -> Result<(), Failure> {
        file.rewind()?;
        let url = resolve(&format!("{}/{path}", self.base), &ticket.url);
        let mut request = self.agent.put(url).header("content-length", size);
        for (name, value) in &ticket.headers {
            request = request.header(name, value);
        }
        match good(request.send(file)?) {
            Ok(_) => Ok(()),
            Err(Failure::Passing(why) | Failure::Final(why)) => Err(Failure::Passing(why)),
        }
    }
}

fn agent(all: Option<Duration>) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(all)
        .timeout_connect(Some(CONNECT))
        .timeout_send_body(Some(TRANSFER))
        .timeout_recv_response(Some(ANSWER))
        .timeout_recv_body(Some(TRANSFER))
        .build()
        .into()
}

/// An address as it is, or beside the one that was asked.
fn resolve(asked: &str, reference: &str) -> String {
    match (reference.contains("://"), asked.rsplit_once('/')) {
        (false, Some((beside, _))) => format!("{beside}/{reference}"),
        (true, _) | (false, None) => reference.to_owned(),
    }
}

fn read_json<T: DeserializeOwned>(body: impl Read) -> Result<T, Failure> {
    let mut text = Vec::new();
    body.take(JSON_LIMIT).read_to_end(&mut text)?;
    serde_json::from_slice(&text).map_err(|error| Failure::Final(format!("the answer: {error}")))
}

/// The answer, if it is a good one.
fn good(answer: Response<Body>) -> Result<Response<Body>, Failure> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let problem = read_json::<Problem>(answer.into_body().into_reader());
    let why = match problem {
        Ok(problem) => problem.detail,
        Err(_) => format!("the server answers {status}"),
    };
    Err(match FINAL.contains(&status.as_u16()) {
        true => Failure::Final(why),
        false => Failure::Passing(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_paths_lie_beside_its_socket() {
        for (url, base) in [
            (
                "ws://leo:5014/ws/jobs/1-2?token=v1.1.x",
                "http://leo:5014/api/runner/1-2",
            ),
            (
                "wss://leo.example/below/ws/job_1-2?a=b&token=v1.1.x",
                "https://leo.example/below/api/runner/1-2",
            ),
        ] {
            let http = Http::beside(url).unwrap();
            assert_eq!(http.base, base);
            assert_eq!(http.authorization, "Bearer v1.1.x");
        }
        for wrong in [
            "",
            "ws://leo/ws/jobs/1",
            "ws://leo/other?token=x",
            "x?token=y",
        ] {
            assert!(Http::beside(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_ticket_may_lead_elsewhere_or_beside() {
        let asked = "http://leo/api/runner/1/artifact";
        assert_eq!(resolve(asked, "upload"), "http://leo/api/runner/1/upload");
        assert_eq!(resolve(asked, "https://s3/x?y=z"), "https://s3/x?y=z");
    }
}
