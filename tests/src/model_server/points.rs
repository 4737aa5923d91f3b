//! Named points at which answers wait.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// The points of one server.
#[derive(Debug)]
pub(super) struct Points {
    reached: Mutex<HashSet<String>>,
    open: watch::Sender<HashSet<String>>,
}

impl Default for Points {
    fn default() -> Self {
        Self {
            reached: Mutex::default(),
            open: watch::Sender::new(HashSet::new()),
        }
    }
}

impl Points {
    pub(super) fn is_reached(&self, name: &str) -> bool {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        reached.contains(name)
    }

    pub(super) fn open(&self, name: &str) {
        self.open.send_modify(|open| {
            open.insert(name.to_owned());
        });
    }

    /// Waits until the point is open.
    pub(super) async fn wait(&self, name: &str) {
        {
            let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
            reached.insert(name.to_owned());
        }
        let mut open = self.open.subscribe();
        // The sender lives as long as this does.
        let _ = open.wait_for(|open| open.contains(name)).await;
    }
}
