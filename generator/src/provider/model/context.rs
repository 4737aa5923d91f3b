//! What a prompt says of the app and of the conversation, within what the model can read.
//!
//! Every file is named; as many as fit are quoted whole, those that the phase is about first. What is
//! not quoted is said to be so, because a model that does not know it invents it.

use std::fmt::Write as _;

use leo_protocol::runner::Role;

use crate::emit::shorten;
use crate::input::Turn;
use crate::workspace::{Found, RelPath, Workspace};

/// Characters that a token stands for, at least: code has short ones.
const CHARS_PER_TOKEN: u64 = 3;
/// Where nobody says how much the model reads, in tokens: what small local models are mostly given.
const UNKNOWN_WINDOW: u64 = 8192;
/// More than this is not quoted however much the model can read, in characters.
const MOST: usize = 200_000;
/// Turns of the conversation that are repeated.
const TURNS: usize = 8;
/// The longest turn, in characters.
const TURN: usize = 2000;

/// How much the model can read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// In tokens, where it is known.
    pub(super) tokens: Option<u64>,
}

impl Window {
    /// Characters for the files of the app: half of what the model reads, since the rest of the prompt and
    /// the answer have to fit too.
    pub(super) fn for_files(self) -> usize {
        let tokens = self.tokens.unwrap_or(UNKNOWN_WINDOW);
        let characters = tokens / 2 * CHARS_PER_TOKEN;
        usize::try_from(characters).unwrap_or(MOST).min(MOST)
    }
}

/// The app as far as it fits.
pub(super) fn app(workspace: &Workspace, room: usize, first: &[RelPath]) -> String {
    let paths = workspace.list().unwrap_or_default();
    if paths.is_empty() {
        return "The app's folder is empty.".to_owned();
    }
    let mut files: Vec<(RelPath, String)> = Vec::new();
    let mut unread = Vec::new();
    for path in &paths {
        let Ok(path) = RelPath::new(path) else {
            continue;
        };
        match workspace.look(&path) {
            Ok(Found::Text(text)) => files.push((path, text)),
            _ => unread.push(path.as_str().to_owned()),
        }
    }
    // Those that matter, then small ones: so most of the app is seen.
    files.sort_by_key(|(path, text)| (!first.contains(path), text.len(), path.clone()));
    let mut room = room;
    let mut quoted = String::new();
    for (path, text) in &files {
        let Some(left) = room.checked_sub(text.len() + path.as_str().len()) else {
            unread.push(path.as_str().to_owned());
            continue;
        };
        room = left;
        quoted += &quote(path, text);
    }
    let mut said = format!("The app so far:\n\n{quoted}");
    if !unread.is_empty() {
        unread.sort();
        let names = shorten(&unread.join(", "), TURN);
        // Writing to a String cannot fail.
        let _ = writeln!(said, "There are more files, which are not shown: {names}");
    }
    said
}

fn quote(path: &RelPath, text: &str) -> String {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("<file path=\"{}\">\n{text}{end}</file>\n\n", path.as_str())
}

/// What was said in the session before; nothing where this is its first prompt.
pub(super) fn history(conversation: &[Turn]) -> String {
    if conversation.is_empty() {
        return String::new();
    }
    let mut said = "What was asked for before, and done:\n\n".to_owned();
    let skipped = conversation.len().saturating_sub(TURNS);
    for turn in conversation.iter().skip(skipped) {
        let who = match turn.role {
            Role::User => "User",
            Role::Assistant => "You",
        };
        let _ = writeln!(said, "{who}: {}", shorten(turn.text.trim(), TURN));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_quoted_first_and_the_rest_is_named() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let path = |text| RelPath::new(text).unwrap();
        workspace
            .write(&path("large.js"), &"x".repeat(500))
            .unwrap();
        workspace.write(&path("a.js"), "small a").unwrap();
        workspace.write(&path("b.js"), "small b\n").unwrap();
        let all = app(&workspace, 10_000, &[]);
        assert!(all.contains("<file path=\"large.js\">") && !all.contains("not shown"));
        let some = app(&workspace, 520, &[path("large.js")]);
        assert!(some.contains("<file path=\"large.js\">"), "{some}");
        assert!(
            some.contains("not shown: a.js, b.js") || some.contains("not shown: b.js"),
            "{some}"
        );
        let small = app(&workspace, 40, &[]);
        assert!(small.contains("not shown: large.js"), "{small}");
    }

    #[test]
    fn an_unknown_window_is_a_small_one() {
        let of = |tokens| Window { tokens };
        assert_eq!(of(None).for_files(), of(Some(UNKNOWN_WINDOW)).for_files());
        assert_eq!(of(Some(10_000_000)).for_files(), MOST);
    }
}
