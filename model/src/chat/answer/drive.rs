//! What makes an answer whole: requests that are made again, and answers that are continued.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};

use super::super::client::Inner;
use super::super::diagnose::{Again, Patience, Trouble};
use super::super::quirks::Quirks;
use super::super::wire::body;
use super::super::wire::chunk::Finish;
use super::super::{ModelError, Request, ToolCall};
use super::exchange::{Ended, Heard, code};
use super::record::Record;
use super::tries::Tries;
use super::{Finished, Part};

/// The longest text of an answer, in bytes.
const LONGEST: usize = 4 << 20;

/// An answer that is being made.
pub(super) struct Drive {
    pub(super) client: Arc<Inner>,
    pub(super) request: Request,
    pub(super) record: Arc<Record>,
    pub(super) model: Option<String>,
    /// What the last request was made with.
    pub(super) quirks: Quirks,
    out: Sender<Part>,
    size: usize,
}

impl Drive {
    pub(super) fn new(
        client: Arc<Inner>,
        request: Request,
        out: Sender<Part>,
        record: Arc<Record>,
    ) -> Self {
        let quirks = client.learned.quirks();
        Self {
            client,
            request,
            record,
            model: None,
            quirks,
            out,
            size: 0,
        }
    }

    /// Makes it, within the time that it may take.
    pub(super) async fn run(mut self) -> Result<Finished, ModelError> {
        let total = self.client.timing.total;
        let made = timeout(total, self.whole()).await;
        let tool_calls = made.unwrap_or(Err(ModelError::TooSlow { waited: total }))?;
        Ok(Finished {
            text: self.record.text(),
            tool_calls,
            usage: self.record.usage(),
            model: self.record.model(),
            first_token: self.record.first_token(),
            total: self.record.elapsed(),
        })
    }

    async fn whole(&mut self) -> Result<Vec<ToolCall>, ModelError> {
        self.model = self.client.model().await?.map(str::to_owned);
        let (heard, ended) = self.piece().await?;
        self.judge(heard, ended)
    }

    /// One piece of the answer, by as many requests as it takes.
    async fn piece(&mut self) -> Result<(Heard, Ended), ModelError> {
        let mut tries = Tries::new(self.client.timing);
        loop {
            match self.exchange().await? {
                Ok(piece) => return Ok(piece),
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Without(change)) => {
                    self.client.learned.keep(|quirks| change.apply(quirks))
                }
                Err(Trouble::Again(again)) => {
                    let after = tries.pause(&again)?;
                    let why = again.error.to_string();
                    self.send(Part::Retrying { after, why }).await;
                    sleep(after).await;
                }
            }
        }
    }

    /// One request. Trouble is what came before a word of the answer.
    async fn exchange(&mut self) -> Result<Result<(Heard, Ended), Trouble>, ModelError> {
        self.quirks = self.client.learned.quirks();
        let body = body::write(&self.request, self.model.as_deref(), self.quirks);
        self.record.ask(body::chars(&self.request));
        let incoming = match self.open(&body).await {
            Ok(incoming) => incoming,
            Err(trouble) => {
                self.record.refused();
                return Ok(Err(trouble));
            }
        };
        let mut heard = Heard::default();
        let ended = self.listen(incoming, &mut heard).await?;
        let trouble = if heard.words {
            None
        } else {
            self.silence(&ended)
        };
        if trouble.is_some() {
            self.record.refused();
        }
        self.record.settle();
        Ok(trouble.map_or(Ok((heard, ended)), Err))
    }

    /// What an exchange comes to that has ended so without a word.
    fn silence(&self, ended: &Ended) -> Option<Trouble> {
        match ended {
            Ended::Whole | Ended::Bare => None,
            Ended::Fault(fault) => {
                let after = fault.retry_after.map(std::time::Duration::from_secs);
                Some(self.trouble(code(fault), fault, after))
            }
            Ended::Broken(why) => Some(Trouble::Again(Again {
                error: ModelError::Failed {
                    what: why.clone(),
                    told: super::super::Told::default(),
                },
                after: None,
                patience: Patience::Little,
            })),
        }
    }

    fn judge(&self, heard: Heard, ended: Ended) -> Result<Vec<ToolCall>, ModelError> {
        let cut = |why: &str| ModelError::CutOff {
            why: why.to_owned(),
            continued: 0,
            hint: String::new(),
        };
        match (ended, heard.finish) {
            (Ended::Whole, Some(Finish::Done) | None) => heard.calls.finish(),
            (Ended::Whole, Some(Finish::Length)) => Err(cut("length")),
            (Ended::Whole, Some(Finish::Filtered)) => Err(ModelError::Filtered),
            (Ended::Whole, Some(Finish::Failed))
            | (Ended::Fault(_) | Ended::Bare | Ended::Broken(_), _) => Err(cut("broken")),
        }
    }

    /// Passes on text of the answer.
    pub(super) async fn say(&mut self, text: &str) -> Result<(), ModelError> {
        self.hear(text.len())?;
        self.record.say(text);
        self.send(Part::Text(text.to_owned())).await;
        Ok(())
    }

    /// Passes on a thought.
    pub(super) async fn think(&mut self, text: String) -> Result<(), ModelError> {
        self.hear(text.len())?;
        self.send(Part::Reasoning(text)).await;
        Ok(())
    }

    /// Passes on a sign of life. Nothing has ended with it.
    pub(super) async fn alive(&mut self) -> Option<Ended> {
        self.send(Part::Alive).await;
        None
    }

    /// Counts what has come, of whatever kind.
    pub(super) fn hear(&mut self, bytes: usize) -> Result<(), ModelError> {
        self.record.hear(bytes);
        self.size += bytes;
        if self.size > LONGEST {
            return Err(ModelError::TooLong { limit: LONGEST });
        }
        Ok(())
    }

    async fn send(&self, part: Part) {
        // Whoever drops the reader drops this with it.
        let _ = self.out.send(part).await;
    }
}
