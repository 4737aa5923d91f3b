//! A further prompt for an app of ours: a panel of its own, and its place in the list of prompts.

use super::build::{self, README_NAME};
use super::page;
use super::plan::{Draft, PlannedPhase, Site};
use super::template::fill;
use crate::error::Error;
use crate::workspace::Found;

const PANELS: &str = include_str!("app/panels.js");
const PANELS_NAME: &str = "panels.js";

/// The phases that extend the app whose page is given; `None` where the page is not ours.
pub(crate) fn phases(site: &Site<'_>, text: &str) -> Result<Option<Vec<PlannedPhase>>, Error> {
    let words = &site.words;
    let Some(text) = page::extend(text, site.task, words) else {
        return Ok(None);
    };
    let mut files = vec![site.draft(page::NAME, "the page, with the new panel", text)?];
    files.extend(missing(site)?);
    let mut phases = vec![PlannedPhase {
        name: format!("Panel: {}", words.title),
        description: "A panel with a checklist and notes; all that is there stays.".into(),
        thoughts: vec![
            "There is an app already: everything in it stays as it is".into(),
            format!("The new panel is about: {}", words.keywords.join(", ")),
        ],
        files,
    }];
    if let Some(readme) = readme(site)? {
        phases.push(PlannedPhase {
            name: "Record".into(),
            description: "The read-me lists the new prompt.".into(),
            thoughts: vec!["What was asked for should be written down beside the app".into()],
            files: vec![readme],
        });
    }
    Ok(Some(phases))
}

/// The files that the page needs and that are not there: the panels' script at the first
/// extension, others where an earlier job did not get to them.
fn missing(site: &Site<'_>) -> Result<Vec<Draft>, Error> {
    let job = site.task.job.to_string();
    let all = [
        (PANELS_NAME, {
            let text = fill(PANELS, &[("job", &job)]);
            site.draft(PANELS_NAME, "what the panels do", text)?
        }),
        ("styles.css", build::styles(site)?),
        ("icon.svg", build::icon(site)?),
        ("data/board.js", build::board(site)?),
        ("app.js", build::app(site)?),
    ];
    let mut drafts = Vec::new();
    for (name, draft) in all {
        if is_due(site, name)? {
            drafts.push(draft);
        }
    }
    Ok(drafts)
}

/// Whether the file is missing. One that an earlier attempt of this job wrote is written again,
/// so that every attempt has the same phases with the same files.
fn is_due(site: &Site<'_>, name: &str) -> Result<bool, Error> {
    Ok(match site.look(name)? {
        Found::Nothing => true,
        Found::Text(text) => page::job_of(&text) == Some(site.task.job),
        Found::Other => false,
    })
}

/// The read-me with the new prompt; `None` where it is somebody else's.
fn readme(site: &Site<'_>) -> Result<Option<Draft>, Error> {
    match site.look(README_NAME)? {
        Found::Nothing => build::readme(site).map(Some),
        Found::Text(text) if page::job_of(&text).is_some() => {
            let purpose = "what the app is and how it was made, with the new prompt";
            build::extended_readme(site, &text)
                .map(|text| site.draft(README_NAME, purpose, text))
                .transpose()
        }
        Found::Text(_) | Found::Other => Ok(None),
    }
}
