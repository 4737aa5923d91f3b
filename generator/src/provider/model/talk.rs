//! One question to the model and its answer, live.
//!
//! The text goes to a listener as it comes, what the model thinks aloud is told as `thought`. While
//! nothing comes there are heartbeats. A stopped run drops the answer, and with it the request; what it
//! has used until then is booked.

use std::time::Instant;

use leo_model::chat::{Answer, Client, ErrorKind, Finished, ModelError, Part, Request};
use leo_protocol::EventKind;

use super::ledger::Ledger;
use super::thoughts::Thoughts;
use crate::error::Error;
use crate::run::Run;

/// Who takes the text of an answer, piece by piece.
pub(super) trait Listener {
    /// Takes the next piece.
    ///
    /// # Errors
    /// When it cannot go on; the answer is dropped then.
    fn hear(&mut self, piece: &str) -> Result<(), Error>;
}

/// A text that is gathered, and told as thoughts.
pub(super) struct Gathered<'g, 'a> {
    text: String,
    thoughts: Thoughts<'g, 'a>,
}

impl<'g, 'a> Gathered<'g, 'a> {
    pub(super) fn new(run: &'g Run<'a>) -> Self {
        Self {
            text: String::new(),
            thoughts: Thoughts::new(run),
        }
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> Result<String, Error> {
        self.thoughts.finish()?;
        Ok(self.text)
    }
}

impl Listener for Gathered<'_, '_> {
    fn hear(&mut self, piece: &str) -> Result<(), Error> {
        self.text.push_str(piece);
        self.thoughts.add(piece)
    }
}

/// The model, with the account that its calls are booked on.
pub(super) struct Talk {
    client: Client,
    ledger: Ledger,
}

impl Talk {
    pub(super) const fn new(client: Client, ledger: Ledger) -> Self {
        Self { client, ledger }
    }

    /// The client.
    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Asks, and hears the whole answer.
    ///
    /// # Errors
    /// When the run is stopped, the budget is reached, the model fails, or the listener does; of
    /// [`Error::BadAnswer`] the listener has heard what there was.
    pub(super) async fn ask(
        &mut self,
        run: &Run<'_>,
        request: Request,
        listener: &mut dyn Listener,
    ) -> Result<Finished, Error> {
        // A call is not begun where nothing is left for its answer.
        self.ledger.check(&leo_model::chat::Usage::default())?;
        let began = Instant::now();
        let mut answer = self.client.answer(request);
        let heard = self.hear(run, &mut answer, listener).await;
        match heard {
            Ok(()) => {
                let ended = run.during("the answer ends", answer.finish()).await?;
                let finished = ended.map_err(model_error)?;
                let (usage, model) = (&finished.usage, finished.model.clone());
                self.ledger.book(run, usage, model, began.elapsed())?;
                if let Some(warning) = &finished.warning {
                    run.info(warning.clone())?;
                }
                Ok(finished)
            }
            Err(error) => {
                let usage = answer.usage_so_far();
                // First of all the request ends.
                drop(answer);
                if usage.completion_tokens + usage.prompt_tokens > 0 {
                    let _ = self.ledger.book(run, &usage, None, began.elapsed());
                }
                Err(error)
            }
        }
    }

    async fn hear(
        &self,
        run: &Run<'_>,
        answer: &mut Answer,
        listener: &mut dyn Listener,
    ) -> Result<(), Error> {
        let mut thoughts = Thoughts::new(run);
        let mut characters = 0;
        loop {
            let doing = match characters {
                0 => "waiting for the model".to_owned(),
                count => format!("the model writes: {count} characters so far"),
            };
            let part = run.during(&doing, answer.next()).await?;
            match part.map_err(model_error)? {
                None => break,
                Some(Part::Text(text)) => {
                    characters += text.len();
                    listener.hear(&text)?;
                }
                Some(Part::Reasoning(text)) => {
                    characters += text.len();
                    thoughts.add(&text)?;
                }
                Some(Part::Alive) => continue,
                Some(Part::Retrying { after, why }) => run.info(format!(
                    "{why}; the model is asked again in {:.1} s",
                    after.as_secs_f32()
                ))?,
                Some(Part::Continuing { why }) => {
                    run.info(format!("{why}; the model is asked to go on"))?;
                }
            }
            self.ledger.check(&answer.usage_so_far())?;
        }
        thoughts.finish()
    }
}

/// The error as a job fails with it.
pub(super) fn model_error(error: ModelError) -> Error {
    let text = error.to_string();
    // Files that are asked for one by one may still fit where the context was full.
    let is_full = matches!(error, ModelError::ContextFull { .. });
    if is_full || error.kind() == ErrorKind::Answer {
        Error::BadAnswer(text)
    } else {
        Error::Model(text)
    }
}

/// Tells that a phase or an answer was of no use, and why.
pub(super) fn tell_retry(run: &Run<'_>, why: &str) -> Result<(), Error> {
    run.event(&EventKind::Info {
        message: format!("{why}; the model is asked again"),
    })
}
