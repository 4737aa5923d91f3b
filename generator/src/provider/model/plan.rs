//! A phase as the model describes it: lines, or the JSON that some models cannot help writing.

use leo_protocol::event::{Phase, PlannedFile};
use serde::Deserialize;
use serde_json::Value;

use crate::emit::{one_line, shorten};
use crate::kind::Kind;
use crate::workspace::RelPath;

/// The most files of a phase.
pub(super) const FILES: usize = 12;
/// The longest name of a phase, in characters.
const NAME: usize = 80;
/// The longest description and purpose, in characters.
const TEXT: usize = 600;

/// What the model has designed.
#[derive(Debug, PartialEq)]
pub(super) struct Design {
    /// What kind of app it is, where the model says so.
    pub(super) kind: Option<Kind>,
    /// The phase.
    pub(super) phase: Phase,
}

/// The design in an answer.
///
/// # Errors
/// What is wrong with it, for the model to read.
pub(super) fn parse(answer: &str) -> Result<Design, String> {
    let mut draft = Draft::default();
    for line in answer.lines() {
        draft.take(line);
    }
    if draft.files.is_empty()
        && let Some(json) = json(answer)
    {
        draft = json;
    }
    draft.finish()
}

/// The value behind `KEY:` at the beginning of a line, whatever decoration stands around the key.
pub(super) fn field<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let decoration = |c: char| c.is_whitespace() || matches!(c, '*' | '#' | '-' | '`' | '>' | '_');
    let line = line.trim_start_matches(decoration);
    let head = line.get(..key.len())?;
    if !head.eq_ignore_ascii_case(key) {
        return None;
    }
    let rest = line.get(key.len()..)?.trim_start_matches(['*', '`', ' ']);
    let value = rest.strip_prefix(':')?;
    Some(value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`')))
}

/// The kind of app that a line chooses.
pub(super) fn kind(line: &str) -> Option<Kind> {
    kind_named(field(line, "KIND")?)
}

/// The kind of that name.
pub(super) fn kind_named(name: &str) -> Option<Kind> {
    let known = [Kind::Static, Kind::Node];
    let mut known = known.into_iter();
    known.find(|kind| name.eq_ignore_ascii_case(kind.as_str()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Draft {
    kind: String,
    name: String,
    description: String,
    files: Vec<DraftFile>,
    #[serde(alias = "lastPhase", alias = "last", alias = "is_last_phase")]
    is_last_phase: bool,
    #[serde(skip)]
    refused: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DraftFile {
    #[serde(alias = "file", alias = "name")]
    path: String,
    #[serde(alias = "description")]
    purpose: String,
}

impl Draft {
    fn take(&mut self, line: &str) {
        if let Some(value) = field(line, "KIND") {
            value.clone_into(&mut self.kind);
        } else if let Some(value) = field(line, "NAME") {
            self.name = value.to_owned();
        } else if let Some(value) = field(line, "DESCRIPTION") {
            self.description = value.to_owned();
        } else if let Some(value) = field(line, "LAST") {
            self.is_last_phase = ["yes", "true"]
                .iter()
                .any(|word| value.to_ascii_lowercase().starts_with(word));
        } else if let Some(value) = field(line, "FILE") {
            let (path, purpose) = value.split_once('|').unwrap_or((value, ""));
            self.files.push(DraftFile {
                path: path.to_owned(),
                purpose: purpose.to_owned(),
            });
        }
    }

    fn finish(mut self) -> Result<Design, String> {
        let mut files: Vec<PlannedFile> = Vec::new();
        for file in std::mem::take(&mut self.files) {
            let path = file.path.trim().trim_matches(['`', '"', '\'']);
            let path = path.strip_prefix("./").unwrap_or(path);
            match RelPath::new(path) {
                Ok(path) if files.iter().all(|file| file.path != path.as_str()) => {
                    files.push(PlannedFile {
                        path: path.as_str().to_owned(),
                        purpose: one_line(&file.purpose, TEXT),
                    });
                }
                Ok(_) => {}
                Err(_) => self.refused.push(shorten(path, NAME)),
            }
        }
        if files.is_empty() {
            return Err(match self.refused.first() {
                Some(path) => format!("`{path}` is not a path relative to the app's folder"),
                None => "it has no line that begins with `FILE: `".to_owned(),
            });
        }
        files.truncate(FILES);
        let name = one_line(&self.name, NAME);
        Ok(Design {
            kind: kind_named(&self.kind),
            phase: Phase {
                name: if name.is_empty() {
                    "Build the app".to_owned()
                } else {
                    name
                },
                description: one_line(&self.description, TEXT),
                files,
                is_last_phase: self.is_last_phase,
            },
        })
    }
}

/// The first JSON object in the text, also inside a fence.
fn json(text: &str) -> Option<Draft> {
    let start = text.find('{')?;
    let mut values = serde_json::Deserializer::from_str(text.get(start..)?).into_iter::<Value>();
    let mut value = values.next()?.ok()?;
    // Some wrap it once more: {"phase": {…}}.
    if let Some(inner) = value.get_mut("phase") {
        value = inner.take();
    }
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_and_without_decoration() {
        let plain = "KIND: static\nNAME: The board\nDESCRIPTION: Shows orders.\n\
            FILE: index.html | the page\nFILE: ./app.js | behaviour\nLAST: no\n";
        let decorated = "Here is the plan:\n\n**KIND:** static\n**Name**: The board\n- **DESCRIPTION:** Shows orders.\n\
            - FILE: `index.html` | the page\n- file: app.js | behaviour\n\n**LAST:** No, more to come";
        for text in [plain, decorated] {
            let design = parse(text).unwrap();
            assert_eq!(design.kind, Some(Kind::Static), "{text}");
            let phase = design.phase;
            assert_eq!(
                (phase.name.as_str(), phase.is_last_phase),
                ("The board", false)
            );
            let paths: Vec<_> = phase.files.iter().map(|file| file.path.as_str()).collect();
            assert_eq!(paths, ["index.html", "app.js"]);
            assert_eq!(phase.files[0].purpose, "the page");
        }
    }

    #[test]
    fn json_is_understood_too() {
        let text = "Sure!\n```json\n{\"phase\": {\"name\": \"N\", \"description\": \"D\", \"files\": \
            [{\"path\": \"a.js\", \"purpose\": \"p\"}], \"isLastPhase\": true}}\n```\n";
        let design = parse(text).unwrap();
        assert!(design.phase.is_last_phase);
        assert_eq!(design.phase.files[0].path, "a.js");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(
            parse("I would build a nice app.")
                .unwrap_err()
                .contains("FILE")
        );
        assert!(
            parse("FILE: ../etc/passwd | x")
                .unwrap_err()
                .contains("../etc/passwd")
        );
        assert!(parse("FILE: /etc/passwd").is_err());
    }

    #[test]
    fn odd_answers_are_cut_to_size() {
        let lines = (0..100).map(|number| {
            let purpose = "x".repeat(5000);
            format!("FILE: {}.js | {purpose}\n", number % 30)
        });
        let text: String = lines.collect();
        let phase = parse(&text).unwrap().phase;
        assert_eq!(phase.files.len(), FILES);
        assert!(
            phase
                .files
                .iter()
                .all(|file| file.purpose.chars().count() <= TEXT)
        );
        assert_eq!(phase.name, "Build the app");
    }
}
