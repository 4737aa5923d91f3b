//! What a page names, and the scripts that stand in it.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

use super::script::Goal;
use crate::kind::problem::line_at;

/// What stands in a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Files and addresses that it names.
    pub(super) references: Vec<Reference>,
    /// Scripts that stand in it.
    pub(super) scripts: Vec<Inline>,
    /// It tells browsers where packages are.
    pub(super) maps_imports: bool,
}

/// Something that a page names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// As it is written.
    pub(super) target: String,
    /// Where.
    pub(super) line: u32,
    /// How it is read, where it is a script.
    pub(super) goal: Option<Goal>,
}

/// A script that stands in a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline {
    pub(super) text: String,
    /// Where it begins.
    pub(super) line: u32,
    /// How it is read; `None` for JSON.
    pub(super) goal: Option<Goal>,
}

/// What a script's `type` says of it.
enum Type {
    Script(Goal),
    Json,
    Unknown,
}

impl Page {
    /// Reads a page as a browser would: whatever it says, it says something.
    pub(super) fn read(text: &str) -> Self {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // The text of a script is not searched for tags.
        emitter.naively_switch_states(true);
        let mut page = Self::default();
        let mut open = None;
        for token in Tokenizer::new_with_emitter(text, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    page.add_references(text, &tag);
                    open = page.opens(&tag);
                }
                Token::String(content) => {
                    if let Some(goal) = open.take() {
                        let inline = Inline {
                            text: String::from_utf8_lossy(&content.value).into_owned(),
                            line: line_at(text, content.span.start),
                            goal,
                        };
                        page.scripts.push(inline);
                    }
                }
                Token::EndTag(_) => open = None,
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        page
    }

    fn add_references(&mut self, text: &str, tag: &StartTag<usize>) {
        let wanted: &[&str] = match tag.name.as_slice() {
            b"script" | b"img" | b"source" | b"audio" | b"video" | b"iframe" | b"embed" => &["src"],
            b"link" | b"a" | b"area" => &["href"],
            _ => &[],
        };
        for name in wanted {
            if let Some(target) = attribute(tag, name) {
                let goal = match (tag.name.as_slice(), script_type(tag)) {
                    (b"script", Type::Script(goal)) => Some(goal),
                    _ => None,
                };
                let line = line_at(text, tag.span.start);
                self.references.push(Reference { target, line, goal });
            }
        }
    }

    /// How the text behind this tag is read, where it is a script's.
    fn opens(&mut self, tag: &StartTag<usize>) -> Option<Option<Goal>> {
        if tag.name.as_slice() != b"script" || attribute(tag, "src").is_some() {
            return None;
        }
        let is_map = attribute(tag, "type").is_some_and(|kind| kind == "importmap");
        self.maps_imports |= is_map;
        match script_type(tag) {
            Type::Script(goal) => Some(Some(goal)),
            Type::Json => Some(None),
            Type::Unknown => None,
        }
    }
}

fn script_type(tag: &StartTag<usize>) -> Type {
    let kind = attribute(tag, "type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match kind.trim() {
        "" | "text/javascript" | "application/javascript" => Type::Script(Goal::Classic),
        "module" => Type::Script(Goal::Module),
        "text/babel" | "text/jsx" => Type::Script(Goal::Jsx),
        "importmap" | "application/json" | "application/ld+json" | "speculationrules" => Type::Json,
        _ => Type::Unknown,
    }
}

fn attribute(tag: &StartTag<usize>, name: &str) -> Option<String> {
    let value = tag.attributes.get(&HtmlString(name.as_bytes().to_vec()))?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}
