//! A new app: a board with three columns, labelled and started with the prompt's words.

use serde::Serialize;

use super::escape::{html, markdown, script};
use super::page;
use super::plan::{Draft, PlannedPhase, Site};
use super::template::fill;
use super::words::capital;
use crate::error::Error;

const STYLES: &str = include_str!("app/styles.css");
const SCRIPT: &str = include_str!("app/app.js");
const BOARD: &str = include_str!("app/board.js");
const ICON: &str = include_str!("app/icon.svg");
const README: &str = include_str!("app/README.md");
const README_ENTRY: &str = include_str!("app/readme-entry.md");

/// The read-me's name.
pub(crate) const README_NAME: &str = "README.md";
/// Where further prompts go in the read-me.
const README_END: &str = "<!-- leo-demo: prompts end -->";

/// The files of the app besides its page.
pub(crate) const NAMES: [&str; 5] = [
    "styles.css",
    "icon.svg",
    "data/board.js",
    "app.js",
    README_NAME,
];

/// What `data/board.js` holds.
#[derive(Serialize)]
struct Board<'a> {
    id: String,
    title: &'a str,
    tags: &'a [String],
    cards: Vec<Card<'a>>,
}

/// A card that the board begins with.
#[derive(Serialize)]
struct Card<'a> {
    text: String,
    tag: &'a str,
    column: &'static str,
}

/// The phases of a new app.
pub(crate) fn phases(site: &Site<'_>) -> Result<Vec<PlannedPhase>, Error> {
    let words = &site.words;
    let keywords = words.keywords.join(", ");
    Ok(vec![
        PlannedPhase {
            name: "Page and look".into(),
            description: format!("The page of “{}” with its headings, in light and dark.", words.title),
            thoughts: vec![
                format!("The prompt asks for: {}", words.title),
                format!("Words that the app will use: {keywords}"),
            ],
            files: vec![
                site.draft(page::NAME, "the page", page::new(site.task, words))?,
                styles(site)?,
                icon(site)?,
            ],
        },
        PlannedPhase {
            name: "A board that works".into(),
            description: "Cards to add, label, move, filter and keep in the browser.".into(),
            thoughts: vec![
                "A board with three columns is useful for nearly anything, so the canned app is one".into(),
                format!("The first cards are about “{}” and “{}”", words.keyword(0), words.keyword(1)),
            ],
            files: vec![board(site)?, app(site)?],
        },
        PlannedPhase {
            name: "Finish".into(),
            description: "A read-me that says what the app is and how it was made.".into(),
            thoughts: vec!["What was asked for should be written down beside the app".into()],
            files: vec![readme(site)?],
        },
    ])
}

/// The style sheet.
pub(crate) fn styles(site: &Site<'_>) -> Result<Draft, Error> {
    let text = filled(site, STYLES);
    site.draft("styles.css", "colours and layout, light and dark", text)
}

/// The icon.
pub(crate) fn icon(site: &Site<'_>) -> Result<Draft, Error> {
    site.draft(
        "icon.svg",
        "the icon in the browser's tab",
        filled(site, ICON),
    )
}

/// The board's words and first cards.
pub(crate) fn board(site: &Site<'_>) -> Result<Draft, Error> {
    let words = &site.words;
    let board = Board {
        id: site.task.job.to_string(),
        title: &words.title,
        tags: &words.keywords,
        cards: cards(site),
    };
    let job = site.task.job.to_string();
    let text = fill(BOARD, &[("job", &job), ("board", &script(&board))]);
    site.draft("data/board.js", "the board's labels and first cards", text)
}

/// What the board does.
pub(crate) fn app(site: &Site<'_>) -> Result<Draft, Error> {
    site.draft("app.js", "what the board does", filled(site, SCRIPT))
}

/// The read-me of a new app.
pub(crate) fn readme(site: &Site<'_>) -> Result<Draft, Error> {
    let job = site.task.job.to_string();
    let title = markdown(&site.words.title);
    let text = fill(
        README,
        &[("job", &job), ("title", &title), ("end", README_END)],
    );
    // The template has its end mark, so there always is a text.
    let text = extended_readme(site, &text).unwrap_or(text);
    site.draft(README_NAME, "what the app is and how it was made", text)
}

/// The read-me with the prompts that it does not list yet; `None` where their place is gone.
pub(crate) fn extended_readme(site: &Site<'_>, text: &str) -> Option<String> {
    let entry = |title: &str, quote: &str, job: &str| {
        let values = [("job", job), ("title", title), ("quote", quote)];
        fill(README_ENTRY, &values)
    };
    page::add_requests(text, site.task, README_END, |words, job| {
        entry(&markdown(&words.title), &markdown(&words.quote), job)
    })
}

fn filled(site: &Site<'_>, template: &str) -> String {
    let job = site.task.job.to_string();
    let (hue, letter) = (site.words.hue.to_string(), initial(&site.words.title));
    fill(
        template,
        &[("job", &job), ("hue", &hue), ("letter", &html(&letter))],
    )
}

fn initial(title: &str) -> String {
    let first = title.chars().find(|c| c.is_alphanumeric());
    capital(&first.map_or_else(|| "L".to_owned(), String::from))
}

fn cards<'a>(site: &'a Site<'_>) -> Vec<Card<'a>> {
    let words = &site.words;
    let card = |place: usize, column, before: &str, behind: &str| Card {
        text: format!("{before}“{}”{behind}", words.keyword(place)),
        tag: words.keyword(place),
        column,
    };
    vec![
        card(0, "todo", "Write down the first three steps for ", ""),
        card(1, "todo", "Decide what matters most about ", ""),
        card(2, "todo", "Ask somebody what they expect of ", ""),
        card(3, "doing", "Collect everything there is on ", ""),
        card(4, "doing", "Find one good example of ", " to learn from"),
        card(0, "done", "Turn the idea of ", " into a prompt"),
    ]
}
