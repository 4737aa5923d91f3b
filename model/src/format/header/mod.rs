//! The line that begins a file: `cat > path << 'MARKER'` and its relatives.
//!
//! Read with much tolerance for quotes, blanks and order, because small models vary them; with none
//! for a second command in the line, which is handed back and refused.

use super::piece::{Length, Unit};
use super::words;

const PROGRAMS: [&str; 4] = ["cat", "tee", "patch", "mkdir"];
/// Programs that models feed with heredocs too; those texts are no files.
const FOREIGN: [&str; 13] = [
    "cd", "sudo", "git", "bash", "sh", "python", "python3", "node", "psql", "mysql", "sqlite3",
    "cat", "tee",
];
const MARKER_LIMIT: usize = 64;

/// A line that begins a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// What ends the file.
    pub(super) marker: String,
    /// `<<-`: tabs at the beginning of lines are not part of the file.
    pub(super) strip_tabs: bool,
    /// What happens to the text.
    pub(super) target: Target,
    /// The path as it was written, without quotes and a leading `./`.
    pub(super) path: String,
    /// What follows in the line, and is not done.
    pub(super) extra: String,
    /// A length in a comment at the end of the line.
    pub(super) length: Option<Length>,
}

/// What happens to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// It becomes the file.
    Whole,
    /// It is a diff of the file.
    Patch,
    /// It is added to the file.
    Append,
}

/// Whether a line that begins with `part` may be a header.
pub(super) fn may_begin(part: &str) -> bool {
    words::may_begin(part, &PROGRAMS)
}

/// Whether a line that begins with `part` may be what [`foreign`] reads.
pub(super) fn may_begin_foreign(part: &str) -> bool {
    words::may_begin(part, &FOREIGN)
}

/// Reads a line as a header.
pub(super) fn read(line: &str) -> Option<Header> {
    if !may_begin(line) {
        return None;
    }
    let (before, heredoc, after) = split(without_mkdir(words::without_prompt(line))?)?;
    let (word, arguments) = words::first(before.trim());
    let (target, path, rest) = match word.as_str() {
        "cat" => of_cat(arguments, after)?,
        "tee" => of_tee(arguments, after)?,
        "patch" => (Target::Patch, without_options(arguments), after),
        _ => return None,
    };
    let (extra, length) = of_rest(rest);
    let path = unquoted(path);
    Some(Header {
        marker: heredoc.marker.to_owned(),
        strip_tabs: heredoc.strip_tabs,
        target,
        path: path.trim_start_matches("./").to_owned(),
        extra,
        length,
    })
}

/// The marker of a heredoc that feeds another program than those that write files.
pub(super) fn foreign(line: &str) -> Option<(String, bool)> {
    if !may_begin_foreign(line) {
        return None;
    }
    let (_, heredoc, _) = split(words::without_prompt(line))?;
    Some((heredoc.marker.to_owned(), heredoc.strip_tabs))
}

/// Whether a line of a file opens a heredoc of its own with this marker.
pub(super) fn opens_nested(line: &str, marker: &str) -> bool {
    split(line).is_some_and(|(_, heredoc, _)| heredoc.marker == marker)
}

/// A length that a comment declares: `# lines: 12`, `# bytes: 340`.
pub(super) fn length(comment: &str) -> Option<Length> {
    let text = comment.trim().trim_start_matches('#').trim();
    let (unit, count) = text.split_once(':')?;
    let unit = match unit.trim() {
        "lines" => Unit::Lines,
        "bytes" => Unit::Bytes,
        _ => return None,
    };
    let count = count.trim().parse().ok()?;
    Some(Length { unit, count })
}

struct Heredoc<'t> {
    marker: &'t str,
    strip_tabs: bool,
}

