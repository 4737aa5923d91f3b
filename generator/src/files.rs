//! Writing the files of a phase, told as events: start, chunks, end.
//!
//! A provider hands its text over as a model gives it, in pieces of any size; they are told in
//! pieces worth an event. The file appears in the workspace when it is complete, and only then is its
//! end told. One that stays incomplete is kept all the same, and said to be so.

use leo_protocol::EventKind;
use leo_protocol::runner::FILE_CONTENT_LIMIT;

use crate::emit::Tone;
use crate::error::Error;
use crate::run::Run;
use crate::workspace::{Found, RelPath, Workspace, sha256};

/// A chunk without a line end is told from this many bytes on.
const CHUNK: usize = 256;
/// The largest chunk, in bytes: far below the limit of an event.
const CHUNK_LIMIT: usize = 64 << 10;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Where.
    pub(crate) path: RelPath,
    /// Its SHA-256 in lower-case hex.
    pub(crate) sha256: String,
}

/// Writes the files of a phase, one at a time.
pub(crate) struct Files<'f, 'a> {
    run: &'f Run<'a>,
    workspace: &'f Workspace,
    written: Vec<Written>,
    open: Option<OpenFile>,
}

/// A file that is being written.
struct OpenFile {
    path: RelPath,
    text: String,
    /// Bytes of the text that have been told.
    told: usize,
}

impl<'f, 'a> Files<'f, 'a> {
    /// A writer that has written nothing yet.
    pub(crate) const fn new(run: &'f Run<'a>, workspace: &'f Workspace) -> Self {
        Self {
            run,
            workspace,
            written: Vec::new(),
            open: None,
        }
    }

    /// The run.
    pub(crate) const fn run(&self) -> &'f Run<'a> {
        self.run
    }

    /// Where the files go.
    pub(crate) const fn workspace(&self) -> &'f Workspace {
        self.workspace
    }

    /// What has been written so far.
    pub(crate) fn written(&self) -> &[Written] {
        &self.written
    }

    /// The path and the text of the open file.
    pub(crate) fn open(&self) -> Option<(&RelPath, &str)> {
        let open = self.open.as_ref()?;
        Some((&open.path, open.text.as_str()))
    }

    /// Begins a file. One that is still open is kept as it is.
    pub(crate) fn start(&mut self, path: &RelPath) -> Result<(), Error> {
        self.keep_partial()?;
        self.run.event(&EventKind::FileStart {
            path: path.as_str().to_owned(),
        })?;
        self.open = Some(OpenFile {
            path: path.clone(),
            text: String::new(),
            told: 0,
        });
        Ok(())
    }

    /// Appends a piece to the open file.
    pub(crate) fn chunk(&mut self, piece: &str) -> Result<(), Error> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.text.push_str(piece);
        if piece.contains('\n') || open.untold().len() >= CHUNK {
            open.tell(self.run)?;
        }
        Ok(())
    }

    /// Writes the open file and tells so.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        open.tell(self.run)?;
        let size = open.text.len();
        let line = format!("wrote {} ({size} bytes)", open.path.as_str());
        let written = open.write(self.workspace)?;
        self.run.event(&open.ended(&written, false))?;
        self.run.say(Tone::Good, &line)?;
        self.written.push(written);
        Ok(())
    }

    /// Writes the open file although it is not complete, and tells so, also of a run that was
    /// stopped.
    pub(crate) fn keep_partial(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let written = open.write(self.workspace)?;
        self.run.last_event(&open.ended(&written, true))?;
        self.written.push(written);
        Ok(())
    }

    /// Writes a whole file.
    pub(crate) fn put(&mut self, path: &RelPath, text: &str) -> Result<(), Error> {
        self.start(path)?;
        self.chunk(text)?;
        self.end()
    }

    /// Tells of a file that something else has written.
    pub(crate) fn adopt(&mut self, path: &RelPath) -> Result<(), Error> {
        match self.workspace.look(path)? {
            Found::Text(text) => self.put(path, &text),
            Found::Nothing | Found::Other => Ok(()),
        }
    }

    /// Removes a file, as the model has asked for.
    pub(crate) fn remove(&mut self, path: &RelPath) -> Result<(), Error> {
        if self.workspace.remove(path)? {
            self.written.retain(|written| written.path != *path);
            self.run.info(format!("removed {}", path.as_str()))?;
        }
        Ok(())
    }

    /// What was written, where nobody has to be told how many that were.
    pub(crate) fn into_written(mut self) -> Vec<Written> {
        std::mem::take(&mut self.written)
    }

    /// Tells how many files there are and hands over what they are.
    pub(crate) fn finish(self) -> Result<Vec<Written>, Error> {
        let count = u64::try_from(self.written.len()).unwrap_or(u64::MAX);
        self.run.event(&EventKind::FilesWritten { count })?;
        Ok(self.written)
    }
}

