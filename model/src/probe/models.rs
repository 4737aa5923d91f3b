//! Whether the server has the model, and which others look like it.

use super::context::same;
use super::nearest::nearest;
use super::step::Finding;
use crate::chat::{ModelInfo, Provider};

/// What to do where the choice is left to others.
const NAME_ONE: &str = "name a model in the settings, or another one may answer one day";

/// The model that is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Its name, if it is known.
    pub(super) name: Option<String>,
    /// Its room, as listed.
    pub(super) context_length: Option<u64>,
}

/// What the list says of the model that is wanted, and which one to go on with.
pub(super) fn judge(
    wanted: Option<&str>,
    listed: &[ModelInfo],
    provider: Provider,
) -> (Finding, Option<Chosen>) {
    match wanted {
        Some(wanted) => of_name(wanted, listed, provider),
        None => of_none(listed, provider),
    }
}

fn of_name(wanted: &str, listed: &[ModelInfo], provider: Provider) -> (Finding, Option<Chosen>) {
    let named = Chosen {
        name: Some(wanted.to_owned()),
        context_length: None,
    };
    if listed.is_empty() {
        let finding = Finding::warning("the server lists no models")
            .hint("that is all right if it has one nevertheless; the next step tells");
        return (finding, Some(named));
    }
    if let Some(info) = listed.iter().find(|info| is(info, wanted, provider)) {
        let chosen = Chosen {
            context_length: info.context_length,
            ..named
        };
        return (found(info, provider), Some(chosen));
    }
    let near = nearest(wanted, listed.iter().map(|info| info.id.as_str()));
    let near = near
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>();
    let message = format!("the server lists no model `{wanted}`");
    // A gateway may know more names than it lists; others answer with some other model, or not at all.
    let (finding, chosen) = match provider {
        Provider::Openai => (Finding::warning(message), Some(named)),
        Provider::Openrouter | Provider::Lmstudio | Provider::Ollama => {
            (Finding::failed(message), None)
        }
    };
    let hint = format!("{}; nearest: {}", fetch(provider), near.join(", "));
    (finding.hint(hint).with("models", listed.len()), chosen)
}

fn is(info: &ModelInfo, wanted: &str, provider: Provider) -> bool {
    // OpenRouter knows variants (`:online`, `:nitro`) that it does not list.
    let variant = provider == Provider::Openrouter
        && wanted
            .rsplit_once(':')
            .is_some_and(|(base, _)| base == info.id);
    same(&info.id, wanted) || variant
}

fn found(info: &ModelInfo, provider: Provider) -> Finding {
    let finding = match info.loaded {
        Some(false) if provider == Provider::Lmstudio => {
            Finding::passed("the server has the model, and has it not loaded").hint(
                "the first answer waits until it is loaded; load it beforehand, and switch off unloading when idle, if that takes long",
            )
        }
        Some(true) => Finding::passed("the server has the model loaded"),
        Some(false) | None => Finding::passed("the server has the model"),
    };
    match info.loaded {
        Some(loaded) => finding.with("loaded", loaded),
        None => finding,
    }
}

/// No name: as the client chooses, one that is loaded, else the first; OpenRouter knows the account's own.
fn of_none(listed: &[ModelInfo], provider: Provider) -> (Finding, Option<Chosen>) {
    if provider == Provider::Openrouter {
        let finding = Finding::warning("no model is named; the account's own choice is asked");
        return (finding.hint(NAME_ONE), Some(Chosen::default()));
    }
    let loaded = listed.iter().find(|info| info.loaded == Some(true));
    let Some(info) = loaded.or(listed.first()) else {
        let finding = Finding::failed("no model is named, and the server lists none");
        return (finding.hint("set the name of a model"), None);
    };
    let finding = Finding::warning(format!("no model is named; `{}` is asked", info.id));
    let chosen = Chosen {
        name: Some(info.id.clone()),
        context_length: info.context_length,
    };
    (finding.hint(NAME_ONE), Some(chosen))
}

/// How a server comes to have a model.
pub(super) const fn fetch(provider: Provider) -> &'static str {
    match provider {
        Provider::Ollama => "fetch it with `ollama pull`, or use a name from `ollama list`",
        Provider::Lmstudio => "download it in LM Studio, or use a name from `lms ls`",
        Provider::Openrouter => "see openrouter.ai/models for the names",
        Provider::Openai => "use a name that the server lists",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::step::Status;

    fn listed(names: &[(&str, Option<bool>)]) -> Vec<ModelInfo> {
        let info = |(id, loaded): &(&str, Option<bool>)| ModelInfo {
            id: (*id).to_owned(),
            context_length: Some(8192),
            loaded: *loaded,
            tools: None,
        };
        names.iter().map(info).collect()
    }

    #[test]
    fn a_model_that_is_there_is_found_under_its_other_names() {
        let ollama = listed(&[("qwen3:latest", None)]);
        let (finding, chosen) = judge(Some("qwen3"), &ollama, Provider::Ollama);
        assert_eq!(finding.status, Status::Passed);
        assert_eq!(chosen.unwrap().context_length, Some(8192));
        let router = listed(&[("x/large", None)]);
        let (finding, _) = judge(Some("x/large:online"), &router, Provider::Openrouter);
        assert_eq!(finding.status, Status::Passed);
    }

    #[test]
    fn one_that_is_not_there_is_told_with_the_nearest() {
        let there = listed(&[("qwen3-coder:30b", None), ("llama3.2:3b", None)]);
        let (finding, chosen) = judge(Some("qwen3-codre"), &there, Provider::Ollama);
        assert_eq!((finding.status, chosen), (Status::Failed, None));
        assert!(finding.hint.unwrap().contains("nearest: `qwen3-coder:30b`"));
    }

    #[test]
    fn a_gateway_may_know_more_than_it_lists() {
        let (finding, chosen) = judge(Some("x"), &listed(&[("y", None)]), Provider::Openai);
        assert_eq!(
            (finding.status, chosen.unwrap().name.as_deref()),
            (Status::Warning, Some("x"))
        );
    }

    #[test]
    fn without_a_name_the_loaded_one_is_asked() {
        let asked = |names: &[(&str, Option<bool>)], provider| {
            let (finding, chosen) = judge(None, &listed(names), provider);
            (
                finding.status,
                chosen.map(|chosen| chosen.name.unwrap_or_default()),
            )
        };
        let there = [("a", Some(false)), ("b", Some(true))];
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(
            asked(&there, Provider::Lmstudio),
            (Status::Warning, some("b"))
        );
        assert_eq!(
            asked(&[("a", None), ("b", None)], Provider::Openai),
            (Status::Warning, some("a"))
        );
        assert_eq!(
            asked(&there, Provider::Openrouter),
            (Status::Warning, some(""))
        );
        assert_eq!(asked(&[], Provider::Openai), (Status::Failed, None));
    }
}
