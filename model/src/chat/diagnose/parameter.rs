//! What of a request a server does not know, so that it is asked without.

use super::super::quirks::{Change, Limit};
use super::super::wire::fault::Fault;
use super::{Asked, context};

/// Statuses with which servers refuse parameters; llama.cpp's templates fail with 500.
const STATUSES: [u16; 4] = [400, 404, 422, 500];

/// What to leave out, if the fault is about something that was sent.
pub(super) fn change(asked: &Asked<'_>, status: u16, fault: &Fault) -> Option<Change> {
    if !STATUSES.contains(&status) {
        return None;
    }
    // Whatever is wrong with it, there is another way to ask.
    if asked.prefilled && !context::is_about(fault) {
        return Some(Change::Prefill);
    }
    let quirks = asked.quirks;
    let names = |names: &[&str]| names.contains(&fault.param.as_str()) || fault.says(names);
    if let Some(change) = limit(asked, fault) {
        return Some(change);
    }
    if status == 404 || status == 500 {
        return template(asked, fault);
    }
    if quirks.stream_options && names(&["stream_options", "include_usage"]) {
        return Some(Change::StreamOptions);
    }
    if quirks.temperature && asked.request.temperature.is_some() && names(&["temperature"]) {
        return Some(Change::Temperature);
    }
    template(asked, fault)
}

/// What the model, or its template, has no place for.
fn template(asked: &Asked<'_>, fault: &Fault) -> Option<Change> {
    let tools = [
        "support tool",
        "support function",
        "tool use",
        "tools is not",
        "tools are not",
        "\"tools\"",
        "'tools'",
        "`tools`",
        "tool choice",
        "tool_choice",
        "tools param",
        "unknown field tools",
        "tool-call-parser",
    ];
    if asked.quirks.tools
        && !asked.request.tools.is_empty()
        && (fault.param == "tools" || fault.says(&tools))
    {
        return Some(Change::Tools);
    }
    let system = [
        "system role",
        "system message",
        "role 'system'",
        "role \"system\"",
        "roles must alternate",
        "role: system",
        "developer instruction",
    ];
    (asked.quirks.system && fault.says(&system)).then_some(Change::System)
}

/// The limit of the answer: called otherwise, larger than the server allows, or more than is left
/// beside the prompt.
fn limit(asked: &Asked<'_>, fault: &Fault) -> Option<Change> {
    let most = asked.request.max_tokens?;
    let newer = fault.says(&["max_completion_tokens"]);
    let older = fault.says(&["max_tokens"]) || fault.param == "max_tokens";
    match asked.quirks.limit {
        Limit::None => return None,
        Limit::MaxTokens if newer && !fault.says(&["too large"]) => {
            return Some(Change::Limit(Limit::MaxCompletionTokens));
        }
        Limit::MaxTokens | Limit::MaxCompletionTokens if newer || older => {
            return Some(Change::Limit(Limit::None));
        }
        Limit::MaxTokens | Limit::MaxCompletionTokens => {}
    }
    // Some count what was asked for along with the prompt.
    let (Some(needed), Some(context)) = context::figures(&fault.message) else {
        return None;
    };
    let counted = fault.says(&["in the completion", "completion tokens", "output tokens"]);
    (counted && needed.saturating_sub(u64::from(most)) < context)
        .then_some(Change::Limit(Limit::None))
}