impl OpenFile {
    fn untold(&self) -> &str {
        self.text.get(self.told..).unwrap_or_default()
    }

    fn tell(&mut self, run: &Run<'_>) -> Result<(), Error> {
        while !self.untold().is_empty() {
            let piece = beginning(self.untold(), CHUNK_LIMIT);
            let chunk = piece.to_owned();
            self.told += chunk.len();
            run.event(&EventKind::FileChunk {
                path: self.path.as_str().to_owned(),
                chunk,
            })?;
        }
        Ok(())
    }

    fn write(&self, workspace: &Workspace) -> Result<Written, Error> {
        workspace.write(&self.path, &self.text)?;
        Ok(Written {
            path: self.path.clone(),
            sha256: sha256(&self.text),
        })
    }

    fn ended(&self, written: &Written, partial: bool) -> EventKind {
        let size = self.text.len();
        EventKind::FileEnd {
            path: self.path.as_str().to_owned(),
            size: u64::try_from(size).unwrap_or(u64::MAX),
            sha256: written.sha256.clone(),
            content: (size <= FILE_CONTENT_LIMIT).then(|| self.text.clone()),
            partial,
        }
    }
}

/// At most `limit` bytes from the beginning of a text, whole characters.
pub(crate) fn beginning(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use leo_protocol::runner::parse_line;

    use super::*;
    use crate::emit::Emitter;
    use crate::stop::Stop;

    fn events(out: &[u8]) -> Vec<EventKind> {
        let text = std::str::from_utf8(out).unwrap();
        text.lines().filter_map(parse_line).collect()
    }

    #[tokio::test]
    async fn chunks_make_up_the_file_and_a_large_one_is_told_without_content() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let ((_sender, stop), mut out) = (Stop::channel(), Vec::new());
        let path = RelPath::new("big.txt").unwrap();
        let half = "ä".repeat(FILE_CONTENT_LIMIT / 4 + 1);

        let run = Run::new(Emitter::new(&mut out), &stop);
        let mut files = Files::new(&run, &workspace);
        files.start(&path).unwrap();
        files.chunk(&half).unwrap();
        files.chunk(&half).unwrap();
        assert_eq!(workspace.look(&path).unwrap(), Found::Nothing);
        files.end().unwrap();
        assert_eq!(files.finish().unwrap().len(), 1);

        assert_eq!(workspace.look(&path).unwrap(), Found::Text(half.repeat(2)));
        let mut told = String::new();
        for event in events(&out) {
            if let EventKind::FileChunk { chunk, .. } = event {
                told.push_str(&chunk);
            } else if let EventKind::FileEnd { content, size, .. } = event {
                assert_eq!((content, size), (None, half.len() as u64 * 2));
            }
        }
        assert!(told == half.repeat(2));
    }

    #[tokio::test]
    async fn single_characters_are_gathered_and_a_file_left_open_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let ((sender, stop), mut out) = (Stop::channel(), Vec::new());
        let path = RelPath::new("a/b.txt").unwrap();
        let run = Run::new(Emitter::new(&mut out), &stop);
        let mut files = Files::new(&run, &workspace);
        files.start(&path).unwrap();
        for c in "one line\nand a half".chars() {
            files.chunk(&c.to_string()).unwrap();
        }
        sender.send(Some(15)).unwrap();
        files.keep_partial().unwrap();
        drop(files);

        let text = "one line\nand a half".to_owned();
        assert_eq!(workspace.look(&path).unwrap(), Found::Text(text.clone()));
        let events = events(&out);
        assert_eq!(events.len(), 3, "{events:?}");
        assert!(
            matches!(&events[2], EventKind::FileEnd { partial: true, content, .. } if *content == Some(text))
        );
    }
}
