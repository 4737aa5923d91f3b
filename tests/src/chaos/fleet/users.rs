//! Users, who submit, submit again what they have submitted, look, cancel and retry.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use leo_protocol::http::{Job, Page};
use leo_protocol::{JobId, SessionId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::book::{Accepted, Book, Terminal};
use super::pace::Pace;
use super::scripts::Script;
use crate::chaos::jobs;

/// Jobs of one user that have not ended, at most.
const OPEN: usize = 6;
/// The pause between two things that a user does, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 20..=250;
/// The pause before something is tried again.
const AGAIN: Duration = Duration::from_millis(200);
/// How long one thing is tried.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long after the submit a job is cancelled, in milliseconds.
const CANCEL_AFTER: std::ops::Range<u64> = 0..4000;
/// How long after the submit it is sent again, in milliseconds.
const RESEND_AFTER: std::ops::Range<u64> = 0..10_000;

/// Somebody with a token. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) number: usize,
    http: reqwest::Client,
    token: String,
    apis: Vec<SocketAddr>,
    book: Book,
    pace: Pace,
}

/// A job to be submitted.
#[derive(Debug, Clone)]
struct Wish {
    key: String,
    path: String,
    body: Value,
    script: Script,
}

impl User {
    pub(super) fn new(
        number: usize,
        token: String,
        apis: Vec<SocketAddr>,
        book: Book,
        pace: Pace,
    ) -> Self {
        Self {
            number,
            http: jobs::client(),
            token,
            apis,
            book,
            pace,
        }
    }

