//! Testing a model provider for a user, before a job has to find out.
//!
//! What is tested is found out here ([`target`]), whether its address may be asked is decided by
//! [`Outgoing`](leo_common::outgoing::Outgoing), and the test itself is `leo_model`'s. It goes on step by
//! step as long as somebody asks for the next one; dropping it ends what it asks.

use std::time::Duration;

use leo_common::config::Provider;
use leo_common::job_model::JobModel;
use leo_model::chat::Endpoint;
use leo_model::probe::{Probe, Status, Step};
use leo_protocol::UserId;
use leo_protocol::provider::{ProviderTest, ProviderTestStep, StepStatus};
use url::Url;

use crate::error::ApiError;
use crate::state::AppState;

mod live;
mod places;
mod target;

pub(crate) use live::live;
pub(crate) use places::Places;
pub(crate) use target::{Asked, place};

use places::Place;
use target::{Key, Known, Target};

/// The step in which it is found out what is tested.
const SETTINGS: &str = "settings";
/// The step that an address fails which must not be asked.
const REACHABLE: &str = "reachable";

/// A test under way.
pub(crate) struct Test {
    /// What is known without asking, to be told first.
    first: Option<ProviderTestStep>,
    /// What comes after it, if anything does.
    probe: Option<Probe>,
    told: Vec<ProviderTestStep>,
    _place: Place,
}

impl Test {
    /// A test of what `user` asks for; nothing is sent yet.
    ///
    /// # Errors
    /// When too many tests are under way, or the database fails.
    pub(crate) async fn begin(
        state: &AppState,
        user: UserId,
        asked: Asked,
    ) -> Result<Self, ApiError> {
        let place = state.tests.take(user)?;
        let stored = state.db.provider(user).await?;
        let (vault, stored) = (state.vault.as_ref(), stored.as_ref());
        let known = Known {
            model: JobModel::resolve(&state.model, vault, user, stored, None),
            own: stored.is_some_and(|stored| !stored.removed),
        };
        let (first, probe) = match Target::of(asked, known) {
            Ok(target) => prepare(state, target),
            Err(why) => (step(SETTINGS, StepStatus::Failed, why.to_string()), None),
        };
        Ok(Self {
            first: Some(first),
            probe,
            told: Vec::new(),
            _place: place,
        })
    }

    /// What is being tested next; `None` after the last step.
    fn upcoming(&self) -> Option<&str> {
        match &self.first {
            Some(first) => Some(&first.name),
            None => Some(self.probe.as_ref()?.upcoming()?.as_str()),
        }
    }

    /// Does the next step.
    async fn next(&mut self) -> Option<&ProviderTestStep> {
        let step = match self.first.take() {
            Some(first) => first,
            None => told(self.probe.as_mut()?.next().await?),
        };
        self.told.push(step);
        self.told.last()
    }

    /// What was found so far.
    fn report(&self) -> ProviderTest {
        let figures = self.probe.as_ref().map(Probe::figures);
        let figures = figures.cloned().unwrap_or_default();
        let failed = |step: &ProviderTestStep| step.status == StepStatus::Failed;
        ProviderTest {
            ok: !self.told.iter().any(failed),
            steps: self.told.clone(),
            model: figures.model,
            first_token_ms: figures.first_token.map(milliseconds),
            tokens_per_second: figures
                .tokens_per_second
                .map(|rate| (rate * 10.0).round() / 10.0),
            context_length: figures.context_length,
        }
    }

    /// All of it.
    pub(crate) async fn whole(mut self) -> ProviderTest {
        while self.next().await.is_some() {}
        self.report()
    }
}

/// The first step, and the test behind it where there is something to ask.
fn prepare(state: &AppState, target: Target) -> (ProviderTestStep, Option<Probe>) {
    let Some(kind) = leo_model::chat::Provider::from_name(target.provider.as_str()) else {
        let said = format!(
            "`{}` builds a canned app and asks no model, so there is nothing else to test",
            Provider::Demo.as_str()
        );
        return (step(SETTINGS, StepStatus::Passed, said), None);
    };
    let said = described(&target);
    let base_url = target.base_url.as_ref().map(Url::as_str);
    let endpoint = Endpoint::new(kind, base_url, target.key, target.model);
    let endpoint = match endpoint {
        Ok(endpoint) => endpoint,
        Err(error) => return (step(SETTINGS, StepStatus::Failed, error.to_string()), None),
    };
    let http = match state.outgoing.client(&endpoint.base_url) {
        Ok(http) => http,
        Err(private) => {
            let refused = step(REACHABLE, StepStatus::Failed, private.to_string());
            let hint = "name a server of the internet, or ask your operator";
            return (
                ProviderTestStep {
                    hint: Some(hint.to_owned()),
                    ..refused
                },
                None,
            );
        }
    };
    match Probe::new(endpoint, http) {
        Ok(probe) => (step(SETTINGS, StepStatus::Passed, said), Some(probe)),
        Err(error) => (step(SETTINGS, StepStatus::Failed, error.to_string()), None),
    }
}

/// What is tested, in words, so that nobody wonders which settings count.
fn described(target: &Target) -> String {
    let place = target.base_url.as_ref().and_then(Url::host_str);
    let place = place.unwrap_or("its usual address");
    let model = match &target.model {
        Some(model) => format!("the model `{model}`"),
        None => "no model named".to_owned(),
    };
    let key = match target.whose {
        Key::Given => "the key of this request",
        Key::Stored => "your stored key",
        Key::Installation => "this installation's key",
        Key::None => "no key",
    };
    format!("`{}` at {place}, {model}, {key}", target.provider.as_str())
}

fn step(name: &str, status: StepStatus, message: String) -> ProviderTestStep {
    ProviderTestStep {
        name: name.to_owned(),
        status,
        message,
        hint: None,
        duration_ms: 0,
        details: None,
    }
}

fn told(step: Step) -> ProviderTestStep {
    ProviderTestStep {
        name: step.check.as_str().to_owned(),
        status: match step.status {
            Status::Passed => StepStatus::Passed,
            Status::Warning => StepStatus::Warning,
            Status::Failed => StepStatus::Failed,
            Status::Skipped => StepStatus::Skipped,
        },
        message: step.message,
        hint: step.hint,
        duration_ms: milliseconds(step.took),
        details: Some(step.details).filter(|details| !details.is_empty()),
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
