//! One request and what comes of it.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use tokio::time::timeout;

use super::super::client::chain;
use super::super::diagnose::{Again, Asked, Patience, Trouble};
use super::super::error::seconds;
use super::super::wire::chunk::{Chunk, Finish};
use super::super::wire::fault::Fault;
use super::super::{ModelError, Told};
use super::calls::Calls;
use super::drive::Drive;
use super::incoming::{Incoming, Piece};
use super::seam::Seam;
use super::think::Think;

/// The most of a refusal that is read, in bytes.
const REFUSAL: usize = 64 << 10;
/// How long a stream may stay open after the model has finished: the usage may follow, but some
/// servers never close.
const TAIL: Duration = Duration::from_secs(5);
/// What ends a stream.
const DONE: &str = "[DONE]";
/// A fault within an answer that names no code.
const UNKNOWN: u16 = 500;

/// What one request has brought.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Whether anything of an answer has come.
    pub(super) words: bool,
    /// Whether text has come that can be seen.
    pub(super) text: bool,
    /// What may be thoughts at the beginning.
    pub(super) think: Think,
    /// Where it meets what was said before.
    pub(super) seam: Option<Seam>,
    /// The tool calls.
    pub(super) calls: Calls,
    /// That the model has finished, and why.
    pub(super) finish: Option<Finish>,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The server says that this was all.
    Whole,
    /// The stream has ended without that.
    Bare,
    /// It broke off, for this reason.
    Broken(String),
    /// The server has failed in the middle, and says so.
    Fault(Fault),
}

impl Drive {
    /// Makes the request. The response is a success, and nothing of it has been read.
    pub(super) async fn open(&self, body: &Value) -> Result<Incoming, Trouble> {
        let patience = self.client.timing.first_token;
        let sent = timeout(
            patience,
            self.client.post("chat/completions").json(body).send(),
        )
        .await;
        let sent = sent.map_err(|_| Trouble::Fatal(ModelError::FirstToken { waited: patience }))?;
        let response = sent.map_err(|error| {
            Trouble::Again(Again {
                error: self.client.unreachable(error),
                after: None,
                patience: self.absence(),
            })
        })?;
        if response.status().is_success() {
            return Ok(Incoming::new(response));
        }
        let status = response.status().as_u16();
        let after = retry_after(response.headers());
        let refusal = timeout(self.client.timing.idle, refusal(response)).await;
        let fault = Fault::of_body(&refusal.unwrap_or_default());
        Err(self.trouble(status, &fault, after))
    }

    /// How much patience an absent server deserves: more where it was there a moment ago.
    const fn absence(&self) -> Patience {
        if self.continued == 0 {
            Patience::Little
        } else {
            Patience::Usual
        }
    }

    /// What `fault` means for this request.
    pub(super) fn trouble(&self, status: u16, fault: &Fault, after: Option<Duration>) -> Trouble {
        let asked = Asked {
            client: &self.client,
            request: &self.request,
            model: self.model.as_deref(),
            quirks: self.quirks,
            prefilled: self.prefilled,
        };
        asked.trouble(status, fault, after)
    }

    /// Reads an answer to its end, and passes on what comes.
    pub(super) async fn listen(
        &mut self,
        mut incoming: Incoming,
        heard: &mut Heard,
    ) -> Result<Ended, ModelError> {
        let timing = self.client.timing;
        let mut tail: Option<Instant> = None;
        loop {
            if heard.finish.is_some() {
                tail.get_or_insert_with(Instant::now);
            }
            let patience = match tail {
                Some(begun) => TAIL.saturating_sub(begun.elapsed()),
                None if heard.words => timing.idle,
                None => timing.first_token,
            };
            let piece = match timeout(patience, incoming.next()).await {
                Ok(piece) => piece?,
                Err(_) if heard.finish.is_some() => return Ok(Ended::Whole),
                Err(_) if heard.words => {
                    let why = format!("nothing came for {}", seconds(patience));
                    return Ok(Ended::Broken(why));
                }
                Err(_) => return Err(ModelError::FirstToken { waited: patience }),
            };
            let ended = match piece {
                Piece::Alive => self.alive().await,
                Piece::Data { name, data } => {
                    let whole = !incoming.is_over() || incoming.is_whole();
                    self.event(name.as_deref(), &data, whole, heard).await?
                }
                Piece::End | Piece::Broken(_) if heard.finish.is_some() => Some(Ended::Whole),
                Piece::End => Some(Ended::Bare),
                Piece::Broken(why) => Some(Ended::Broken(why)),
            };
            match (ended, heard.finish) {
                (None, _) => {}
                // What comes behind the end cannot take it back.
                (Some(_), Some(Finish::Done)) => return Ok(Ended::Whole),
                (Some(ended), _) => return Ok(ended),
            }
        }
    }

