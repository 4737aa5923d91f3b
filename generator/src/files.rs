//! Writing the files of a phase, told as events: start, chunks, end.
//!
//! A provider hands its text over piece by piece, as a model would give it; the file appears in
//! the workspace when it is complete, and only then is its end told.

use leo_protocol::EventKind;
use leo_protocol::runner::FILE_CONTENT_LIMIT;

use crate::emit::Tone;
use crate::error::Error;
use crate::run::Run;
use crate::workspace::{RelPath, Workspace, sha256};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Where.
    pub(crate) path: RelPath,
    /// Its SHA-256 in lower-case hex.
    pub(crate) sha256: String,
}

/// Writes the files of a phase.
pub(crate) struct Files<'f, 'a> {
    run: &'f Run<'a>,
    workspace: &'f Workspace,
    written: Vec<Written>,
}

impl<'f, 'a> Files<'f, 'a> {
    /// A writer that has written nothing yet.
    pub(crate) const fn new(run: &'f Run<'a>, workspace: &'f Workspace) -> Self {
        Self {
            run,
            workspace,
            written: Vec::new(),
        }
    }

    /// The run's present phase.
    pub(crate) const fn phase(&self) -> u32 {
        self.run.phase()
    }

    /// Begins a file.
    pub(crate) fn start(&mut self, path: &RelPath) -> Result<OpenFile<'_, 'f, 'a>, Error> {
        self.run.event(&EventKind::FileStart {
            path: path.as_str().to_owned(),
        })?;
        Ok(OpenFile {
            files: self,
            path: path.clone(),
            text: String::new(),
        })
    }

    /// Tells how many files there are and hands over what they are.
    pub(crate) fn finish(self) -> Result<Vec<Written>, Error> {
        let count = u64::try_from(self.written.len()).unwrap_or(u64::MAX);
        self.run.event(&EventKind::FilesWritten { count })?;
        Ok(self.written)
    }
}

/// A file that is being written. Dropped without [`OpenFile::end`], it leaves nothing behind.
pub(crate) struct OpenFile<'w, 'f, 'a> {
    files: &'w mut Files<'f, 'a>,
    path: RelPath,
    text: String,
}

impl<'a> OpenFile<'_, '_, 'a> {
    /// Appends a piece.
    pub(crate) fn chunk(&mut self, chunk: &str) -> Result<(), Error> {
        self.text.push_str(chunk);
        self.files.run.event(&EventKind::FileChunk {
            path: self.path.as_str().to_owned(),
            chunk: chunk.to_owned(),
        })
    }

    /// The run, for waiting between pieces.
    pub(crate) const fn run(&self) -> &Run<'a> {
        self.files.run
    }

    /// Writes the file and tells so.
    pub(crate) fn end(self) -> Result<(), Error> {
        let Self { files, path, text } = self;
        files.workspace.write(&path, &text)?;
        let (size, sha256) = (text.len(), sha256(&text));
        files.run.event(&EventKind::FileEnd {
            path: path.as_str().to_owned(),
            size: u64::try_from(size).unwrap_or(u64::MAX),
            sha256: sha256.clone(),
            content: (size <= FILE_CONTENT_LIMIT).then_some(text),
            partial: false,
        })?;
        let line = format!("wrote {} ({size} bytes)", path.as_str());
        files.run.say(Tone::Good, &line)?;
        files.written.push(Written { path, sha256 });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use leo_protocol::runner::parse_line;

    use super::*;
    use crate::emit::Emitter;
    use crate::stop::Stop;
    use crate::workspace::Found;

    #[tokio::test]
    async fn chunks_make_up_the_file_and_a_large_one_is_told_without_content() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let ((_sender, stop), mut out) = (Stop::channel(), Vec::new());
        let path = RelPath::new("big.txt").unwrap();
        let half = "x".repeat(FILE_CONTENT_LIMIT / 2 + 1);

        let run = Run::new(Emitter::new(&mut out), &stop);
        let mut files = Files::new(&run, &workspace);
        let mut file = files.start(&path).unwrap();
        file.chunk(&half).unwrap();
        file.chunk(&half).unwrap();
        assert_eq!(workspace.look(&path).unwrap(), Found::Nothing);
        file.end().unwrap();
        assert_eq!(files.finish().unwrap().len(), 1);

        assert_eq!(workspace.look(&path).unwrap(), Found::Text(half.repeat(2)));
        let events: Vec<_> = std::str::from_utf8(&out)
            .unwrap()
            .lines()
            .filter_map(parse_line)
            .collect();
        assert_eq!(events.len(), 5);
        assert!(
            matches!(&events[3], EventKind::FileEnd { content: None, size, .. }
            if *size == half.len() as u64 * 2)
        );
    }
}