/// What stands before `<<`, the heredoc, and what follows its marker.
fn split(line: &str) -> Option<(&str, Heredoc<'_>, &str)> {
    let (before, after) = line.split_once("<<")?;
    let plain = after.strip_prefix('-');
    let quoted = plain.unwrap_or(after).trim_start();
    let text = quoted.trim_start_matches(is_quote);
    let end = text
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')))
        .unwrap_or(text.len());
    let (marker, rest) = text.split_at(end);
    let fits = !marker.is_empty() && marker.len() <= MARKER_LIMIT;
    fits.then_some((
        before,
        Heredoc {
            marker,
            strip_tabs: plain.is_some(),
        },
        rest.trim_start_matches(is_quote).trim_start(),
    ))
}

fn is_quote(sign: char) -> bool {
    matches!(sign, '\'' | '"' | '`' | '\\')
}

/// A line without the `mkdir -p … &&` before its command: folders come with their files.
fn without_mkdir(line: &str) -> Option<&str> {
    let (word, rest) = words::first(line);
    if word != "mkdir" {
        return Some(line);
    }
    let (_, command) = rest.split_once("&&").or_else(|| rest.split_once(';'))?;
    Some(command.trim_start())
}

type Found<'t> = (Target, &'t str, &'t str);

/// `cat > path << M`, `cat << M > path`, `cat << M | tee path`, `cat << M | patch path`.
fn of_cat<'t>(before: &'t str, after: &'t str) -> Option<Found<'t>> {
    if let Some((target, path)) = redirected(before) {
        return Some((target, path, after));
    }
    if !before.is_empty() {
        return None;
    }
    if let Some((target, path)) = redirected(after) {
        let (path, rest) = cut(path);
        return Some((target, path, rest));
    }
    let (word, arguments) = words::first(after.strip_prefix('|')?.trim_start());
    let (arguments, rest) = cut(arguments);
    match word.as_str() {
        "patch" => Some((Target::Patch, without_options(arguments), rest)),
        "tee" => of_tee(arguments, rest),
        _ => None,
    }
}

/// `tee path << M`, with or without `> /dev/null`.
fn of_tee<'t>(arguments: &'t str, after: &'t str) -> Option<Found<'t>> {
    let (target, path) = match arguments.strip_prefix("-a ") {
        Some(path) => (Target::Append, path),
        None => (Target::Whole, arguments),
    };
    let path = path.split('>').next().unwrap_or(path).trim();
    let silent = after.strip_prefix('>').map(str::trim_start);
    let rest = silent.and_then(|rest| rest.strip_prefix("/dev/null"));
    (!path.is_empty()).then_some((target, path, rest.unwrap_or(after)))
}

/// The path after `>` or `>>`.
fn redirected(text: &str) -> Option<(Target, &str)> {
    let text = text.trim().strip_prefix('>')?;
    match text.strip_prefix('>') {
        Some(path) => Some((Target::Append, path.trim())),
        None => Some((Target::Whole, text.trim_start_matches('|').trim())),
    }
}

/// A path, and what another command or a comment adds to the line.
fn cut(text: &str) -> (&str, &str) {
    let end = ["&&", "||", ";", "|", " #", " <", " >"]
        .iter()
        .filter_map(|sign| text.find(sign))
        .min();
    let (path, rest) = text.split_at(end.unwrap_or(text.len()));
    (path.trim(), rest.trim())
}

/// What `patch` is given beside options; its last word is the file.
fn without_options(arguments: &str) -> &str {
    let mut rest = arguments.trim();
    while rest.starts_with('-') {
        rest = rest
            .split_once(' ')
            .map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// What follows a header in its line: a comment is harmless, anything else is handed back.
fn of_rest(rest: &str) -> (String, Option<Length>) {
    let rest = rest.trim();
    if rest.starts_with('#') {
        return (String::new(), length(rest));
    }
    (rest.to_owned(), None)
}

/// A path without quotes, which need not match.
fn unquoted(path: &str) -> &str {
    path.trim().trim_matches(is_quote).trim()
}

#[cfg(test)]
mod tests;
