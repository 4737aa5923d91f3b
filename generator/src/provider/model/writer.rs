//! The files in an answer, written while they come.
//!
//! Each piece of the answer goes through the parser; files become events and lie in the workspace as
//! soon as they are complete. What cannot be done is noted for the model to hear.

use leo_model::format::{Closed, How, Install, Options, Parser, Piece, patch};

use super::talk::Listener;
use super::thoughts::Thoughts;
use crate::error::Error;
use crate::files::Files;
use crate::run::Run;
use crate::workspace::{Found, RelPath};

/// Takes an answer and writes its files.
pub(super) struct Writer<'w, 'f, 'a> {
    files: &'w mut Files<'f, 'a>,
    parser: Option<Parser>,
    thoughts: Thoughts<'f, 'a>,
    /// The patch that is being read.
    patch: Option<(RelPath, String)>,
    done: Written,
    /// The whole answer, for a model that has kept to no format at all.
    said: String,
}

/// What an answer came to.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The files that are complete.
    pub(super) paths: Vec<RelPath>,
    /// What is to be installed.
    pub(super) installs: Vec<Install>,
    /// What could not be done, in words for the model.
    pub(super) complaints: Vec<String>,
    /// Files of which whole texts are wanted, because a patch did not fit.
    pub(super) whole_wanted: Vec<RelPath>,
    /// The file that the answer has left open.
    pub(super) partial: Option<RelPath>,
    /// Text beside the files.
    pub(super) said: String,
}

impl Written {
    /// Whether the file is complete.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|known| known.as_str() == path)
    }

    /// Adds what a later part of the answer came to.
    pub(super) fn absorb(&mut self, later: Self) {
        self.paths.extend(later.paths);
        self.installs.extend(later.installs);
        self.complaints.extend(later.complaints);
        self.whole_wanted.extend(later.whole_wanted);
        self.partial = later.partial;
        self.said.push_str(&later.said);
    }
}

impl<'w, 'f, 'a> Writer<'w, 'f, 'a> {
    /// A writer for an answer that uses the marker.
    pub(super) fn new(files: &'w mut Files<'f, 'a>, marker: &str) -> Self {
        let parser = Parser::new(options(marker));
        Self::with(files, parser)
    }

    /// A writer for an answer that goes on inside the open file.
    pub(super) fn continuing(files: &'w mut Files<'f, 'a>, marker: &str, path: &RelPath) -> Self {
        let parser = Parser::continuing(options(marker), path.clone());
        Self::with(files, parser)
    }

    fn with(files: &'w mut Files<'f, 'a>, parser: Parser) -> Self {
        let run = files.run();
        Self {
            files,
            parser: Some(parser),
            thoughts: Thoughts::new(run),
            patch: None,
            done: Written::default(),
            said: String::new(),
        }
    }

    /// The run.
    pub(super) const fn run(&self) -> &'f Run<'a> {
        self.files.run()
    }

    /// The end of the answer. A file that is open stays so, for the next answer to go on with.
    pub(super) fn finish(mut self) -> Result<Written, Error> {
        let rest = self.parser.take().map(Parser::finish).unwrap_or_default();
        for piece in rest {
            self.take(piece)?;
        }
        self.thoughts.finish()?;
        self.done.said = self.said;
        Ok(self.done)
    }

    /// The end of an answer that may have failed: of one that has, only what was not good for an answer
    /// is looked at; anything else leaves things as they are.
    pub(super) fn finish_after(self, error: Option<&Error>) -> Result<Written, Error> {
        match error {
            None | Some(Error::BadAnswer(_)) => self.finish(),
            Some(_) => Ok(Written::default()),
        }
    }

    fn take(&mut self, piece: Piece) -> Result<(), Error> {
        match piece {
            Piece::Open {
                path,
                how: How::Whole,
                ..
            } => self.files.start(&path),
            Piece::Open {
                path,
                how: How::Patch,
                ..
            } => {
                self.patch = Some((path, String::new()));
                Ok(())
            }
            Piece::Chunk(text) => match &mut self.patch {
                Some((_, diff)) => {
                    diff.push_str(&text);
                    Ok(())
                }
                None => self.files.chunk(&text),
            },
            Piece::Miscounted { declared, found } => self.complain(format!(
                "{} was said to have {} {:?}, and has {found}",
                self.open_name(),
                declared.count,
                declared.unit
            )),
            Piece::Close(closed) => self.close(closed),
            Piece::Install(install) => {
                self.done.installs.push(install);
                Ok(())
            }
            Piece::Delete(path) => self.files.remove(&path),
            Piece::Prose(text) => {
                self.said.push_str(&text);
                self.thoughts.add(&text)
            }
            Piece::Refused { what, why } => self.complain(format!("`{what}` was not done: {why}")),
        }
    }

    fn close(&mut self, closed: Closed) -> Result<(), Error> {
        if let Some((path, diff)) = self.patch.take() {
            return self.apply(&path, &diff, closed);
        }
        let path = self.files.open().map(|(path, _)| path.clone());
        match (closed, path) {
            (Closed::Partial, path) => {
                self.done.partial = path;
                Ok(())
            }
            (Closed::Limit, _) => self.files.keep_partial(),
            (Closed::Marker | Closed::NextHeader, Some(path)) => {
                self.files.end()?;
                self.done.paths.push(path);
                Ok(())
            }
            (Closed::Marker | Closed::NextHeader, None) => Ok(()),
        }
    }

    fn apply(&mut self, path: &RelPath, diff: &str, closed: Closed) -> Result<(), Error> {
        let why = match self.files.workspace().look(path)? {
            _ if matches!(closed, Closed::Partial) => "the patch was cut off".to_owned(),
            Found::Text(text) => match patch::apply(&text, diff) {
                Ok(text) => {
                    self.files.put(path, &text)?;
                    self.done.paths.push(path.clone());
                    return Ok(());
                }
                Err(error) => error.to_string(),
            },
            Found::Nothing => "there is no such file to patch".to_owned(),
            Found::Other => "it is no text".to_owned(),
        };
        let complaint = format!(
            "the patch of `{}` could not be applied: {why}",
            path.as_str()
        );
        self.done.whole_wanted.push(path.clone());
        self.complain(complaint)
    }

    /// Notes what was not done, for whoever watches and for the model.
    fn complain(&mut self, what: String) -> Result<(), Error> {
        self.files.run().info(what.clone())?;
        self.done.complaints.push(what);
        Ok(())
    }

    fn open_name(&self) -> String {
        let path = self.files.open().map(|(path, _)| path.as_str().to_owned());
        path.unwrap_or_else(|| "the file".to_owned())
    }
}

impl Listener for Writer<'_, '_, '_> {
    fn hear(&mut self, piece: &str) -> Result<(), Error> {
        let pieces = match &mut self.parser {
            Some(parser) => parser.push(piece),
            None => Vec::new(),
        };
        for piece in pieces {
            self.take(piece)?;
        }
        Ok(())
    }
}

fn options(marker: &str) -> Options {
    Options {
        marker: Some(marker.to_owned()),
        ..Options::default()
    }
}
