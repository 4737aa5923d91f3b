//! How far a job is, in one line.

use std::collections::BTreeSet;

use leo_protocol::{AgentState, Event, EventKind};

use super::clean::clean_line;
use super::words::{count, cut};

/// The most characters of a phase's or a file's name.
const NAME_CHARS: usize = 40;

/// What the events so far amount to.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    started: bool,
    state: Option<AgentState>,
    phase: Option<u32>,
    name: Option<String>,
    files: BTreeSet<String>,
    writing: Option<String>,
    /// What the connection or the user has to say, instead of the agent's state.
    notice: Option<String>,
}

impl Progress {
    /// Takes an event; whether the line has changed.
    pub(crate) fn take(&mut self, event: &Event) -> bool {
        let Some(kind) = &event.kind else {
            return false;
        };
        if matches!(kind, EventKind::GenerationStarted { .. }) {
            *self = Self {
                started: true,
                notice: self.notice.take(),
                ..Self::default()
            };
            return true;
        }
        self.take_kind(kind)
    }

    fn take_kind(&mut self, kind: &EventKind) -> bool {
        if let EventKind::StateChange { state } = kind {
            self.state = Some(*state);
        } else if let EventKind::PhaseDesigning { phase_number } = kind {
            self.phase = Some(*phase_number);
            self.name = None;
        } else if let EventKind::PhaseDesigned { phase } = kind {
            self.name = Some(cut(&clean_line(&phase.name), NAME_CHARS));
        } else if let EventKind::FileStart { path } = kind {
            self.writing = Some(cut(&clean_line(path), NAME_CHARS));
        } else if let EventKind::FileEnd { path, .. } = kind {
            self.files.insert(path.clone());
            self.writing = None;
        } else {
            return false;
        }
        true
    }

    /// Shows `notice` in place of the state, until it is taken back.
    pub(crate) fn notice(&mut self, notice: Option<String>) {
        self.notice = notice;
    }

    /// The line, without the time.
    pub(crate) fn line(&self) -> String {
        let mut parts = vec![
            self.notice
                .clone()
                .unwrap_or_else(|| self.state().to_owned()),
        ];
        match (self.phase, &self.name) {
            (Some(phase), Some(name)) => parts.push(format!("phase {phase}: {name}")),
            (Some(phase), None) => parts.push(format!("phase {phase}")),
            (None, _) => {}
        }
        if !self.files.is_empty() {
            let files = u64::try_from(self.files.len()).unwrap_or(u64::MAX);
            parts.push(count(files, "file"));
        }
        parts.extend(self.writing.as_ref().map(|path| format!("writing {path}")));
        parts.join(" · ")
    }

    fn state(&self) -> &'static str {
        match self.state {
            None if self.started => "starting",
            None => "queued",
            Some(AgentState::Idle) => "starting",
            Some(AgentState::DesigningPhase) => "designing",
            Some(AgentState::ImplementingPhase) => "implementing",
            Some(AgentState::InstallingDeps) => "installing",
            Some(AgentState::StartingServer) => "starting the app",
            Some(AgentState::Complete) => "finishing",
            Some(AgentState::Error) => "failing",
            Some(AgentState::Cancelled) => "stopping",
        }
    }
}

#[cfg(test)]
mod tests {
    use leo_protocol::event::Phase;
    use leo_protocol::{JobId, SessionId};

    use super::*;

    fn event(kind: EventKind) -> Event {
        Event {
            seq: 1,
            session_id: SessionId::generate(),
            job_id: None,
            timestamp: chrono::Utc::now(),
            kind: Some(kind),
            raw: serde_json::Map::new(),
        }
    }

    #[test]
    fn the_line_follows_the_events() {
        let mut progress = Progress::default();
        let mut lines = vec![progress.line()];
        let started = |attempt| EventKind::GenerationStarted {
            request_id: JobId::generate(),
            attempt,
        };
        for kind in [
            started(1),
            EventKind::StateChange {
                state: AgentState::ImplementingPhase,
            },
            EventKind::PhaseDesigning { phase_number: 2 },
            EventKind::PhaseDesigned {
                phase: Phase {
                    name: "Hands".to_owned(),
                    description: String::new(),
                    files: Vec::new(),
                    is_last_phase: false,
                },
            },
            EventKind::FileStart {
                path: "a.js".to_owned(),
            },
            EventKind::FileEnd {
                path: "a.js".to_owned(),
                size: 1,
                sha256: String::new(),
                content: None,
                partial: false,
            },
            started(2),
        ] {
            assert!(progress.take(&event(kind)));
            lines.push(progress.line());
        }
        assert_eq!(
            lines,
            [
                "queued",
                "starting",
                "implementing",
                "implementing · phase 2",
                "implementing · phase 2: Hands",
                "implementing · phase 2: Hands · writing a.js",
                "implementing · phase 2: Hands · 1 file",
                "starting",
            ]
        );
        progress.notice(Some("reconnecting".to_owned()));
        assert_eq!(progress.line(), "reconnecting");
        assert!(!progress.take(&event(EventKind::DepsInstalled {})));
    }
}
