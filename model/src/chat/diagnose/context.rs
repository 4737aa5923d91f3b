//! Prompts that are too long, in the words of many servers.

use super::super::wire::fault::Fault;
use super::super::{ModelError, Told};

/// What servers say.
const SIGNS: [&str; 13] = [
    "exceed_context_size",
    "context_length_exceeded",
    "context length",
    "context window",
    "context size",
    "context overflow",
    "context the overflows",
    "prompt is too long",
    "prompt too long",
    "input is too long",
    "too many tokens",
    "maximum number of tokens",
    "larger than the context",
];
/// Numbers below are no contexts.
const SMALLEST: u64 = 256;

/// The error where `fault` is about the context.
pub(super) fn error(fault: &Fault, told: Told) -> Option<ModelError> {
    if !is_about(fault) {
        return None;
    }
    let (needed, context) = figures(&fault.message);
    Some(ModelError::ContextTooSmall {
        needed: fault.needed.or(needed),
        context: fault.context.or(context),
        told,
    })
}

/// Whether `fault` is about the context.
pub(super) fn is_about(fault: &Fault) -> bool {
    fault.context.is_some() || fault.says(&SIGNS)
}

/// The tokens needed and the tokens there are, from a sentence: the second is the first number after
/// the word "context", or the smaller one, the first is the largest of all, if it is larger.
pub(super) fn figures(message: &str) -> (Option<u64>, Option<u64>) {
    let lower = message.to_lowercase();
    let all = numbers(&lower);
    let after = lower
        .find("context")
        .and_then(|at| numbers(&lower[at..]).first().copied());
    let context = match (after, all.as_slice()) {
        (Some(context), _) => Some(context),
        (None, [one, another, ..]) => Some(*one.min(another)),
        (None, [_] | []) => None,
    };
    let largest = all.into_iter().max();
    let needed = largest.filter(|needed| context.is_none_or(|context| *needed > context));
    (needed, context)
}

/// The numbers of a text that may be counts of tokens. A comma between digits is no end.
fn numbers(text: &str) -> Vec<u64> {
    let joined = text.replace(',', "");
    let runs = joined.split(|c: char| !c.is_ascii_digit());
    runs.filter_map(|run| run.parse().ok())
        .filter(|number| *number >= SMALLEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_words() {
        for (message, found) in [
            (
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 9012 tokens.",
                (Some(9012), Some(8192)),
            ),
            (
                "the request exceeds the available context size (4096 tokens), try increasing it",
                (None, Some(4096)),
            ),
            (
                "request (5012 tokens) exceeds the available context size (4096 tokens)",
                (Some(5012), Some(4096)),
            ),
            (
                "prompt is too long: 210,001 tokens > 200,000 maximum",
                (Some(210_001), Some(200_000)),
            ),
            (
                "Trying to keep the first 6202 tokens when context the overflows. However, the model is loaded \
              with context length of only 4096 tokens",
                (Some(6202), Some(4096)),
            ),
            ("input is too long", (None, None)),
        ] {
            assert_eq!(figures(message), found, "{message}");
        }
    }
}
