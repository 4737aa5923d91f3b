//! A short answer, and what can be seen of it: that it streams, what it has cost, how quick it was.

use std::time::{Duration, Instant};

use super::context;
use super::step::Finding;
use super::{failure, models};
use crate::chat::{Client, Message, ModelError, Part, Provider, Request, Usage};

/// What is asked: some dozens of words that every model knows, so that there is a speed to measure.
const QUESTION: &str =
    "Write the numbers from 1 to 60 in digits, separated by spaces, and nothing else.";
/// An answer that is longer does not end by itself, in bytes.
const ENDLESS: usize = 16 << 10;
/// An answer that takes longer than this and comes in a shorter part of that time than
/// [`AT_ONCE_SHARE`] was collected on its way.
const AT_ONCE_AFTER: Duration = Duration::from_secs(1);
/// One part in so many.
const AT_ONCE_SHARE: u32 = 50;
/// Slower models make people wait, in tokens a second.
const SLOW: f64 = 8.0;
/// So much text has an app of some size, in tokens.
const APP: f64 = 20_000.0;
/// A longer time to the first token is worth a word.
const LATE: Duration = Duration::from_secs(20);

/// What was seen.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    /// Pieces of text, thoughts among them.
    pub(super) pieces: u32,
    /// Signs of life that hold no text.
    pub(super) alive: u32,
    /// From the question to the first piece.
    pub(super) first: Duration,
    /// From the question to the last piece.
    pub(super) last: Duration,
    pub(super) usage: Usage,
    /// What was read did not come to an end.
    pub(super) endless: bool,
    /// The model that has answered, as the server calls it.
    pub(super) model: Option<String>,
}

/// Asks the question and watches the answer.
pub(super) async fn talk(client: &Client) -> Result<Talk, ModelError> {
    let question = Request {
        messages: vec![Message::User(QUESTION.to_owned())],
        ..Request::default()
    };
    let begin = Instant::now();
    let mut answer = client.answer(question);
    let (mut pieces, mut alive, mut bytes) = (0, 0, 0);
    let (mut first, mut last) = (None, Duration::ZERO);
    while let Some(part) = answer.next().await? {
        match part {
            Part::Text(text) | Part::Reasoning(text) => {
                last = begin.elapsed();
                first.get_or_insert(last);
                pieces += 1;
                bytes += text.len();
            }
            Part::Alive => alive += 1,
            Part::Retrying { .. } | Part::Continuing { .. } => {}
        }
        if bytes > ENDLESS {
            break;
        }
    }
    let endless = bytes > ENDLESS;
    let (usage, model) = match endless {
        true => (answer.usage_so_far(), None),
        false => {
            let finished = answer.finish().await?;
            (finished.usage, finished.model)
        }
    };
    Ok(Talk {
        pieces,
        alive,
        first: first.unwrap_or(last),
        last,
        usage,
        endless,
        model,
    })
}

impl Talk {
    /// Whether the answer came as it was made.
    pub(super) fn streams(&self) -> Finding {
        let finding = match self.pieces {
            0 | 1 => Finding::warning("the answer comes all at once, and does not stream"),
            _ if self.came_at_once() => Finding::warning(
                "the answer was collected on its way, and came all at once in the end",
            ),
            pieces => {
                return self.counted(Finding::passed(format!(
                    "the answer streams, in {pieces} pieces"
                )));
            }
        };
        self.counted(finding).hint(
            "jobs work, but show nothing while the model writes; see that the server supports `stream: true` and that no proxy in between collects answers (nginx: `proxy_buffering off`)",
        )
    }

    fn came_at_once(&self) -> bool {
        let spread = self.last.saturating_sub(self.first);
        self.last > AT_ONCE_AFTER && spread * AT_ONCE_SHARE < self.last
    }

    fn counted(&self, finding: Finding) -> Finding {
        finding
            .with("pieces", self.pieces)
            .with("keepAlives", self.alive)
    }

    /// Whether the server has said what the answer cost.
    pub(super) fn usage(&self) -> Finding {
        let Usage {
            prompt_tokens,
            completion_tokens,
            cost_usd,
            estimated,
        } = self.usage;
        if self.endless {
            return Finding::warning("the answer does not end, so its cost is not told").hint(
                "see that the server uses the model's own chat template, or choose another model",
            );
        }
        if estimated {
            return Finding::warning("the server does not tell how many tokens an answer takes")
                .hint("Leo counts by the length of the text then, so usage and budgets are estimates; newer versions of most servers tell (`stream_options.include_usage`)");
        }
        let cost = cost_usd
            .map(|cost| format!(", for ${cost:.6}"))
            .unwrap_or_default();
        let told = format!(
            "the server tells: {prompt_tokens} tokens asked and {completion_tokens} answered{cost}"
        );
        Finding::passed(told)
            .with("promptTokens", prompt_tokens)
            .with("completionTokens", completion_tokens)
    }

    /// Tokens a second from the first on; nothing where no time has passed.
    pub(super) fn tokens_per_second(&self) -> Option<f64> {
        let alone = self.pieces < 2 || self.came_at_once();
        let time = match alone {
            true => self.last,
            false => self.last.saturating_sub(self.first),
        };
        let tokens = u32::try_from(self.usage.completion_tokens).unwrap_or(u32::MAX);
        let seconds = time.as_secs_f64();
        (tokens > 0 && seconds > 0.0).then(|| f64::from(tokens) / seconds)
    }

    /// How quick it is, and what that means for an app.
    pub(super) fn speed(&self) -> Finding {
        let first = self.first.as_secs_f64();
        let Some(rate) = self.tokens_per_second() else {
            return Finding::skipped(format!(
                "the first token came after {first:.1} s; there was too little text for a speed"
            ));
        };
        let about = if self.usage.estimated { "about " } else { "" };
        let said = format!(
            "the first token came after {first:.1} s, then {about}{rate:.1} tokens a second"
        );
        let (slow, late) = (rate < SLOW, self.first > LATE);
        let finding = match (slow, late) {
            (false, false) => Finding::passed(said),
            (true, _) => Finding::warning(said).hint(format!(
                "an app of {APP} tokens takes {:.0} minutes; use a smaller or more quantised model, or a machine with a GPU, and let jobs run for longer than that (JOB_TIMEOUT)",
                APP / rate / 60.0
            )),
            (false, true) => Finding::warning(said).hint(
                "the model was probably loaded first; keep it loaded (Ollama: OLLAMA_KEEP_ALIVE; LM Studio: no unloading when idle)",
            ),
        };
        finding
            .with(
                "firstTokenMs",
                u64::try_from(self.first.as_millis()).unwrap_or(u64::MAX),
            )
            .with("tokensPerSecond", (rate * 10.0).round() / 10.0)
    }
}

/// Why there is no answer. What to change is part of the error's own text; here is added what only this
/// kind of server has.
pub(super) fn failed(error: &ModelError, provider: Provider) -> Finding {
    let finding = Finding::failed(error.to_string());
    if matches!(error, ModelError::Key { .. }) {
        return finding.hint(failure::key(provider));
    }
    if matches!(error, ModelError::UnknownModel { .. }) {
        return finding.hint(models::fetch(provider));
    }
    let room = matches!(
        error,
        ModelError::ContextTooSmall { .. } | ModelError::Empty { .. }
    );
    match room {
        true => finding.hint(context::raise(provider)),
        false => finding,
    }
}
