//! The test of a provider: step by step what a generation needs of it, each with its result and, where
//! it is not as it should be, what to change.
//!
//! [`Probe::next`] does one step at a time, so that whoever waits can be told; a cold model on a small
//! machine takes minutes. Each step has a time limit and the whole has one; after a step without which
//! the others make no sense, those are skipped. Dropping a probe aborts what it asks at once. The key is
//! in nothing that it says. Whether an address may be asked at all is decided by who makes the HTTP
//! client.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::chat::{Client, Endpoint, ModelError, Timing};

mod context;
mod failure;
mod format;
mod http;
mod models;
mod nearest;
mod reach;
mod step;
mod talk;
mod tools;

pub use step::{Check, Status, Step};

use http::Asker;
use models::Chosen;
use step::Finding;
use talk::Talk;

/// How long a whole test may take.
pub const WHOLE: Duration = Duration::from_secs(300);
/// A server may have to load the model before it answers for the first time.
const FIRST_ANSWER: Duration = Duration::from_secs(200);
/// The answers after it.
const LATER_ANSWER: Duration = Duration::from_secs(90);
/// What is no answer of a model.
const LOOK: Duration = Duration::from_secs(30);
/// A server is asked twice where it is busy for a moment, and nothing is continued: what is cut off is
/// worth knowing.
const ATTEMPTS: u32 = 2;

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// The model that was asked.
    pub model: Option<String>,
    /// From the question to the first piece of an answer.
    pub first_token: Option<Duration>,
    /// From then on.
    pub tokens_per_second: Option<f64>,
    /// Tokens that prompt and answer may have together.
    pub context_length: Option<u64>,
}

/// A test under way.
#[derive(Debug)]
pub struct Probe {
    endpoint: Endpoint,
    client: Client,
    asker: Asker,
    begin: Instant,
    done: usize,
    /// Why nothing more is tried.
    over: Option<&'static str>,
    chosen: Chosen,
    talk: Option<Talk>,
    figures: Figures,
}

impl Probe {
    /// A test of this endpoint over this HTTP client; nothing is sent yet.
    ///
    /// # Errors
    /// When there cannot be a client of such an endpoint.
    pub fn new(endpoint: Endpoint, http: reqwest::Client) -> Result<Self, ModelError> {
        let timing = Timing {
            first_token: FIRST_ANSWER,
            total: FIRST_ANSWER,
            attempts: ATTEMPTS,
            continuations: 0,
            ..Timing::default()
        };
        let (base, key) = (endpoint.base_url.clone(), endpoint.api_key.clone());
        Ok(Self {
            client: Client::with_http(endpoint.clone(), timing, http.clone()),
            asker: Asker::new(http, base, key),
            endpoint,
            begin: Instant::now(),
            done: 0,
            over: None,
            chosen: Chosen::default(),
            talk: None,
            figures: Figures::default(),
        })
    }

    /// The step that comes next; `None` after the last.
    #[must_use]
    pub fn upcoming(&self) -> Option<Check> {
        Check::ALL.get(self.done).copied()
    }

    /// Does the next step.
    pub async fn next(&mut self) -> Option<Step> {
        let check = self.upcoming()?;
        self.done += 1;
        let begin = Instant::now();
        let finding = match self.over {
            Some(why) => Finding::skipped(why),
            None => self.within_time(check).await,
        };
        if finding.status == Status::Failed {
            self.over = self.over.or(ends(check));
        }
        Some(finding.step(check, begin.elapsed(), self.endpoint.api_key.as_ref()))
    }

    /// What was measured so far.
    #[must_use]
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    async fn within_time(&mut self, check: Check) -> Finding {
        let left = WHOLE.saturating_sub(self.begin.elapsed());
        let limit = limit(check);
        let step = Box::pin(self.look(check));
        match timeout(limit.min(left), step).await {
            Ok(finding) => finding,
            Err(_) if left <= limit => {
                self.over = Some("not tried: the test has taken too long");
                late(check, WHOLE)
            }
            Err(_) => late(check, limit),
        }
    }

    async fn look(&mut self, check: Check) -> Finding {
        let provider = self.endpoint.provider;
        match check {
            Check::Reachable => reach::reach(&self.asker, provider).await,
            Check::ModelListed => self.models().await,
            Check::Streams => self.talk().await,
            Check::Usage => self.of_talk(Talk::usage),
            Check::Speed => self.of_talk(Talk::speed),
            Check::Context => self.room().await,
            Check::Format => format::ask(&self.client, provider).await,
            Check::Tools => tools::ask(&self.client).await,
        }
    }

    async fn models(&mut self) -> Finding {
        let wanted = self.endpoint.model.as_deref();
        // That there is no list was said in the step before.
        let listed = self.client.models().await.unwrap_or_default();
        let (finding, chosen) = models::judge(wanted, &listed, self.endpoint.provider);
        self.chosen = chosen.unwrap_or_default();
        self.figures.model = self.chosen.name.clone();
        finding
    }

    async fn talk(&mut self) -> Finding {
        let talk = match talk::talk(&self.client).await {
            Ok(talk) => talk,
            Err(error) => return talk::failed(&error, self.endpoint.provider),
        };
        let finding = talk.streams();
        self.figures.first_token = Some(talk.first);
        self.figures.tokens_per_second = talk.tokens_per_second();
        if self.figures.model.is_none() {
            self.figures.model.clone_from(&talk.model);
        }
        self.talk = Some(talk);
        finding
    }

    fn of_talk(&self, judge: impl Fn(&Talk) -> Finding) -> Finding {
        let unknown = || Finding::skipped("not tried: there was no answer");
        self.talk.as_ref().map_or_else(unknown, judge)
    }

    async fn room(&mut self) -> Finding {
        let provider = self.endpoint.provider;
        let model = self.figures.model.as_deref().unwrap_or_default();
        let listed = self.client.models().await.unwrap_or_default();
        let listed = listed.iter().find(|info| context::same(&info.id, model));
        // What is not loaded may get less than it could have.
        let listed = listed.filter(|info| info.loaded != Some(false));
        let listed = listed.map_or(self.chosen.context_length, |info| info.context_length);
        let room = context::find(&self.asker, provider, model, listed).await;
        self.figures.context_length = room.now;
        context::judge(room, provider)
    }
}

/// Why nothing is tried after a step has failed, where that is so.
const fn ends(check: Check) -> Option<&'static str> {
    match check {
        Check::Reachable => Some("not tried: the server cannot be asked"),
        Check::ModelListed => Some("not tried: there is no model to ask"),
        Check::Streams => Some("not tried: the model does not answer"),
        Check::Usage | Check::Speed | Check::Context | Check::Format | Check::Tools => None,
    }
}

const fn limit(check: Check) -> Duration {
    match check {
        Check::Streams => FIRST_ANSWER,
        Check::Format | Check::Tools => LATER_ANSWER,
        Check::Reachable | Check::ModelListed | Check::Usage | Check::Speed | Check::Context => {
            LOOK
        }
    }
}

/// What took too long; a failure only where jobs need it.
fn late(check: Check, limit: Duration) -> Finding {
    let message = format!("this was not done within {} s", limit.as_secs());
    let finding = match check {
        Check::Context | Check::Tools => Finding::skipped(message),
        Check::Reachable
        | Check::ModelListed
        | Check::Streams
        | Check::Usage
        | Check::Speed
        | Check::Format => Finding::failed(message),
    };
    finding.hint("try again once the model is loaded; if it stays slow, use a smaller model")
}
