//! `index.html`: made new, or extended by what a further prompt asks for.
//!
//! Extending only ever inserts in front of two end marks, so whatever somebody has changed in the
//! page stays. Each insertion carries its job's id and is made once, however often the job runs.

use leo_protocol::JobId;

use super::escape::html;
use super::template::fill;
use super::words::Words;
use crate::input::Task;

const PAGE: &str = include_str!("../app/index.html");
const PANEL: &str = include_str!("../app/panel.html");
const ENTRY: &str = include_str!("../app/entry.html");

/// The page's file name.
pub(crate) const NAME: &str = "index.html";
/// The script that all panels share; a page without panels does not have it.
const PANEL_SCRIPT: &str = "    <script src=\"panels.js\" defer></script>\n";
/// Stands near the top of every file of ours, in front of the job's id.
const SIGNATURE: &str = "made by leo-demo for job ";
/// How far from the top the signature is looked for, in characters.
const SIGNATURE_REACH: usize = 300;
/// The length of an id in text.
const ID_LENGTH: usize = 36;
/// Where panels go.
const PANELS_END: &str = "<!-- leo-demo: panels end -->";
/// Where prompts are listed.
const PROMPTS_END: &str = "<!-- leo-demo: prompts end -->";

/// The job that made a file, if the file is ours.
pub(crate) fn job_of(text: &str) -> Option<JobId> {
    let top: String = text.chars().take(SIGNATURE_REACH).collect();
    let (_, behind) = top.split_once(SIGNATURE)?;
    behind.get(..ID_LENGTH)?.parse().ok()
}

/// The page of a new app.
pub(crate) fn new(task: &Task, words: &Words) -> String {
    let tags: String = words
        .keywords
        .iter()
        .map(|word| format!("<li>{}</li>", html(word)))
        .collect();
    let text = fill(
        PAGE,
        &[
            ("job", &task.job.to_string()),
            ("hue", &words.hue.to_string()),
            ("title", &html(&words.title)),
            ("quote", &html(&words.quote)),
            ("first", &html(words.keyword(0))),
            ("tags", &tags),
            ("panels-end", PANELS_END),
            ("prompts-end", PROMPTS_END),
        ],
    );
    // The template has its end marks, so there always is a text.
    add_entries(&text, task).unwrap_or(text)
}

/// The page with a panel for this job's prompt and with all prompts listed; `None` where it is
/// not ours or the end marks are gone.
pub(crate) fn extend(text: &str, task: &Task, words: &Words) -> Option<String> {
    job_of(text)?;
    let job = task.job.to_string();
    let mut panel = String::new();
    if !text.contains(PANEL_SCRIPT.trim()) {
        panel.push_str(PANEL_SCRIPT);
    }
    panel.push_str(&fill(
        PANEL,
        &[
            ("job", &job),
            ("title", &html(&words.title)),
            ("quote", &html(&words.quote)),
            ("first", &html(words.keyword(0))),
            ("second", &html(words.keyword(1))),
            ("third", &html(words.keyword(2))),
        ],
    ));
    let there = text.contains(&format!("data-panel=\"{job}\""));
    let panel = if there { "" } else { &panel };
    add_entries(&insert(text, PANELS_END, panel)?, task)
}

fn add_entries(text: &str, task: &Task) -> Option<String> {
    add_requests(text, task, PROMPTS_END, |words, job| {
        let (title, quote) = (html(&words.title), html(&words.quote));
        fill(ENTRY, &[("job", job), ("title", &title), ("quote", &quote)])
    })
}

/// The text with an entry for each prompt of the session that it does not list yet, in front of
/// the mark. An entry has to carry its job's id as `data-job="…"`.
pub(crate) fn add_requests(
    text: &str,
    task: &Task,
    mark: &str,
    entry: impl Fn(&Words, &str) -> String,
) -> Option<String> {
    let earlier = task.earlier().map(|turn| (turn.job, turn.text.as_str()));
    let all = earlier.chain([(task.job, task.prompt.as_str())]);
    let mut entries = String::new();
    for (job, prompt) in all {
        let job = job.to_string();
        let known = format!("data-job=\"{job}\"");
        if !text.contains(&known) && !entries.contains(&known) {
            entries.push_str(&entry(&Words::of(prompt), &job));
        }
    }
    insert(text, mark, &entries)
}

/// The text with something inserted in front of the line of a mark.
fn insert(text: &str, mark: &str, what: &str) -> Option<String> {
    let (before, _) = text.split_at(text.find(mark)?);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let (before, behind) = text.split_at(line);
    Some([before, what, behind].concat())
}

#[cfg(test)]
mod tests;