    /// Is busy until `stop`, and then until everything begun is answered.
    pub(super) async fn live(self, seed: u64, stop: Arc<AtomicBool>) {
        let mut rng = StdRng::seed_from_u64(seed ^ self.number as u64);
        let (mut sessions, mut retried) = (Vec::new(), Vec::new());
        let mut errands = JoinSet::new();
        while !stop.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(rng.random_range(PAUSE))).await;
            if rng.random_bool(0.1) {
                self.look(&mut rng).await;
            }
            if rng.random_bool(0.1) {
                self.retry_one(&mut rng, &mut retried).await;
            }
            if self.book.outstanding(self.number) < OPEN {
                let wish = self.draw(&mut rng, &sessions);
                let Some(job) = self.submit(&wish, &mut rng).await else {
                    continue;
                };
                sessions.push(job.session_id);
                self.send_errands(&mut errands, &mut rng, job.id, wish);
            }
            while errands.try_join_next().is_some() {}
        }
        errands.join_all().await;
    }

    /// What happens to some jobs after their submit.
    fn send_errands(&self, errands: &mut JoinSet<()>, rng: &mut StdRng, job: JobId, wish: Wish) {
        if rng.random_bool(0.1) {
            let (user, api) = (self.clone(), self.any_api(rng));
            let delay = Duration::from_millis(rng.random_range(CANCEL_AFTER));
            errands.spawn(async move {
                sleep(delay).await;
                user.cancel(job, api).await;
            });
        }
        if rng.random_bool(0.1) {
            let (user, mut rng) = (self.clone(), StdRng::seed_from_u64(rng.random()));
            let delay = Duration::from_millis(rng.random_range(RESEND_AFTER));
            errands.spawn(async move {
                sleep(delay).await;
                user.submit(&wish, &mut rng).await;
            });
        }
    }

    fn draw(&self, rng: &mut StdRng, sessions: &[SessionId]) -> Wish {
        let script = Script::draw(rng, self.pace);
        // Now and then behind an own job, so that lines form.
        let line = sessions.iter().rev().take(2).nth(rng.random_range(0..6));
        let path = line.map_or_else(
            || "/api/jobs".to_owned(),
            |session| format!("/api/sessions/{session}/jobs"),
        );
        Wish {
            key: Uuid::now_v7().to_string(),
            path,
            body: json!({ "prompt": script.text, "priority": rng.random_range(-2..=2) }),
            script,
        }
    }

    /// Sends a wish until it is answered, now and then several times at once.
    async fn submit(&self, wish: &Wish, rng: &mut StdRng) -> Option<Job> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let times = if rng.random_bool(0.2) { 3 } else { 1 };
            let sends = (0..times)
                .map(|_| self.post(&wish.path, Some((&wish.key, &wish.body)), self.any_api(rng)));
            let answers = join_all(sends.collect::<Vec<_>>()).await;
            let jobs: Vec<Job> = answers.into_iter().flatten().collect();
            for job in &jobs {
                let accepted = self.accepted(job, &wish.script);
                self.book.pages().answer(&wish.key, accepted);
            }
            if let Some(job) = jobs.into_iter().next() {
                return Some(job);
            }
            sleep(AGAIN).await;
        }
        self.complain(&format!("nobody takes the job with key {}", wish.key));
        None
    }

    fn accepted(&self, job: &Job, script: &Script) -> Accepted {
        Accepted {
            job: job.id,
            session: job.session_id,
            user: self.number,
            script: script.clone(),
        }
    }

    async fn cancel(&self, job: JobId, first: usize) {
        let end = Instant::now() + PATIENCE;
        let path = format!("/api/jobs/{job}/cancel");
        for api in first.. {
            if self.post::<Job>(&path, None, api).await.is_some() {
                self.book.pages().cancels += 1;
                return;
            }
            if Instant::now() > end {
                return self.complain(&format!("nobody cancels {job}"));
            }
            sleep(AGAIN).await;
        }
    }

    /// Retries one of the own jobs that have not ended well.
    async fn retry_one(&self, rng: &mut StdRng, retried: &mut Vec<JobId>) {
        let found = {
            let pages = self.book.pages();
            let own = pages
                .accepted
                .values()
                .filter(|job| job.user == self.number);
            let mut sad = own.filter(|job| {
                let end = pages.terminal.get(&job.job);
                end.is_some_and(|end| end.status != "completed") && !retried.contains(&job.job)
            });
            sad.next().cloned()
        };
        let Some(job) = found else { return };
        retried.push(job.job);
        let wish = Wish {
            key: Uuid::now_v7().to_string(),
            path: format!("/api/jobs/{}/retry", job.job),
            body: Value::Null,
            script: job.script,
        };
        if self.submit(&wish, rng).await.is_some() {
            self.book.pages().retries += 1;
        }
    }

    /// Looks at the youngest own jobs, and remembers those that have ended.
    async fn look(&self, rng: &mut StdRng) {
        let request = self.request(
            reqwest::Method::GET,
            "/api/jobs?limit=100",
            self.any_api(rng),
        );
        let Ok(answer) = request.send().await else {
            return;
        };
        let Ok(page) = answer.json::<Page<Job>>().await else {
            return;
        };
        for job in page.items.iter().filter(|job| job.status.is_terminal()) {
            let reason = job.error.as_ref().map(|error| text_of(&error.reason));
            let end = Terminal {
                status: text_of(&job.status),
                reason,
            };
            self.book.pages().ended(job.id, end, "a user");
        }
    }

    /// The answer of one try; `None` where none came, or one that says that the server is in
    /// trouble.
    async fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        content: Option<(&str, &Value)>,
        api: usize,
    ) -> Option<T> {
        let mut request = self.request(reqwest::Method::POST, path, api);
        if let Some((key, body)) = content {
            request = request.header("Idempotency-Key", key);
            if !body.is_null() {
                request = request.json(body);
            }
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if status != StatusCode::ACCEPTED {
            if !status.is_server_error() {
                self.complain(&format!("{path}: {status}: {text}"));
            }
            return None;
        }
        let understood = serde_json::from_str(&text);
        understood
            .inspect_err(|error| self.complain(&format!("{path}: {error}: {text}")))
            .ok()
    }

    fn request(&self, method: reqwest::Method, path: &str, api: usize) -> reqwest::RequestBuilder {
        let address = self.apis[api % self.apis.len()];
        let url = format!("http://{address}{path}");
        self.http.request(method, url).bearer_auth(&self.token)
    }

    fn any_api(&self, rng: &mut StdRng) -> usize {
        rng.random_range(0..self.apis.len())
    }

    fn complain(&self, complaint: &str) {
        let complaint = format!("user {}: {complaint}", self.number);
        self.book.pages().complaints.push(complaint);
    }
}

/// How a word of the protocol is written.
fn text_of(word: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(word).expect("write a word");
    value.as_str().unwrap_or_default().to_owned()
}
