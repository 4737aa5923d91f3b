//! Problems of an app in words: for people in short, for a model in full.

use crate::emit::{one_line, shorten};
use crate::kind::Problem;

/// Problems that people are told.
const BRIEF: usize = 3;
/// The longest of them, in characters.
const BRIEF_TEXT: usize = 160;
/// Problems that a model is told.
const LISTED: usize = 20;
/// The longest of them, in characters.
const LISTED_TEXT: usize = 600;

/// The first problems in one line.
pub(crate) fn brief(problems: &[Problem]) -> String {
    let told = problems.iter().take(BRIEF);
    let told: Vec<String> = told
        .map(|problem| one_line(&problem.to_string(), BRIEF_TEXT))
        .collect();
    let more = problems.len().saturating_sub(BRIEF);
    let rest = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    format!("{}{rest}", told.join("; "))
}

/// Problems as a list, one below the other.
pub(crate) fn list(problems: &[Problem]) -> String {
    let told = problems.iter().take(LISTED);
    let told: Vec<String> = told
        .map(|problem| format!("- {}", shorten(&problem.to_string(), LISTED_TEXT)))
        .collect();
    told.join("\n")
}
