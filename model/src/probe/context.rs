//! How many tokens prompt and answer may have together: as the server is set up, not as the model could.
//!
//! Servers tell it in different places, and some nowhere. It is looked up after the model has answered,
//! because some know it of loaded models only.

use serde_json::{Value, json};

use super::http::Asker;
use super::step::Finding;
use crate::chat::Provider;

/// What a generation needs to hold its instructions, some files and an answer, in tokens.
pub(super) const NEEDED: u64 = 16_384;
/// What Ollama gives a model where nobody says otherwise, in tokens; it cuts longer prompts without a word.
const OLLAMA_DEFAULT: u64 = 4096;

/// How much room there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Room {
    /// As it is set up.
    pub(super) now: Option<u64>,
    /// What the model could have at most.
    pub(super) most: Option<u64>,
}

impl Room {
    /// What each has found, the first counting.
    const fn or(self, other: Self) -> Self {
        Self {
            now: if self.now.is_some() {
                self.now
            } else {
                other.now
            },
            most: if self.most.is_some() {
                self.most
            } else {
                other.most
            },
        }
    }
}

/// Looks it up; `listed` is what stands in the list of models since the model has answered.
pub(super) async fn find(
    asker: &Asker,
    provider: Provider,
    model: &str,
    listed: Option<u64>,
) -> Room {
    let listed = Room {
        now: listed,
        most: None,
    };
    match provider {
        Provider::Openrouter | Provider::Lmstudio => listed,
        Provider::Ollama => listed.or(of_ollama(asker, model).await),
        // It may be any server at all.
        Provider::Openai if listed.now.is_some() => listed,
        Provider::Openai => of_ollama(asker, model).await,
    }
}

async fn of_ollama(asker: &Asker, model: &str) -> Room {
    let running = asker.beside("api/ps").await.unwrap_or_default();
    let running = entry(&running["models"], &["name", "model"], model).unwrap_or(&Value::Null);
    let shown = json!({"model": model});
    let shown = asker.ask_beside("api/show", &shown).await;
    let shown = shown.unwrap_or_default();
    Room {
        now: number(running, "/context_length").or_else(|| parameter(&shown, "num_ctx")),
        most: shown["model_info"].as_object().and_then(|info| {
            let mut lengths = info
                .iter()
                .filter(|(name, _)| name.ends_with(".context_length"));
            lengths.find_map(|(_, value)| value.as_u64())
        }),
    }
}

/// A parameter of a Modelfile: `parameters` holds one a line, as `num_ctx 8192`.
fn parameter(shown: &Value, name: &str) -> Option<u64> {
    let lines = shown["parameters"].as_str()?.lines();
    let mut words = lines.map(str::split_whitespace);
    words.find_map(|mut words| (words.next()? == name).then(|| words.next()?.parse().ok())?)
}

/// The entry of a model, by the first of these fields that it has.
fn entry<'a>(list: &'a Value, fields: &[&str], model: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|entry| {
        let names = fields.iter().filter_map(|field| entry[*field].as_str());
        names.into_iter().any(|name| same(name, model))
    })
}

/// Whether two names are of the same model: with Ollama one without a tag is that of the tag `latest`.
pub(super) fn same(listed: &str, wanted: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_owned();
    bare(listed) == bare(wanted)
}

fn number(value: &Value, place: &str) -> Option<u64> {
    value.pointer(place)?.as_u64().filter(|tokens| *tokens > 0)
}

/// What that means for generations.
pub(super) fn judge(room: Room, provider: Provider) -> Finding {
    let finding = match (room.now, room.most) {
        (Some(now), _) if now >= NEEDED => {
            Finding::passed(format!("there is room for {now} tokens"))
        }
        (Some(now), Some(most)) if most < NEEDED => Finding::warning(format!(
            "there is room for {now} tokens, and the model can have {most} at most; generations need {NEEDED}"
        ))
        .hint("choose a model with a larger context"),
        (Some(now), _) => Finding::warning(format!(
            "there is room for {now} tokens only; generations need {NEEDED}, and what does not fit is cut off or refused"
        ))
        .hint(raise(provider)),
        (None, _) if provider == Provider::Ollama => Finding::warning(format!(
            "it cannot be seen how much room there is; without a setting Ollama gives {OLLAMA_DEFAULT} tokens and cuts off what is longer"
        ))
        .hint(raise(provider)),
        (None, _) => Finding::skipped("the server does not tell how much room there is")
            .hint(format!("see to it that prompt and answer may have {NEEDED} tokens together")),
    };
    let finding = match room.now {
        Some(now) => finding.with("contextLength", now),
        None => finding,
    };
    match room.most {
        Some(most) => finding.with("maxContextLength", most),
        None => finding,
    }
}

/// How a server is given more room.
pub(super) const fn raise(provider: Provider) -> &'static str {
    match provider {
        Provider::Ollama => {
            "start Ollama with OLLAMA_CONTEXT_LENGTH=32768, or make a model with `PARAMETER num_ctx 32768` in its Modelfile; more context takes more memory"
        }
        Provider::Lmstudio => {
            "load the model with a larger Context Length (in its load settings, or `lms load MODEL --context-length 32768`)"
        }
        Provider::Openrouter => "choose a model with a larger context",
        Provider::Openai => {
            "start the server with more: `--max-model-len 32768` of vLLM, `-c 32768` of llama.cpp (its slots share that: see `-np`)"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::step::Status;

    const fn room(now: Option<u64>, most: Option<u64>) -> Room {
        Room { now, most }
    }

    #[test]
    fn too_little_room_is_told_with_the_way_to_more() {
        let small = judge(room(Some(4096), Some(131_072)), Provider::Ollama);
        assert_eq!(small.status, Status::Warning);
        assert!(small.hint.unwrap().contains("OLLAMA_CONTEXT_LENGTH"));
        assert_eq!(small.details["contextLength"], 4096);
        let hopeless = judge(room(Some(2048), Some(2048)), Provider::Lmstudio);
        assert!(hopeless.hint.unwrap().contains("choose a model"));
        let unknown = judge(room(None, None), Provider::Ollama);
        assert_eq!(unknown.status, Status::Warning);
        assert_eq!(
            judge(room(None, None), Provider::Openai).status,
            Status::Skipped
        );
        let enough = judge(room(Some(NEEDED), None), Provider::Openai);
        assert_eq!((enough.status, enough.hint), (Status::Passed, None));
    }

    #[test]
    fn parameters_of_a_modelfile_are_found() {
        let shown =
            json!({"parameters": "stop \"<|im_end|>\"\nnum_ctx                        8192\n"});
        assert_eq!(parameter(&shown, "num_ctx"), Some(8192));
        assert_eq!(parameter(&shown, "num_gpu"), None);
        assert_eq!(parameter(&Value::Null, "num_ctx"), None);
    }

    #[test]
    fn a_tag_that_is_usual_need_not_be_written() {
        assert!(same("qwen3:latest", "qwen3") && same("qwen3", "qwen3:latest"));
        assert!(!same("qwen3:8b", "qwen3"));
    }
}
