//! The steps of a task's start, read off its descriptions.
//!
//! A task goes from `PROVISIONING` through `PENDING` to `RUNNING`, and notes when it has its network and
//! when its image has come. Descriptions are some seconds apart and may skip steps; where
//! ECS has noted the time of a step's end, that counts, and else the moment at which it was seen.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::api::Task;
use crate::orchestrator::StartStep;

/// The steps, in order.
const STEPS: [&str; 4] = ["provisioning", "pending", "pulling", "starting"];
/// All of them together.
const WHOLE: &str = "running";

/// What was seen of a start so far.
#[derive(Debug)]
pub(super) struct Steps {
    /// The step that is under way.
    next: usize,
    began: Option<DateTime<Utc>>,
    /// When the last step ended.
    last: Option<DateTime<Utc>>,
    /// The start was seen from its beginning, so that all of it is to be told.
    whole: bool,
    over: bool,
}

impl Steps {
    /// Of a task that this process has started, or of one that somebody else has.
    pub(super) const fn new(own: bool) -> Self {
        Self {
            next: 0,
            began: None,
            last: None,
            whole: own,
            over: false,
        }
    }

    /// Whether it runs, or will never do so.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// What is new in this description, which was made about `now`.
    pub(super) fn see(&mut self, task: &Task, now: DateTime<Utc>) -> Vec<StartStep> {
        if self.over {
            return Vec::new();
        }
        let Some(reached) = reached(task) else {
            self.over = true;
            return Vec::new();
        };
        let first = self.began.is_none();
        let began = *self.began.get_or_insert(task.created_at.unwrap_or(now));
        if first && !self.whole {
            // What came before was somebody else's to tell.
            self.next = reached;
        }
        let mut seen = self.ended(task, reached, now);
        if reached == STEPS.len() {
            self.over = true;
            if self.whole {
                let took = between(began, self.last.unwrap_or(now));
                seen.push(StartStep::Done { step: WHOLE, took });
            }
            seen.push(StartStep::Runs);
        } else if first || reached > self.next {
            seen.push(StartStep::In {
                step: STEPS[reached],
            });
        }
        self.next = reached.max(self.next);
        seen
    }

    /// The steps that are over since the last look. One whose end nobody has noted counts with the
    /// next that has one.
    fn ended(&mut self, task: &Task, reached: usize, now: DateTime<Utc>) -> Vec<StartStep> {
        let noted = [
            task.connected_at,
            task.pull_started_at,
            task.pull_stopped_at,
            task.started_at,
        ];
        let mut ended = Vec::new();
        for index in self.next..reached {
            let seen = (index + 1 == reached).then_some(now);
            if let Some(end) = noted[index].or(seen) {
                let last = self.last.or(self.began).unwrap_or(end);
                ended.push(StartStep::Done {
                    step: STEPS[index],
                    took: between(last, end),
                });
                self.last = Some(end.max(last));
            }
        }
        ended
    }
}

/// How many steps are over; `None` of a task that stops without having run.
fn reached(task: &Task) -> Option<usize> {
    match task.status.as_str() {
        "PROVISIONING" => Some(0),
        "PENDING" | "ACTIVATING" if task.pull_stopped_at.is_some() => Some(3),
        "PENDING" if task.pull_started_at.is_some() => Some(2),
        "PENDING" => Some(1),
        "ACTIVATING" => Some(3),
        "RUNNING" => Some(STEPS.len()),
        _ => has_run(task).then_some(STEPS.len()),
    }
}

/// Only what has run has an exit code.
fn has_run(task: &Task) -> bool {
    let mut containers = task.containers.iter();
    task.started_at.is_some() || containers.any(|container| container.exit_code.is_some())
}

/// Clocks may differ, and then nothing lies between.
fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn task(status: &str) -> Task {
        Task {
            status: status.to_owned(),
            created_at: Some(at(0)),
            ..Task::default()
        }
    }

    fn done(step: &'static str, seconds: u64) -> StartStep {
        let took = Duration::from_secs(seconds);
        StartStep::Done { step, took }
    }

    fn running() -> Task {
        Task {
            connected_at: Some(at(11)),
            pull_started_at: Some(at(14)),
            pull_stopped_at: Some(at(40)),
            started_at: Some(at(42)),
            ..task("RUNNING")
        }
    }

    #[test]
    fn each_step_is_told_once_with_its_time() {
        let mut steps = Steps::new(true);
        let provisioning = StartStep::In {
            step: "provisioning",
        };
        assert_eq!(steps.see(&task("PROVISIONING"), at(3)), [provisioning]);
        assert_eq!(steps.see(&task("PROVISIONING"), at(8)), []);
        let pending = Task {
            connected_at: Some(at(11)),
            ..task("PENDING")
        };
        let expected = [done("provisioning", 11), StartStep::In { step: "pending" }];
        assert_eq!(steps.see(&pending, at(13)), expected);
        let pulling = Task {
            pull_started_at: Some(at(14)),
            ..pending
        };
        let expected = [done("pending", 3), StartStep::In { step: "pulling" }];
        assert_eq!(steps.see(&pulling, at(18)), expected);
        let expected = [
            done("pulling", 26),
            done("starting", 2),
            done("running", 42),
            StartStep::Runs,
        ];
        assert_eq!(steps.see(&running(), at(45)), expected);
        assert!(steps.is_over());
        assert_eq!(steps.see(&running(), at(48)), []);
    }

    #[test]
    fn steps_that_nobody_has_noted_are_told_as_one() {
        let mut steps = Steps::new(true);
        let bare = |status: &str| Task {
            status: status.to_owned(),
            ..Task::default()
        };
        steps.see(&bare("PROVISIONING"), at(1));
        let expected = [done("starting", 4), done("running", 4), StartStep::Runs];
        assert_eq!(steps.see(&bare("RUNNING"), at(5)), expected);
    }

    #[test]
    fn what_another_worker_has_told_is_not_told_again() {
        assert_eq!(Steps::new(false).see(&running(), at(60)), [StartStep::Runs]);
    }

    #[test]
    fn a_task_that_never_ran_has_no_steps() {
        let mut steps = Steps::new(true);
        assert_eq!(steps.see(&task("DEPROVISIONING"), at(60)), []);
        assert!(steps.is_over());
    }
}
