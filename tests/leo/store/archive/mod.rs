//! Archiving: what has left the database reads as before, whatever happens on the way.

use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_common::config::Aws;
use leo_common::history::{History, HistoryError};
use leo_common::store::claims::Claim;
use leo_common::store::events::{Appended, Batch, NewBatch, Source};
use leo_common::store::jobs::Outcome;
use leo_protocol::batch::BodyBuilder;
use leo_protocol::{EventKind, SessionId, UserId, WorkerId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;

use super::{ALL, Store};

mod due;
mod reading;

/// Events of any age are due.
const AT_ONCE: Duration = Duration::ZERO;
/// As many bytes as there are.
const ALL_BYTES: u64 = u64::MAX / 4;
/// Places from which a stream is read to its end.
const CURSORS: usize = 10;

/// Stores with a history over them.
struct Kept {
    store: Store,
    user: UserId,
    folder: TempDir,
    history: History,
}

impl Kept {
    async fn new() -> Self {
        let store = Store::new().await;
        let folder = tempfile::tempdir().unwrap();
        let user = store.user("a", 9).await;
        let history = History::new(store.db.clone(), artifacts(&folder));
        Self {
            store,
            user,
            folder,
            history,
        }
    }

    /// A job in the session, or in a new one, from its submit to its end, with random output.
    async fn job(&self, session: Option<SessionId>, random: &mut StdRng) -> SessionId {
        let claim = self.started(session).await;
        let mut position = 0;
        for _ in 0..random.random_range(1..120) {
            let batch = output(&claim, position, random);
            position = batch.to;
            let done = self.store.db.append(&[batch]).await.unwrap();
            assert!(matches!(done[..], [Appended::Stored { .. }]), "{done:?}");
        }
        self.end(&claim).await;
        claim.session
    }

    async fn started(&self, session: Option<SessionId>) -> Claim {
        self.store.submit(self.user, session).await;
        let claimed = self.store.db.claim(WorkerId::generate(), 1).await.unwrap();
        claimed.claims.into_iter().next().unwrap()
    }

    async fn end(&self, claim: &Claim) {
        let outcome = Outcome::default();
        let ended = self.store.db.finish(claim.job, claim.epoch, &outcome).await;
        assert!(ended.unwrap().is_some());
    }

    /// A session at rest, and its stream.
    async fn at_rest(&self, seed: u64) -> (SessionId, Vec<Batch>) {
        let mut random = StdRng::seed_from_u64(seed);
        let session = self.job(None, &mut random).await;
        self.job(Some(session), &mut random).await;
        (session, self.store.stream(session).await)
    }

    /// Archives a session until nothing is left to archive.
    async fn archive(&self, session: SessionId) {
        while self.history.archive(session, AT_ONCE).await.unwrap() {}
        assert_eq!(self.in_database(session).await, 0);
    }

    async fn in_database(&self, session: SessionId) -> usize {
        let batches = self.store.db.read(session, 0, ALL, ALL_BYTES).await;
        batches.unwrap().len()
    }

    /// What follows `cursor`, in pages of a random size.
    async fn read(
        &self,
        session: SessionId,
        mut cursor: u64,
        random: &mut StdRng,
    ) -> Result<Vec<Batch>, HistoryError> {
        let mut all = Vec::new();
        loop {
            let rows = random.random_range(1..300);
            let bytes = random.random_range(1..400_000);
            let page = self.history.read(session, cursor, rows, bytes).await?;
            let Some(last) = page.last() else {
                return Ok(all);
            };
            assert!(page.len() <= rows as usize);
            let before = page[..page.len() - 1]
                .iter()
                .map(|batch| batch.body.len() as u64);
            assert!(before.sum::<u64>() < bytes);
            cursor = last.last;
            all.extend(page);
        }
    }

    async fn assert_reads(&self, session: SessionId, stream: &[Batch]) {
        let random = &mut StdRng::seed_from_u64(stream.len() as u64);
        let head = stream.last().unwrap().last;
        let cursors = (0..CURSORS).map(|_| random.random_range(0..=head));
        let cursors: Vec<_> = [0, head - 1, head, head + 1]
            .into_iter()
            .chain(cursors)
            .collect();
        for cursor in cursors {
            let read = self.read(session, cursor, random).await.unwrap();
            let behind = stream.iter().filter(|batch| batch.last > cursor);
            assert!(read.iter().eq(behind), "from {cursor} of {head}");
        }
    }

    /// The objects of a session, by name, in order.
    fn objects(&self, session: SessionId) -> Vec<std::path::PathBuf> {
        let folder = self.folder.path().join(ArtifactStore::folder(session));
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    async fn due(&self) -> Vec<SessionId> {
        let scanned = self.store.db.due_for_archive(None, AT_ONCE).await.unwrap();
        assert_eq!(scanned.next, None);
        scanned.due
    }

    async fn execute(&self, sql: &'static str, session: SessionId) {
        let query = sqlx::query(sql).bind(session.uuid());
        query.execute(&self.store.db.pool).await.unwrap();
    }

    async fn count(&self, sql: &'static str, session: SessionId) -> i64 {
        let query = sqlx::query_scalar(sql).bind(session.uuid());
        query.fetch_one(&self.store.db.pool).await.unwrap()
    }
}

fn artifacts(folder: &TempDir) -> ArtifactStore {
    let url = url::Url::from_directory_path(folder.path()).unwrap();
    ArtifactStore::open(url.as_str(), &Aws::default()).unwrap()
}

/// Some lines of every kind; now and then a very long one.
fn output(claim: &Claim, from: u64, random: &mut StdRng) -> NewBatch {
    let mut body = BodyBuilder::new();
    let count = random.random_range(1..20);
    for n in 0..count {
        let length = match random.random_range(0..400) {
            0 => random.random_range(0..300_000),
            _ => random.random_range(0..200),
        };
        let piece = ["x", "\n", "\"},\n{\"", "ü", "\u{1f600}", "\r", ",", "]"];
        let text: String = (0..length)
            .map(|_| piece[random.random_range(0..piece.len())])
            .collect();
        let message = format!("{n} {text}");
        body.push(chrono::Utc::now(), &EventKind::Info { message });
    }
    NewBatch {
        session: claim.session,
        job: claim.job,
        source: Source::Stdout,
        fence: claim.epoch,
        generation: 0,
        from,
        to: from + count,
        count: body.count(),
        body: body.finish().into(),
    }
}
