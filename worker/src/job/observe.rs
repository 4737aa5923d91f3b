//! What the worker notices while output passes by: whether the agent finished, why it could not, what
//! it cost, when it last said something.

use std::time::Instant;

use leo_protocol::{EventKind, FailureReason};
use serde_json::{Value, json};

/// Phase names that a summary lists at most.
const SUMMARY_PHASES: usize = 8;

/// An error as the agent reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentError {
    /// For people.
    pub(crate) message: String,
    /// What the job fails with, where the agent ends of it and knows why.
    pub(crate) reason: Option<FailureReason>,
}

/// Notes about a running job.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    /// `generation_complete` was seen.
    pub(crate) complete: bool,
    /// The last error that the agent reported.
    pub(crate) agent_error: Option<AgentError>,
    /// The last `usage`.
    pub(crate) usage: Option<Value>,
    /// When the generator last printed something that is no heartbeat.
    pub(crate) last_output: Instant,
    phases: Vec<String>,
    files: usize,
}

impl Default for Observed {
    fn default() -> Self {
        Self {
            complete: false,
            agent_error: None,
            usage: None,
            last_output: Instant::now(),
            phases: Vec::new(),
            files: 0,
        }
    }
}

impl Observed {
    /// A line for the log was printed.
    pub(crate) fn printed(&mut self) {
        self.last_output = Instant::now();
    }

    /// An event was printed.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most events say nothing about the job as a whole"
    )]
    pub(crate) fn see(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Heartbeat { .. } => return,
            EventKind::GenerationComplete { files, .. } => {
                self.complete = true;
                self.files = files.len();
            }
            EventKind::AgentError { message, reason } => {
                self.agent_error = Some(AgentError {
                    message: message.clone(),
                    reason: *reason,
                });
            }
            EventKind::Usage {
                prompt_tokens,
                completion_tokens,
                cost_usd,
                ..
            } => {
                self.usage = Some(json!({
                    "promptTokens": prompt_tokens, "completionTokens": completion_tokens, "costUsd": cost_usd,
                }));
            }
            EventKind::PhaseDesigned { phase } if self.phases.len() < SUMMARY_PHASES => {
                self.phases.push(phase.name.clone());
            }
            _ => {}
        }
        self.printed();
    }

    /// Another attempt begins: all but the costs of the job is its own business.
    pub(crate) fn begin_again(&mut self) {
        let usage = self.usage.take();
        *self = Self {
            usage,
            ..Self::default()
        };
    }

    /// Adds what was noticed on another way of the same output.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.complete |= other.complete;
        self.agent_error = other.agent_error.clone().or(self.agent_error.take());
        self.usage = other.usage.clone().or(self.usage.take());
        self.last_output = self.last_output.max(other.last_output);
        let room = SUMMARY_PHASES.saturating_sub(self.phases.len());
        self.phases.extend(other.phases.iter().take(room).cloned());
        self.files = self.files.max(other.files);
    }

    /// What the agent did, for the session's conversation; `None` where nothing is known.
    pub(crate) fn summary(&self) -> Option<String> {
        match (self.files, self.phases.as_slice()) {
            (0, []) => None,
            (0, phases) => Some(format!("Designed: {}.", phases.join(", "))),
            (files, []) => Some(format!("Wrote an app of {files} files.")),
            (files, phases) => Some(format!(
                "Wrote an app of {files} files: {}.",
                phases.join(", ")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str, reason: Option<FailureReason>) -> EventKind {
        EventKind::AgentError {
            message: message.to_owned(),
            reason,
        }
    }

    fn usage(prompt_tokens: u64) -> EventKind {
        EventKind::Usage {
            prompt_tokens,
            completion_tokens: 0,
            cost_usd: None,
            call: None,
        }
    }

    #[test]
    fn the_last_error_counts_with_its_reason() {
        let mut observed = Observed::default();
        observed.see(&error("no model", Some(FailureReason::ProviderError)));
        observed.see(&error("no hope", None));
        let last = observed.agent_error.unwrap();
        assert_eq!((last.message.as_str(), last.reason), ("no hope", None));
    }

    #[test]
    fn another_attempt_has_the_costs_alone() {
        let mut observed = Observed::default();
        observed.see(&usage(5));
        observed.see(&error("no model", Some(FailureReason::ProviderError)));
        observed.see(&EventKind::GenerationComplete {
            files: vec!["a".to_owned()],
            phases: 1,
        });
        observed.begin_again();
        assert!(!observed.complete && observed.agent_error.is_none());
        assert_eq!(observed.summary(), None);
        assert_eq!(observed.usage.as_ref().unwrap()["promptTokens"], 5);
        observed.see(&usage(7));
        assert_eq!(observed.usage.unwrap()["promptTokens"], 7);
    }
}
