//! Things marked for a task: each once, however often it is marked.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// A set that can be waited for. It never holds more than the things there are (sessions, users),
/// so marking needs no limit and no waiting.
#[derive(Debug)]
pub(crate) struct Marks<T> {
    marked: Mutex<HashSet<T>>,
    wake: Notify,
}

impl<T> Default for Marks<T> {
    fn default() -> Self {
        Self {
            marked: Mutex::default(),
            wake: Notify::new(),
        }
    }
}

impl<T: Eq + Hash> Marks<T> {
    /// Marks some.
    pub(crate) fn mark(&self, things: impl IntoIterator<Item = T>) {
        let mut marked = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        marked.extend(things);
        drop(marked);
        self.wake.notify_one();
    }

    /// Waits until some are marked and takes them all.
    pub(crate) async fn take(&self) -> Vec<T> {
        loop {
            let marked =
                std::mem::take(&mut *self.marked.lock().unwrap_or_else(PoisonError::into_inner));
            if !marked.is_empty() {
                return marked.into_iter().collect();
            }
            self.wake.notified().await;
        }
    }
}
