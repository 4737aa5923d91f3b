//! The order of a generation: which step follows which.
//!
//! [`next`] is the whole of it, a function of the step, of how it went and of a few facts, so that the
//! same facts always lead the same way; the steps themselves are done in [`super::work`].

use leo_protocol::AgentState;

/// What the agent does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Decide what the phase is.
    Design,
    /// Write its files.
    Implement,
    /// Mend what the last check has found.
    Fix,
    /// Install what the app needs, and build or check it.
    Install,
    /// Start it and look whether it answers.
    Start,
    /// Keep what the phase has made for a later attempt.
    Save,
    /// Tell that all is done.
    Complete,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Well.
    Done,
    /// The app does not build, or does not start.
    Broken,
}

/// What the order depends on beside the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// Nothing is written: the phases are designed alone.
    pub(super) plan: bool,
    /// The present phase is the last.
    pub(super) last: bool,
    /// How many times what is broken may still be mended in this phase.
    pub(super) fixes_left: u32,
}

impl Step {
    /// The state that the step is told as, where it has one.
    pub(super) const fn state(self) -> Option<AgentState> {
        match self {
            Self::Design => Some(AgentState::DesigningPhase),
            Self::Implement | Self::Fix => Some(AgentState::ImplementingPhase),
            Self::Install => Some(AgentState::InstallingDeps),
            Self::Start => Some(AgentState::StartingServer),
            Self::Complete => Some(AgentState::Complete),
            Self::Save => None,
        }
    }
}

/// The step that follows. What is still broken after the last fix is saved as it is: a later phase, or
/// a later prompt, may mend it, and half an app is more than none.
pub(super) const fn next(step: Step, outcome: Outcome, facts: Facts) -> Step {
    match (step, outcome) {
        (Step::Design, _) if facts.plan => Step::Save,
        (Step::Design, _) => Step::Implement,
        (Step::Implement | Step::Fix, _) => Step::Install,
        (Step::Install | Step::Start, Outcome::Broken) if facts.fixes_left > 0 => Step::Fix,
        (Step::Install, Outcome::Done) => Step::Start,
        (Step::Install, Outcome::Broken) | (Step::Start, _) => Step::Save,
        (Step::Save, _) if facts.last => Step::Complete,
        (Step::Save, _) => Step::Design,
        (Step::Complete, _) => Step::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Broken, Done};
    use super::Step::{Complete, Design, Fix, Implement, Install, Save, Start};
    use super::*;

    #[test]
    fn the_whole_table() {
        let facts = |plan, last, fixes_left| Facts {
            plan,
            last,
            fixes_left,
        };
        let middle = facts(false, false, 2);
        for (step, outcome, facts, expected) in [
            (Design, Done, middle, Implement),
            (Design, Done, facts(true, false, 2), Save),
            (Implement, Done, middle, Install),
            (Install, Done, middle, Start),
            (Install, Broken, middle, Fix),
            (Install, Broken, facts(false, true, 1), Fix),
            (Install, Broken, facts(false, false, 0), Save),
            (Fix, Done, facts(false, false, 0), Install),
            (Start, Done, middle, Save),
            (Start, Broken, middle, Fix),
            (Start, Broken, facts(false, false, 0), Save),
            (Save, Done, middle, Design),
            (Save, Done, facts(true, false, 2), Design),
            (Save, Done, facts(false, true, 2), Complete),
            (Save, Done, facts(true, true, 2), Complete),
            (Complete, Done, middle, Complete),
        ] {
            assert_eq!(
                next(step, outcome, facts),
                expected,
                "{step:?} {outcome:?} {facts:?}"
            );
        }
    }

    #[test]
    fn every_way_ends_where_something_stays_broken() {
        let mut step = Design;
        let (mut fixes_left, mut seen) = (2, 0);
        while step != Complete {
            if step == Fix {
                fixes_left -= 1;
            }
            let last = true;
            let facts = Facts {
                plan: false,
                last,
                fixes_left,
            };
            step = next(step, Broken, facts);
            seen += 1;
            assert!(seen < 20);
        }
        assert_eq!(fixes_left, 0);
    }
}