    async fn event(
        &mut self,
        name: Option<&str>,
        data: &str,
        whole: bool,
        heard: &mut Heard,
    ) -> Result<Option<Ended>, ModelError> {
        let data = data.trim();
        if data == DONE {
            return Ok(Some(Ended::Whole));
        }
        if data.is_empty() {
            return Ok(self.alive().await);
        }
        let value: Value = match serde_json::from_str(data) {
            Ok(value) => value,
            Err(_) if name == Some("error") => Value::String(data.to_owned()),
            Err(_) if !whole => {
                return Ok(Some(Ended::Broken(
                    "the stream ended within an event".to_owned(),
                )));
            }
            Err(_) if heard.words => {
                return Ok(Some(Ended::Broken("an event was no JSON".to_owned())));
            }
            Err(error) => return Err(self.no_json(data, &error)),
        };
        let named = (name == Some("error")).then(|| Fault::of_body(value.to_string().as_bytes()));
        if let Some(fault) = Fault::within(&value).or(named) {
            return Ok(Some(Ended::Fault(fault)));
        }
        self.take(Chunk::read(&value), heard).await
    }

    async fn take(&mut self, chunk: Chunk, heard: &mut Heard) -> Result<Option<Ended>, ModelError> {
        if let Some(usage) = chunk.usage {
            self.record.count(usage);
        }
        if let Some(model) = &chunk.model {
            self.record.by(model.clone());
        }
        if chunk.has_words() {
            heard.words = true;
            self.record.hear(chunk.text.len() + chunk.reasoning.len());
        }
        heard.finish = chunk.finish.or(heard.finish);
        let quiet = chunk.text.is_empty() && chunk.reasoning.is_empty();
        if !chunk.reasoning.is_empty() {
            self.think(chunk.reasoning).await?;
        }
        if !chunk.text.is_empty() {
            let told = heard.think.push(&chunk.text);
            self.tell(told, heard).await?;
        }
        for piece in chunk.calls {
            let size = heard.calls.add(piece);
            self.record.hear(size);
            self.grow(size)?;
        }
        if quiet {
            self.alive().await;
        }
        if heard.finish == Some(Finish::Failed) {
            let fault = Fault {
                message: "finish_reason: error".to_owned(),
                ..Fault::default()
            };
            return Ok(Some(Ended::Fault(fault)));
        }
        Ok(None)
    }

    fn no_json(&self, data: &str, error: &serde_json::Error) -> ModelError {
        let told = Told::of(&self.client.endpoint.mask(data));
        ModelError::Protocol {
            what: format!("an event is no JSON: {error}{told}"),
        }
    }
}

/// The code that a fault within an answer stands for.
pub(super) fn code(fault: &Fault) -> u16 {
    fault
        .code
        .filter(|code| (400..600).contains(code))
        .unwrap_or(UNKNOWN)
}

/// What of a refusal can be read.
async fn refusal(mut response: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < REFUSAL {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) if body.is_empty() => return chain(&error.without_url()).into_bytes(),
            Err(_) => break,
        }
    }
    body
}

/// How long the server wants to be left alone: seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(
        date.duration_since(std::time::SystemTime::now())
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn asked(value: &str) -> Option<Duration> {
        retry_after(&HeaderMap::from_iter([(
            RETRY_AFTER,
            value.parse().unwrap(),
        )]))
    }

    #[test]
    fn a_pause_is_a_number_or_a_date() {
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-3"), None);
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
        assert!((58..=60).contains(&asked(&date).unwrap().as_secs()));
    }
}
