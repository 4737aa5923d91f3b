//! What has changed between two versions of an app.
//!
//! The manifests say which files are others, so only those are read. Comparing text costs memory
//! and time, and the text is a stranger's: files above a size, and all above a total, come without
//! hunks, and so does what is left when the time is over. The caller bounds how many comparisons go
//! on at once.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use leo_common::artifacts::{ArtifactError, ArtifactStore, PackedFile};
use leo_common::store::artifacts::ArtifactRecord;
use leo_protocol::versions::{Change, Diff, DiffTotals, FileChange, Omitted};

mod compare;
mod patch;
mod text;

use compare::{Changed, compare};
pub(crate) use patch::as_patch;
use text::{Compared, hunks};

/// Changes that are listed at most.
const MAX_CHANGES: usize = 10_000;
/// The largest file that is compared, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// Hunks of an answer at most, in bytes.
const MAX_HUNKS: usize = 8 << 20;
/// How long reading and comparing may take in all.
const TIME: Duration = Duration::from_secs(15);
/// How long comparing one file may look for the shortest way to tell it.
const TIME_OF_FILE: Duration = Duration::from_millis(500);

/// Compares two versions; without an earlier one everything is new.
///
/// # Errors
/// When a file cannot be read.
pub(crate) async fn diff(
    store: &ArtifactStore,
    from: Option<&ArtifactRecord>,
    to: &ArtifactRecord,
) -> Result<Diff, ArtifactError> {
    let mut changed = compare(from.map(|from| &from.manifest), &to.manifest);
    let mut totals = DiffTotals::default();
    changed.iter().for_each(|one| count(&mut totals, one));
    let truncated = changed.len() > MAX_CHANGES;
    changed.truncate(MAX_CHANGES);
    let mut reader = Reader {
        store,
        from: from.map_or("", |from| from.location.as_str()),
        to: &to.location,
        room: MAX_HUNKS,
        end: Instant::now() + TIME,
    };
    let mut changes = Vec::with_capacity(changed.len());
    for one in changed {
        let change = reader.told(one).await?;
        totals.additions += change.additions.unwrap_or(0);
        totals.deletions += change.deletions.unwrap_or(0);
        changes.push(change);
    }
    Ok(Diff {
        from: from.map(|from| from.job),
        to: to.job,
        changes,
        totals,
        truncated,
    })
}

fn count(totals: &mut DiffTotals, one: &Changed<'_>) {
    let files = match one.change.change {
        Change::Added => &mut totals.added,
        Change::Removed => &mut totals.removed,
        Change::Modified => &mut totals.modified,
        Change::Renamed => &mut totals.renamed,
    };
    *files += 1;
}

/// Reads the changed files, as long as there is room and time.
struct Reader<'a> {
    store: &'a ArtifactStore,
    from: &'a str,
    to: &'a str,
    room: usize,
    end: Instant,
}

impl Reader<'_> {
    /// The change with its hunks, or why it has none.
    async fn told(&mut self, one: Changed<'_>) -> Result<FileChange, ArtifactError> {
        let Changed { mut change, .. } = one;
        if !one.bytes {
            return Ok(change);
        }
        change.omitted = self.refused(one.from, one.to);
        if change.omitted.is_some() {
            return Ok(change);
        }
        let old = self.text(self.from, one.from).await?;
        let new = self.text(self.to, one.to).await?;
        match self.hunks(old, new).await {
            Ok(found) => {
                self.room -= found.text.len();
                change.additions = Some(found.additions);
                change.deletions = Some(found.deletions);
                change.patch = Some(found.text);
            }
            Err(why) => change.omitted = Some(why),
        }
        change.binary = change.omitted == Some(Omitted::Binary);
        Ok(change)
    }

    fn refused(&self, from: Option<&PackedFile>, to: Option<&PackedFile>) -> Option<Omitted> {
        let mut sides = [from, to].into_iter().flatten();
        if sides.any(|file| file.size > MAX_FILE) {
            Some(Omitted::TooLarge)
        } else if self.room == 0 {
            Some(Omitted::AnswerFull)
        } else if Instant::now() >= self.end {
            Some(Omitted::Time)
        } else {
            None
        }
    }

    /// A file's bytes; of one that is not there, none.
    async fn text(
        &self,
        location: &str,
        file: Option<&PackedFile>,
    ) -> Result<Vec<u8>, ArtifactError> {
        let Some(file) = file else {
            return Ok(Vec::new());
        };
        let mut chunks = self.store.read(location, file).await?;
        let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0));
        while let Some(chunk) = chunks.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    async fn hunks(&mut self, old: Vec<u8>, new: Vec<u8>) -> Result<Compared, Omitted> {
        let end = self.end.min(Instant::now() + TIME_OF_FILE);
        let found = tokio::task::spawn_blocking(move || {
            let text = |bytes| text::as_text(bytes).ok_or(Omitted::Binary);
            Ok(hunks(&text(old)?, &text(new)?, end))
        });
        // A comparison that panics has no hunks; its file is told of all the same.
        let found = found.await.unwrap_or(Err(Omitted::TooLarge))?;
        if found.text.len() > self.room {
            // Smaller ones that come later would look as if they were all.
            self.room = 0;
            return Err(Omitted::AnswerFull);
        }
        Ok(found)
    }
}
