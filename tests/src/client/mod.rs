//! Clients of an installation, over HTTP here, over WebSocket in [`repl`], over SSE in [`sse`].

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::net::IpAddr;

use leo_protocol::http::{Job, Page, Session, SubmitJob};
use leo_protocol::versions::FileList;
use leo_protocol::{Event, JobId, SessionId};
use reqwest::Method;
use serde_json::Value;

use crate::secrets;
use crate::transcript::Transcript;
use crate::wait::wait_for;

pub mod answer;
pub mod browser;
pub mod metrics;
#[cfg(target_os = "linux")]
pub mod raw;
pub mod repl;
pub mod runner;
pub mod sse;

pub use answer::Answer;

/// Somebody who uses one API process over HTTP. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// The developer of this machine, at an API such as `http://127.0.0.1:5013`.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn new(base: &str) -> Self {
        leo_common::tls::init();
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.expect("make an HTTP client");
        Self {
            http,
            base: base.to_owned(),
            token: None,
        }
    }

    /// The same way, but as the owner of a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        secrets::remember(token);
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same somebody at another address.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self.clone()
        }
    }

    /// The same somebody, whose connections over HTTP come from that address of this machine.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn from(&self, address: IpAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy();
        let http = http.local_address(address).build();
        Self {
            http: http.expect("make an HTTP client"),
            ..self.clone()
        }
    }

    /// Where the API is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request to be sent by the caller.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The answer to a GET.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// The same with a query, whose values may be any text.
    pub async fn get_with(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        self.get(&format!("{path}?{query}")).await
    }

    /// The answer to a POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// Makes an empty session.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn new_session(&self) -> SessionId {
        let answer = self.post("/api/sessions", &serde_json::json!({})).await;
        answer.expect::<Session>(201).id
    }

    /// Submits a job in a session of its own.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn submit(&self, prompt: &str) -> Job {
        self.submit_to("/api/jobs", prompt).await
    }

    /// Submits a job in a session.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn submit_in(&self, session: SessionId, prompt: &str) -> Job {
        self.submit_to(&format!("/api/sessions/{session}/jobs"), prompt)
            .await
    }

    async fn submit_to(&self, path: &str, prompt: &str) -> Job {
        let body = SubmitJob {
            prompt: prompt.to_owned(),
            ..SubmitJob::default()
        };
        let body = serde_json::to_value(body).expect("write a request");
        self.post(path, &body).await.expect(202)
    }

    /// A job as it is.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn job(&self, id: JobId) -> Job {
        self.get(&format!("/api/jobs/{id}")).await.expect(200)
    }

    /// The jobs of a session, the youngest first.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn jobs(&self, session: SessionId) -> Vec<Job> {
        let page = self.get(&format!("/api/jobs?sessionId={session}")).await;
        page.expect::<Page<Job>>(200).items
    }

    /// Asks for a job's end.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn cancel(&self, id: JobId) -> Job {
        let path = format!("/api/jobs/{id}/cancel");
        Answer::of(self.request(Method::POST, &path))
            .await
            .expect(202)
    }

    /// Retries a job.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn retry(&self, id: JobId) -> Job {
        let path = format!("/api/jobs/{id}/retry");
        Answer::of(self.request(Method::POST, &path))
            .await
            .expect(202)
    }

    /// The job, once `fact` is true of it.
    ///
    /// # Panics
    /// When that does not happen in time.
    pub async fn job_when(&self, id: JobId, what: &str, fact: impl Fn(&Job) -> bool) -> Job {
        wait_for(what, async || Some(self.job(id).await).filter(&fact)).await
    }

    /// The job, once it has ended.
    ///
    /// # Panics
    /// When that does not happen in time.
    pub async fn ended(&self, id: JobId) -> Job {
        self.job_when(id, "end of the job", |job| job.status.is_terminal())
            .await
    }

    /// A session's stream so far, in pages of `limit`.
    ///
    /// # Panics
    /// When it has a gap or the API refuses.
    pub async fn events(&self, session: SessionId, limit: u32) -> Transcript {
        let mut transcript = Transcript::new(0);
        loop {
            let after = transcript.last_seq();
            let path = format!("/api/sessions/{session}/events?after={after}&limit={limit}");
            let page: Value = self.get(&path).await.expect(200);
            let events = page["events"].as_array().expect("a page of events");
            assert!(events.len() <= limit as usize, "a page of {}", events.len());
            for event in events {
                let fields = event.as_object().expect("an event is an object").clone();
                transcript.push(Event::from_object(fields).expect("an event"));
            }
            if page.get("next").is_none() {
                assert_eq!(page["lastSeq"], transcript.last_seq());
                return transcript;
            }
        }
    }

    /// The list of a job's files.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn files(&self, job: JobId) -> FileList {
        self.get(&format!("/api/jobs/{job}/files"))
            .await
            .expect(200)
    }

    /// One of a job's files.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn file(&self, job: JobId, path: &str) -> Vec<u8> {
        let answer = self.get(&format!("/api/jobs/{job}/files/{path}")).await;
        answer.bytes(200)
    }

    /// A job's zip, unpacked, by path.
    ///
    /// # Panics
    /// When the API refuses, or what it sends is no whole zip.
    pub async fn zip(&self, job: JobId) -> BTreeMap<String, Vec<u8>> {
        let answer = self.get(&format!("/api/jobs/{job}/download")).await;
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes(200))).expect("open the zip");
        let mut files = BTreeMap::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).expect("open a file of the zip");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)
                .expect("read a file of the zip");
            let name = file.name().expect("read a name of the zip").into_owned();
            files.insert(name, bytes);
        }
        files
    }
}
