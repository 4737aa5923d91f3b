//! What makes an answer whole: requests that are made again, and answers that are continued.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};

use super::super::client::Inner;
use super::super::diagnose::Trouble;
use super::super::quirks::Quirks;
use super::super::wire::body;
use super::super::{ModelError, Request, ToolCall, Usage};
use super::exchange::{Ended, Heard};
use super::outcome::Outcome;
use super::record::Record;
use super::rest::{self, How};
use super::runaway::Watch;
use super::seam::Seam;
use super::tries::Tries;
use super::{Finished, Part};

/// An answer that is being made.
pub(super) struct Drive {
    pub(super) client: Arc<Inner>,
    pub(super) request: Request,
    pub(super) record: Arc<Record>,
    pub(super) model: Option<String>,
    /// What the last request was made with.
    pub(super) quirks: Quirks,
    /// Whether the last request has the model go on with its own message.
    pub(super) prefilled: bool,
    /// The characters of the last request.
    pub(super) asked: u64,
    /// How often the answer was continued.
    pub(super) continued: u32,
    pub(super) out: Sender<Part>,
    pub(super) watch: Watch,
    /// The bytes of the answer so far.
    pub(super) size: usize,
    warning: Option<String>,
}

/// What one exchange has brought, and used.
type Exchanged = (Heard, Ended, Usage);

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
            prefilled: false,
            asked: 0,
            continued: 0,
            out,
            watch: Watch::default(),
            size: 0,
            warning: None,
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
            without_tools: !self.request.tools.is_empty() && !self.quirks.tools,
            warning: self.warning,
            model: self.record.model(),
            first_token: self.record.first_token(),
            total: self.record.elapsed(),
        })
    }

    async fn whole(&mut self) -> Result<Vec<ToolCall>, ModelError> {
        self.model = self.client.model().await?.map(str::to_owned);
        loop {
            let (heard, ended, used) = self.piece().await?;
            let progress = heard.text;
            let (why, pause) = match self.outcome(heard, ended, used)? {
                Outcome::Whole(calls) => return Ok(calls),
                Outcome::Cut { why, pause } => (why, pause),
            };
            if !progress || self.continued >= self.client.timing.continuations {
                return Err(self.cut_off(why, progress));
            }
            self.continued += 1;
            self.send(Part::Continuing { why }).await;
            sleep(pause).await;
        }
    }

    /// One piece of the answer, by as many requests as it takes.
    async fn piece(&mut self) -> Result<Exchanged, ModelError> {
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

    /// One request. Trouble is what came before any text.
    async fn exchange(&mut self) -> Result<Result<Exchanged, Trouble>, ModelError> {
        let (request, seam) = self.next_request().await;
        let mut body = body::write(&request, self.model.as_deref(), self.quirks);
        if self.prefilled {
            body::prefill(&mut body);
        }
        self.asked = body::chars(&request);
        self.record.ask(self.asked);
        let incoming = match self.open(&body).await {
            Ok(incoming) => incoming,
            Err(trouble) => {
                self.record.refused();
                return Ok(Err(trouble));
            }
        };
        let mut heard = Heard {
            seam,
            ..Heard::default()
        };
        let ended = self.listen(incoming, &mut heard).await?;
        self.flush(&mut heard).await?;
        let trouble = if heard.text {
            None
        } else {
            self.silence(&ended, &heard)
        };
        if trouble.is_some() && !heard.words {
            self.record.refused();
        }
        let used = self.record.settle();
        self.warning = self.warning.take().or_else(|| self.doubt(used));
        Ok(trouble.map_or(Ok((heard, ended, used)), Err))
    }

    /// The request to make, and the seam at which its answer meets what was said before.
    async fn next_request(&mut self) -> (Request, Option<Seam>) {
        self.quirks = self.client.learned.quirks();
        self.prefilled = false;
        if self.continued == 0 {
            return (self.request.clone(), None);
        }
        let said = self.record.text();
        self.prefilled = self.quirks.prefill && self.client.prefills().await;
        if self.prefilled {
            return (rest::request(&self.request, &said, How::Prefill), None);
        }
        let seam = Seam::behind(&said);
        (rest::request(&self.request, &said, How::Ask), Some(seam))
    }
}
