//! Jobs whose output is known before they run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leo_protocol::http::{Job, Session};
use leo_protocol::{JobId, SessionId};
use rand::RngExt as _;
use rand::rngs::StdRng;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::Options;

/// How long one try to submit may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(200);
/// One stderr line comes with so many stdout lines; what `count` and `dial` of the mini-generator do.
const PER_ERROR: u64 = 10;

/// In turn.
const DOORS: [Door; 2] = [Door::Stdout, Door::Socket];

/// How a job prints: so many lines, then a pause in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Rhythm(u64, u64);

/// When later jobs are submitted, as a part of the run: early enough to end about with it.
const LATE: std::ops::Range<f64> = 0.0..0.4;

/// Which way a job speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// It prints.
    Stdout,
    /// It dials in and sends numbered frames.
    Socket,
}

/// A trickle, a stream, a fast stream and bursts.
const RHYTHMS: [Rhythm; 4] = [
    Rhythm(1, 150),
    Rhythm(5, 50),
    Rhythm(3, 20),
    Rhythm(400, 2500),
];

/// A job to be submitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    door: Door,
    rhythm: Rhythm,
    lines: u64,
    /// When it is submitted, from the beginning on.
    at: Duration,
}

/// A job that was accepted, and what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) id: JobId,
    pub(crate) door: Door,
    /// Lines through its door: `line 1` to `line N`.
    lines: u64,
}

impl Known {
    /// Lines that it prints, sends over its socket, and prints as errors: each of them `line 1` to
    /// `line N`.
    pub(crate) const fn said(&self) -> Said<u64> {
        let (out, frames) = match self.door {
            Door::Stdout => (self.lines, 0),
            Door::Socket => (0, self.lines),
        };
        Said {
            out,
            frames,
            errors: self.lines / PER_ERROR,
        }
    }
}

/// Something of each way in which a job says lines.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<T> {
    /// On its standard output.
    pub(crate) out: T,
    /// Over its socket.
    pub(crate) frames: T,
    /// On its standard error.
    pub(crate) errors: T,
}

/// The jobs of one session. They run one after the other and fill `length` together.
pub(crate) fn plan(rng: &mut StdRng, session: usize, jobs: usize, length: Duration) -> Vec<Plan> {
    let share = u32::try_from(jobs.max(1)).map_or(length, |jobs| length / jobs);
    (0..jobs)
        .map(|number| {
            // Each session has both doors in turn, and each door has every rhythm.
            let door = DOORS[(session + number) % DOORS.len()];
            let rhythm = RHYTHMS[(session + number * Options::SESSIONS) / 2 % RHYTHMS.len()];
            let pauses = u64::try_from(share.as_millis()).unwrap_or(u64::MAX) / rhythm.1;
            let lines = (pauses * rhythm.0).max(PER_ERROR);
            // The first one at once; the others while things go wrong.
            let late = if number == 0 {
                0.0
            } else {
                rng.random_range(LATE)
            };
            Plan {
                door,
                rhythm,
                lines,
                at: length.mul_f64(late),
            }
        })
        .collect()
}

impl Plan {
    fn script(&self) -> String {
        let Rhythm(each, pause) = self.rhythm;
        let say = match self.door {
            Door::Stdout => "count",
            Door::Socket => "dial",
        };
        format!("write made.txt done; {say} {} {each} {pause}", self.lines)
    }
}

/// A session and what is known of its jobs. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) session: SessionId,
    known: Arc<Mutex<Vec<Known>>>,
}

impl Stage {
    /// Makes a session at an API that works.
    pub(crate) async fn open(http: &reqwest::Client, base: &str) -> Self {
        let (url, none) = (format!("{base}/api/sessions"), json!({}));
        loop {
            if let Some(session) =
                post::<Session>(http, &url, &none, None, StatusCode::CREATED).await
            {
                return Self {
                    session: session.id,
                    known: Arc::default(),
                };
            }
            sleep(PAUSE).await;
        }
    }

    /// The jobs that were accepted so far.
    pub(crate) fn known(&self) -> Vec<Known> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Submits the jobs at their times, each until it is accepted. Each has a key of its own, so
    /// that one whose answer was lost is not made twice.
    pub(crate) async fn submit(self, plans: Vec<Plan>, bases: Vec<String>, begin: Instant) {
        let http = client();
        for (number, plan) in plans.into_iter().enumerate() {
            sleep_until(begin + plan.at).await;
            let (key, body) = (
                Uuid::now_v7().to_string(),
                json!({ "prompt": plan.script() }),
            );
            let mut tries = number;
            let job = loop {
                let url = format!(
                    "{}/api/sessions/{}/jobs",
                    bases[tries % bases.len()],
                    self.session
                );
                let accepted = StatusCode::ACCEPTED;
                if let Some(job) = post::<Job>(&http, &url, &body, Some(&key), accepted).await {
                    break job;
                }
                tries += 1;
                sleep(PAUSE).await;
            };
            let known = Known {
                id: job.id,
                door: plan.door,
                lines: plan.lines,
            };
            self.known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(known);
        }
    }
}

/// A client that gives up in time.
pub(crate) fn client() -> reqwest::Client {
    leo_common::tls::init();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build();
    client.expect("make an HTTP client")
}

/// The answer of one try; `None` where none came, or one that says that the server is in trouble.
async fn post<T: serde::de::DeserializeOwned>(
    http: &reqwest::Client,
    url: &str,
    body: &Value,
    key: Option<&str>,
    wanted: StatusCode,
) -> Option<T> {
    let mut request = http.post(url).json(body);
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let text = answer.text().await.ok()?;
    assert!(
        status == wanted || status.is_server_error(),
        "{url}: {status}: {text}"
    );
    (status == wanted).then(|| serde_json::from_str(&text).expect("understand an answer"))
}
