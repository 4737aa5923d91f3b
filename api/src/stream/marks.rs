//! Sessions marked for a task: each once, however often it is marked.

use std::collections::HashSet;
use std::sync::Mutex;

use leo_protocol::SessionId;
use tokio::sync::Notify;

use super::lock;

/// A set that can be waited for. It never holds more than the sessions there are, so marking needs
/// no limit and no waiting.
#[derive(Debug, Default)]
pub(super) struct Marks {
    sessions: Mutex<HashSet<SessionId>>,
    wake: Notify,
}

impl Marks {
    /// Marks some.
    pub(super) fn mark(&self, sessions: impl IntoIterator<Item = SessionId>) {
        lock(&self.sessions).extend(sessions);
        self.wake.notify_one();
    }

    /// Waits until some are marked and takes them all.
    pub(super) async fn take(&self) -> Vec<SessionId> {
        loop {
            let marked = std::mem::take(&mut *lock(&self.sessions));
            if !marked.is_empty() {
                return marked.into_iter().collect();
            }
            self.wake.notified().await;
        }
    }
}
