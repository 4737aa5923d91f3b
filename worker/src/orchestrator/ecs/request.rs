//! What is asked of ECS for an attempt.
//!
//! The request follows from the attempt and the settings alone, so whoever makes it again, in this
//! process or another, makes the same one: ECS then answers with the task of the first call. It tells
//! the container nothing but what is in [`RunSpec::env`], which has to be little: ECS takes few
//! characters, and shows them to whoever may list tasks.

use leo_protocol::{InstanceId, JobId};
use serde::Serialize;

use super::api::Task;
use crate::orchestrator::{RunHandle, RunSpec};

/// The most characters that ECS takes for all overrides of a task, with their syntax.
pub(super) const MAX_OVERRIDES: usize = 8192;
/// The installation, as the labels of Docker containers are named.
const INSTANCE: &str = "leo.instance";
/// The job.
const JOB: &str = "leo.job";
/// The attempt, from 1.
const ATTEMPT: &str = "leo.attempt";

/// A task to be started.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// What makes a second call of the same attempt harmless; at most 64 characters.
    pub(super) token: String,
    /// What all tasks of the installation are listed by.
    pub(super) started_by: String,
    /// What people see them grouped by.
    pub(super) group: String,
    /// The tags, in order.
    pub(super) tags: [(&'static str, String); 3],
    /// The environment of the container, in order.
    pub(super) env: Vec<(String, String)>,
}

impl Request {
    /// For this attempt.
    pub(super) fn of(spec: &RunSpec) -> Self {
        Self {
            token: format!("leo-{}-{}", spec.job, spec.attempt),
            started_by: started_by(spec.instance),
            group: format!("leo-{}", spec.job),
            tags: [
                (INSTANCE, spec.instance.to_string()),
                (JOB, spec.job.to_string()),
                (ATTEMPT, spec.attempt.to_string()),
            ],
            env: spec.env.clone(),
        }
    }

    /// How many characters its overrides take, for a container of that name.
    pub(super) fn overrides_size(&self, container: &str) -> usize {
        let env = self.env.iter();
        let overrides = Overrides {
            container_overrides: [ContainerOverride {
                name: container,
                environment: env.map(|(name, value)| Variable { name, value }).collect(),
            }],
        };
        serde_json::to_string(&overrides).map_or(usize::MAX, |text| text.chars().count())
    }
}

/// Overrides as they are sent, to be counted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Overrides<'a> {
    container_overrides: [ContainerOverride<'a>; 1],
}

#[derive(Serialize)]
struct ContainerOverride<'a> {
    name: &'a str,
    environment: Vec<Variable<'a>>,
}

#[derive(Serialize)]
struct Variable<'a> {
    name: &'a str,
    value: &'a str,
}

/// What all tasks of the installation were started by.
pub(super) fn started_by(instance: InstanceId) -> String {
    format!("leo-{instance}")
}

/// The attempt whose task this is, if it is one of the installation.
pub(super) fn attempt_of(task: &Task, instance: InstanceId) -> Option<RunHandle> {
    let tag = |wanted: &str| {
        let mut tags = task.tags.iter();
        tags.find_map(|(name, value)| (name == wanted).then_some(value.as_str()))
    };
    if tag(INSTANCE)? != instance.to_string() {
        return None;
    }
    let job: JobId = tag(JOB)?.parse().ok()?;
    let attempt = tag(ATTEMPT)?.parse().ok()?;
    let id = task.arn.clone();
    Some(RunHandle { job, attempt, id })
}

#[cfg(test)]
mod tests {
    use super::super::tests::spec;
    use super::*;

    #[test]
    fn the_same_attempt_asks_for_the_same() {
        let spec = spec();
        let (once, again) = (Request::of(&spec), Request::of(&spec));
        assert!(once == again);
        let mut next = spec;
        next.attempt += 1;
        assert_ne!(Request::of(&next).token, once.token);
    }

    #[test]
    fn it_keeps_the_rules_of_ecs() {
        let mut spec = spec();
        spec.attempt = u32::MAX;
        let request = Request::of(&spec);
        assert!(request.token.len() <= 64, "{}", request.token);
        for name in [&request.started_by, &request.token] {
            let fine = |c: char| c.is_ascii_alphanumeric() || "-_/".contains(c);
            assert!(name.len() <= 128 && name.chars().all(fine), "{name}");
        }
    }

    #[test]
    fn the_size_counts_the_syntax() {
        let mut spec = spec();
        spec.env = vec![("JOB_ID".to_owned(), "\"ü\"".to_owned())];
        let sent = r#"{"containerOverrides":[{"name":"app","environment":[{"name":"JOB_ID","value":"\"ü\""}]}]}"#;
        assert_eq!(
            Request::of(&spec).overrides_size("app"),
            sent.chars().count()
        );
    }

    #[test]
    fn a_task_of_another_installation_is_nobodys_attempt() {
        let spec = spec();
        let tags = Request::of(&spec).tags;
        let task = Task {
            arn: "arn:1".to_owned(),
            tags: tags.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            ..Task::default()
        };
        let found = attempt_of(&task, spec.instance).unwrap();
        assert_eq!(
            (found.job, found.attempt, found.id.as_str()),
            (spec.job, spec.attempt, "arn:1")
        );
        assert_eq!(attempt_of(&task, InstanceId::generate()), None);
        assert_eq!(attempt_of(&Task::default(), spec.instance), None);
    }
}
