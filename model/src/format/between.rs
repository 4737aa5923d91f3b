//! What stands between files: prose, thoughts, fences, and the lines that begin a file or ask for
//! something.

use super::command::{self, Command};
use super::dialects::{path_line, tag};
use super::ending::Ending;
use super::fence::{self, Fence, FenceLine};
use super::header;
use super::opening::checked;
use super::options::LINE_HELD;
use super::parser::Parser;
use super::piece::{Dialect, How, Length, Piece, Refusal};
use super::think;
use crate::path::RelPath;

/// The longest line above a fence that is remembered, because it may be the path of a file.
const NEAR: usize = 256;
/// What is known between files.
#[derive(Debug, Default)]
pub(super) struct Between {
    /// A file has come as a heredoc or between tags, so fences are no files.
    pub(super) structured: bool,
    /// The closing tag of the thoughts that are open.
    pub(super) thinking: Option<&'static str>,
    /// The fence that is open and no file.
    pub(super) fence: Option<Open>,
    /// The length that a comment has declared for the next file.
    pub(super) declared: Option<Length>,
    /// The last line of prose that was not blank, if it was short.
    near: String,
    /// The present line of prose, as far as [`NEAR`] goes.
    line: String,
}

/// A fence that is no file.
#[derive(Debug)]
pub(super) struct Open {
    fence: Fence,
    /// It holds code, in which nothing is looked for.
    opaque: bool,
    /// Until the next line has shown that it is no file: its own line, unless that is out already.
    opening: Option<String>,
}

impl Between {
    /// How much of an incomplete line is certainly prose.
    pub(super) fn certain(&self, part: &str, whole: bool) -> usize {
        let held = whole && part.len() <= LINE_HELD && self.may_matter(part);
        if held { 0 } else { part.len() }
    }

    fn may_matter(&self, part: &str) -> bool {
        let inside = fence::may_begin(part);
        match &self.fence {
            Some(open) if open.opening.is_some() => true,
            Some(open) if open.opaque => inside,
            Some(_) | None => {
                inside
                    || part.starts_with('#')
                    || header::may_begin(part)
                    || header::may_begin_foreign(part)
                    || command::may_begin(part)
                    || tag::may_begin(part)
                    || think::may_begin(part)
            }
        }
    }

    /// Whether the fence that is open holds code, in which nothing is looked for.
    pub(super) fn is_opaque(&self) -> bool {
        self.fence.as_ref().is_some_and(|open| open.opaque)
    }

    /// The fence that was open is closed.
    pub(super) fn leave_fence(&mut self) {
        self.fence = None;
        self.forget();
    }

    /// What has come is not what stands above a fence.
    pub(super) fn forget(&mut self) {
        self.near.clear();
        self.line.clear();
    }

    /// Remembers prose, for a fence that may follow.
    fn remember(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            if self.line.len() <= NEAR {
                let room = (NEAR + 1).saturating_sub(self.line.len());
                self.line.push_str(&part[..part.ceil_char_boundary(room)]);
            }
            if part.ends_with('\n') {
                let line = std::mem::take(&mut self.line);
                if !line.trim().is_empty() {
                    self.near = if line.len() <= NEAR {
                        line
                    } else {
                        String::new()
                    };
                }
            }
        }
    }
}

impl Parser {
    /// Lets prose out, after the line of a fence that has turned out to be no file.
    pub(super) fn prose(&mut self, text: &str) {
        let opening = self
            .between
            .fence
            .as_mut()
            .and_then(|open| open.opening.take());
        self.found.prose(&opening.unwrap_or_default());
        self.found.prose(text);
        if self.between.fence.is_none() {
            self.between.remember(text);
        }
    }

    /// A complete line between files.
    pub(super) fn between_line(&mut self, line: &str, whole: bool, newline: &str) {
        if !whole || line.len() > LINE_HELD || !self.matters(line, newline) {
            self.prose(line);
            self.prose(newline);
        }
    }

    /// Does what a line asks for; false where it is prose.
    fn matters(&mut self, line: &str, newline: &str) -> bool {
        if let Some(done) = self.in_fence(line) {
            return done;
        }
        if let Some(header) = header::read(line) {
            self.header(&header, line);
        } else if let Some((marker, strip_tabs)) = header::foreign(line) {
            let why = if is_writer(line) {
                Refusal::NoPath
            } else {
                Refusal::Program
            };
            self.found.refuse(line, why);
            self.start(None, self.marker(marker, strip_tabs));
        } else if let Some(command) = command::read(line) {
            return self.command(command, line);
        } else if let Some(fence) = fence::read(line) {
            self.fence(fence, line, newline);
        } else if let Some(opened) = tag::read(line) {
            self.tag(&opened, newline);
        } else {
            if line.starts_with('#') {
                self.between.declared = header::length(line).or(self.between.declared);
            }
            return false;
        }
        true
    }

    /// A line in a fence that is no file. Nothing where the line means what it means elsewhere.
    fn in_fence(&mut self, line: &str) -> Option<bool> {
        let open = self.between.fence.as_mut()?;
        let fence = open.fence;
        if open.opening.is_some() {
            let path = path_line::of_comment(line).filter(|_| !self.between.structured);
            if let Some(path) = path {
                self.between.leave_fence();
                let ending = Ending::Fence(fence);
                self.open(path.as_str(), How::Whole, Dialect::Fence, ending);
                return Some(true);
            }
            // Whatever its language says, it holds files.
            open.opaque &= header::read(line).is_none();
            self.prose("");
        }
        if fence::read(line).is_some_and(|line| line.closes(fence)) {
            self.between.leave_fence();
            return Some(false);
        }
        self.between.is_opaque().then_some(false)
    }

    fn command(&mut self, command: Command, line: &str) -> bool {
        let mentioned = self.between.fence.is_some() && !self.between.structured;
        match command {
            Command::Install(install) => self.found.push(Piece::Install(install)),
            Command::Refused(why) => self.found.refuse(line, why),
            // A block that is only shown must not remove anything.
            Command::Remove(_) if mentioned => return false,
            Command::Remove(path) => match checked(&path) {
                Ok(path) => self.found.push(Piece::Delete(path)),
                Err(why) => self.found.refuse(line, why),
            },
        }
        true
    }

    fn fence(&mut self, line: FenceLine<'_>, text: &str, newline: &str) {
        let path = if self.between.structured {
            None
        } else {
            self.path_of(line)
        };
        if let Some(path) = path {
            self.open(
                path.as_str(),
                How::Whole,
                Dialect::Fence,
                Ending::Fence(line.fence),
            );
            return;
        }
        let mut opening = format!("{text}{newline}");
        if self.between.structured {
            self.prose(&opening);
            opening.clear();
        }
        self.between.forget();
        self.between.fence = Some(Open {
            fence: line.fence,
            opaque: !path_line::is_shell(line.info),
            opening: Some(opening),
        });
    }

    /// The file that a fence holds, by its own line or the one above.
    fn path_of(&self, line: FenceLine<'_>) -> Option<RelPath> {
        path_line::of_info(line.info).or_else(|| {
            let path = path_line::of_line(&self.between.near)?;
            let commands = !line.is_bare() && path_line::is_shell(line.info);
            (!commands || path.name().ends_with(".sh") || path.name().ends_with(".txt"))
                .then_some(path)
        })
    }
}

/// Whether a heredoc is one of those that write files.
fn is_writer(line: &str) -> bool {
    super::words::may_begin(line, &["cat", "tee"])
}
