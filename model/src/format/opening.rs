//! The beginning of a file, and the jail that every path passes.

use super::dialects::tag;
use super::ending::{Ending, Marker};
use super::header::{Header, Target};
use super::open_file::{Fenced, OpenFile};
use super::parser::{Parser, State};
use super::piece::{Dialect, How, Piece, Refusal};
use crate::path::RelPath;

/// Folders that belong to somebody else.
const RESERVED: [&str; 3] = [".git", ".leo", "node_modules"];

impl Parser {
    pub(super) fn header(&mut self, header: &Header, line: &str) {
        if !header.extra.is_empty() {
            self.found.refuse(&header.extra, Refusal::Shell);
        }
        self.between.structured = true;
        let ending = self.marker(header.marker.clone(), header.strip_tabs);
        let how = match header.target {
            Target::Whole => How::Whole,
            Target::Patch => How::Patch,
            Target::Append => {
                self.found.refuse(line, Refusal::Append);
                self.start(None, ending);
                return;
            }
        };
        if let Some(length) = header.length {
            self.between.declared = Some(length);
        }
        self.open(&header.path, how, Dialect::Heredoc, ending);
    }

    pub(super) fn marker(&self, text: String, strip_tabs: bool) -> Ending {
        let asked = self.options.marker.as_deref();
        Ending::Marker(Marker::new(text, asked, strip_tabs))
    }

    pub(super) fn tag(&mut self, opened: &tag::Opened<'_>, newline: &str) {
        self.between.structured = true;
        self.open(
            opened.path,
            How::Whole,
            Dialect::Tag,
            Ending::Tag(opened.tag),
        );
        if !opened.rest.trim().is_empty() {
            self.complete(opened.rest, newline);
        }
    }

    /// Opens a file, or reads over it where it is refused.
    pub(super) fn open(&mut self, path: &str, how: How, dialect: Dialect, ending: Ending) {
        self.between.forget();
        self.files += 1;
        let most = self.options.limits.files;
        let path = match checked(path) {
            Ok(path) if self.files <= most => {
                let opened = path.clone();
                self.found.push(Piece::Open { path, how, dialect });
                Some(opened)
            }
            Ok(path) => {
                self.found
                    .refuse(path.as_str(), Refusal::TooManyFiles(most));
                None
            }
            Err(why) => {
                self.found.refuse(path, why);
                None
            }
        };
        self.start(path, ending);
    }

    pub(super) fn start(&mut self, path: Option<RelPath>, ending: Ending) {
        let fenced = if self.between.fence.is_some() {
            Fenced::Around
        } else {
            Fenced::No
        };
        let mut file = OpenFile::new(path, ending, fenced);
        file.declared = self.between.declared.take();
        self.state = State::File(file);
    }
}

/// The jail: a path below the app's folder, in no folder that belongs to somebody else.
pub(super) fn checked(path: &str) -> Result<RelPath, Refusal> {
    if path.is_empty() {
        return Err(Refusal::NoPath);
    }
    let path = RelPath::new(path)?;
    let reserved = path
        .as_str()
        .split('/')
        .find(|part| RESERVED.iter().any(|name| name.eq_ignore_ascii_case(part)));
    if let Some(part) = reserved {
        return Err(Refusal::Reserved(part.to_owned()));
    }
    if path.as_str().starts_with("~/") {
        return Err(Refusal::Home);
    }
    Ok(path)
}
