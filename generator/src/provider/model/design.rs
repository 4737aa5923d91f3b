//! Designing a phase.

use leo_model::chat::{Message, Request};
use leo_protocol::Mode;
use leo_protocol::event::Phase;

use super::prompts::{self, render};
use super::talk::{Gathered, tell_retry};
use super::{Model, REPAIRS, TEMPERATURE, context, plan};
use crate::emit::shorten;
use crate::error::Error;
use crate::run::Run;
use crate::workspace::Workspace;

/// How much of a useless answer an error repeats, in characters.
const QUOTED: usize = 200;
/// How much of a useless answer the model is shown again, in characters.
const SHOWN: usize = 2000;
/// Asked for where the kind is open.
const KIND_LINE: &str = "KIND: static or node\n";

impl Model {
    /// Designs the run's present phase.
    pub(crate) async fn design(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Phase, Error> {
        self.survey(run).await?;
        let phase = if self.task.mode == Mode::Features {
            self.next_feature(run, workspace).await?
        } else {
            self.next_phase(run, workspace).await?
        };
        self.phase = Some(phase.clone());
        Ok(phase)
    }

    async fn next_phase(&mut self, run: &Run<'_>, workspace: &Workspace) -> Result<Phase, Error> {
        let prompt = self.design_prompt(run.phase(), workspace);
        let kind_line = self.kind_line();
        let design = self
            .ask_until(run, prompt, plan::parse, |error| {
                let values = [("error", error), ("kind_line", kind_line)];
                render(prompts::DESIGN_AGAIN, &values)
            })
            .await?;
        self.settle_kind(design.kind);
        let mut phase = design.phase;
        phase.is_last_phase |= run.phase() >= self.task.limit;
        Ok(phase)
    }

    pub(super) fn design_prompt(&self, number: u32, workspace: &Workspace) -> String {
        let kinds = if self.chooses_kind() {
            prompts::DESIGN_KINDS
        } else {
            ""
        };
        let values = [
            ("request", self.task.prompt.as_str()),
            ("history", &self.history()),
            (
                "app",
                &context::app(workspace, self.window.for_files(), &[]),
            ),
            ("number", &number.to_string()),
            ("limit", &self.task.limit.to_string()),
            ("advice", self.advice(number)),
            ("kinds", kinds),
            ("kind_line", self.kind_line()),
            ("files", &plan::FILES.to_string()),
        ];
        render(prompts::DESIGN, &values)
    }

    fn advice(&self, number: u32) -> &'static str {
        if number >= self.task.limit {
            return "It is the last one: after it the app must do all that was asked for.";
        }
        match self.task.mode {
            Mode::Edit => {
                "The app exists: change what was asked for and leave the rest alone. One phase is mostly enough."
            }
            Mode::Plan => "Nothing is written; only the plan is wanted.",
            Mode::Autonomous | Mode::Features if number == 1 => {
                "Let it be a small app that already works; later phases add to it. Small apps need one or two phases."
            }
            Mode::Autonomous | Mode::Features => "Add what is still missing.",
        }
    }

    pub(super) fn kind_line(&self) -> &'static str {
        if self.chooses_kind() { KIND_LINE } else { "" }
    }

    /// Asks until the answer can be understood, each time with what was wrong.
    ///
    /// # Errors
    /// When the model does not manage; with what it said.
    pub(super) async fn ask_until<T>(
        &mut self,
        run: &Run<'_>,
        prompt: String,
        parse: impl Fn(&str) -> Result<T, String>,
        again: impl Fn(&str) -> String,
    ) -> Result<T, Error> {
        let mut messages = vec![self.system(), Message::User(prompt)];
        let mut last = (String::new(), String::new());
        for _ in 0..=REPAIRS {
            if !last.0.is_empty() {
                tell_retry(run, &format!("the answer cannot be used: {}", last.0))?;
                messages.truncate(2);
                messages.push(Message::Assistant {
                    text: shorten(&last.1, SHOWN),
                    tool_calls: Vec::new(),
                });
                messages.push(Message::User(again(&last.0)));
            }
            let mut heard = Gathered::new(run);
            let request = Request {
                messages: messages.clone(),
                temperature: Some(TEMPERATURE),
                ..Request::default()
            };
            let asked = self.talk.ask(run, request, &mut heard).await;
            let text = heard.finish()?;
            last = match asked {
                Ok(_) => match parse(&text) {
                    Ok(done) => return Ok(done),
                    Err(error) => (error, text),
                },
                Err(Error::BadAnswer(why)) => (why, text),
                Err(error) => return Err(error),
            };
        }
        Err(self.useless("a design", &last.0, &last.1))
    }

    /// The end of the ladder.
    pub(super) fn useless(&self, wanted: &str, error: &str, said: &str) -> Error {
        let model = self.settings.endpoint.model.as_deref();
        let model = model.unwrap_or("the provider's default");
        Error::BadAnswer(format!(
            "the model {model} was asked {} times for {wanted} and gave none that can be used ({error}); \
             it said: {:?}. Try a larger model, or see what `leo provider test` says about this one",
            REPAIRS + 1,
            shorten(said.trim(), QUOTED)
        ))
    }
}
