//! What becomes of jobs while their containers are connected.
//!
//! Each second one query asks for all connections of this replica; a message over Redis brings a
//! cancel sooner.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leo_common::bus::{Call, CallListener};
use leo_common::error_chain::Chain;
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::store::runners::{RunnerHold, RunnerStanding};
use leo_protocol::JobId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often Postgres is asked.
const INTERVAL: Duration = Duration::from_secs(1);

/// The connections of this replica. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watcher(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    by_id: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    hold: RunnerHold,
    news: watch::Sender<RunnerStanding>,
}

/// A connection as it is watched. Dropped, it is watched no more.
#[derive(Debug)]
pub(super) struct Watched {
    watcher: Watcher,
    id: u64,
    news: watch::Receiver<RunnerStanding>,
}

impl Watcher {
    /// Starts the tasks; they end with `shutdown`.
    pub(crate) fn start(db: Db, link: RedisLink, shutdown: CancellationToken) -> Self {
        let watcher = Self::default();
        let (asking, hearing) = (watcher.clone(), watcher.clone());
        let mut calls = CallListener::start(link, shutdown.clone());
        tokio::spawn(shutdown.run_until_cancelled_owned(async move {
            let mut tick = tokio::time::interval(INTERVAL);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                asking.ask(&db).await;
            }
        }));
        tokio::spawn(async move {
            while let Some(call) = calls.next().await {
                match call {
                    Call::Cancel(job) => hearing.cancel(job),
                    Call::FleetChanged => {}
                }
            }
        });
        watcher
    }

    /// Watches a connection that has just been let in.
    pub(super) fn watch(&self, hold: RunnerHold) -> Watched {
        let (sender, news) = watch::channel(RunnerStanding::Live { cancel: false });
        let mut entries = self.entries();
        entries.next += 1;
        let id = entries.next;
        entries.by_id.insert(id, Entry { hold, news: sender });
        drop(entries);
        Watched {
            watcher: self.clone(),
            id,
            news,
        }
    }

    async fn ask(&self, db: &Db) {
        let (ids, holds): (Vec<_>, Vec<_>) = {
            let entries = self.entries();
            entries
                .by_id
                .iter()
                .map(|(id, entry)| (*id, entry.hold))
                .unzip()
        };
        if holds.is_empty() {
            return;
        }
        match db.runners(&holds).await {
            Ok(standings) => {
                let entries = self.entries();
                for (id, standing) in ids.iter().zip(standings) {
                    entries
                        .by_id
                        .get(id)
                        .into_iter()
                        .for_each(|entry| entry.tell(standing));
                }
            }
            Err(error) => tracing::warn!(error = %Chain(&error), "runners are not looked after"),
        }
    }

    fn cancel(&self, job: JobId) {
        let entries = self.entries();
        for entry in entries.by_id.values().filter(|entry| entry.hold.job == job) {
            entry.tell(RunnerStanding::Live { cancel: true });
        }
    }

    /// The map is whole after every statement that changes it, so a panic elsewhere spoils nothing.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn tell(&self, standing: RunnerStanding) {
        self.news.send_if_modified(|known| {
            let news = *known != standing;
            *known = standing;
            news
        });
    }
}

impl Watched {
    /// Waits for news. Safe to cancel.
    pub(super) async fn news(&mut self) -> RunnerStanding {
        match self.news.changed().await {
            Ok(()) => *self.news.borrow_and_update(),
            // The sender is dropped with `self` alone.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watcher.entries().by_id.remove(&self.id);
    }
}
