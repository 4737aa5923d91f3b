//! What an exchange comes to: a whole answer, a part of one, or an error with words for it.

use std::time::Duration;

use super::super::diagnose::{Again, Patience, Trouble};
use super::super::wire::chunk::Finish;
use super::super::wire::fault::Fault;
use super::super::{ModelError, Told, ToolCall, Usage};
use super::drive::Drive;
use super::exchange::{Ended, Heard, code};

/// How long a server is left alone that has failed in the middle of an answer and does not say.
const PAUSE: Duration = Duration::from_secs(1);
/// Contexts are multiples of this.
const CONTEXT_STEP: u64 = 1024;
/// The characters that a token has at the very most, on average over a prompt.
const CHARS_PER_TOKEN: u64 = 8;
/// Below that many characters nothing is concluded from the length of a prompt.
const LONG_PROMPT: u64 = 8000;

/// What an exchange comes to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The answer is whole.
    Whole(Vec<ToolCall>),
    /// It was cut off.
    Cut {
        /// For this reason.
        why: String,
        /// How long the server has to be left alone.
        pause: Duration,
    },
}

impl Drive {
    /// What it comes to that an exchange has ended without text. Then it may be made again.
    pub(super) fn silence(&self, ended: &Ended, heard: &Heard) -> Option<Trouble> {
        let again = |why: &str| {
            Trouble::Again(Again {
                error: ModelError::Failed {
                    what: why.to_owned(),
                    told: Told::default(),
                },
                after: None,
                patience: Patience::Little,
            })
        };
        match ended {
            Ended::Fault(fault) => {
                let after = fault.retry_after.map(Duration::from_secs);
                Some(self.trouble(code(fault), fault, after))
            }
            Ended::Broken(why) => Some(again(why)),
            Ended::Bare if heard.words => Some(again(BARE)),
            // That is no failure to be overcome, but what some servers do with a prompt too long.
            Ended::Bare | Ended::Whole => None,
        }
    }

    /// What an exchange comes to that has used `used`.
    pub(super) fn outcome(
        &self,
        heard: Heard,
        ended: Ended,
        used: Usage,
    ) -> Result<Outcome, ModelError> {
        match (ended, heard.finish) {
            (Ended::Whole, Some(Finish::Done) | None) => {
                let calls = heard.calls.finish()?;
                if calls.is_empty() && self.record.is_empty() {
                    return Err(self.empty(heard.words));
                }
                Ok(Outcome::Whole(calls))
            }
            (Ended::Whole, Some(Finish::Length)) => {
                if let Some(context) = self.full_context(used) {
                    return Err(ModelError::ContextFull { context });
                }
                cut(
                    &heard,
                    "it had reached the limit of its length".to_owned(),
                    Duration::ZERO,
                )
            }
            (Ended::Whole, Some(Finish::Filtered)) => Err(ModelError::Filtered),
            (Ended::Bare, _) if !heard.words && self.record.is_empty() => Err(self.empty(false)),
            (Ended::Bare, _) => cut(&heard, BARE.to_owned(), Duration::ZERO),
            (Ended::Broken(why), _) => cut(&heard, why, Duration::ZERO),
            (Ended::Fault(fault), _) => self.failed_within(&heard, &fault),
            (Ended::Whole, Some(Finish::Failed)) => {
                cut(&heard, "the server failed".to_owned(), PAUSE)
            }
        }
    }

    fn failed_within(&self, heard: &Heard, fault: &Fault) -> Result<Outcome, ModelError> {
        let after = fault.retry_after.map(Duration::from_secs);
        match self.trouble(code(fault), fault, after) {
            Trouble::Fatal(error) => Err(error),
            Trouble::Again(again) if after > Some(self.client.timing.longest_pause) => {
                Err(again.error)
            }
            Trouble::Again(again) => cut(heard, again.error.to_string(), after.unwrap_or(PAUSE)),
            Trouble::Without(_) => cut(heard, fault.message.clone(), PAUSE),
        }
    }

    fn empty(&self, thought: bool) -> ModelError {
        let tokens = self.asked.div_ceil(4);
        let hint = if thought {
            "it only thought; raise the limit of its answers, or choose one that thinks less"
                .to_owned()
        } else {
            format!(
                "most likely the prompt of about {tokens} tokens is larger than the context with which the \
                 model was loaded; load it with a larger one"
            )
        };
        ModelError::Empty { hint }
    }

    /// The context that is full, if the answer ended for that reason: both together are a round
    /// number, and the limit that was asked for is not reached.
    fn full_context(&self, used: Usage) -> Option<u64> {
        let all = used.prompt_tokens + used.completion_tokens;
        let is_round = !used.estimated && all > 0 && all.is_multiple_of(CONTEXT_STEP);
        let is_within = self
            .request
            .max_tokens
            .is_none_or(|most| used.completion_tokens < u64::from(most));
        (is_round && is_within).then_some(all)
    }

    /// What the user should know where the server has counted far fewer tokens than it was sent.
    pub(super) fn doubt(&self, used: Usage) -> Option<String> {
        let read = used.prompt_tokens;
        let is_short =
            !used.estimated && self.asked > LONG_PROMPT && read * CHARS_PER_TOKEN < self.asked;
        is_short.then(|| {
            format!(
                "the server seems to have read only {read} of the prompt's about {} tokens: give the model a \
                 larger context (Ollama: OLLAMA_CONTEXT_LENGTH, or num_ctx in its Modelfile)",
                self.asked.div_ceil(4)
            )
        })
    }

    /// Why there is no use in going on.
    pub(super) fn cut_off(&self, why: String, progress: bool) -> ModelError {
        let hint = match (progress, self.continued) {
            (true, _) => "ask for less at once, or raise the limit of the model's answers",
            (false, 0) => {
                "it had said nothing yet; raise the limit of its answers, or choose a model that thinks less"
            }
            (false, _) => "it has nothing to add; its context may be full",
        };
        ModelError::CutOff {
            why,
            continued: self.continued,
            hint: hint.to_owned(),
        }
    }
}

/// The end of a stream that says nothing.
const BARE: &str = "the stream ended before the model had finished";

/// Text can be continued. A tool call cannot: what is left of it would be guessed at.
fn cut(heard: &Heard, why: String, pause: Duration) -> Result<Outcome, ModelError> {
    if heard.calls.is_empty() {
        return Ok(Outcome::Cut { why, pause });
    }
    let why = format!("the call was cut off ({why})");
    Err(ModelError::ToolCall {
        name: heard.calls.last_name(),
        why,
    })
}
