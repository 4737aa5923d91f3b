//! The joined sessions of a connection, in the order of joining.

use futures_util::future::select_all;
use leo_protocol::SessionId;
use tokio::time::Instant;

use super::outbox::Outbox;
use super::viewer::Viewer;
use crate::stream::StreamError;

/// Sessions that a connection may follow at once.
pub(super) const MAX_JOINED: usize = 16;

/// The viewers, who take turns.
#[derive(Debug, Default)]
pub(super) struct Viewers {
    list: Vec<Viewer>,
    /// Who is asked first.
    turn: usize,
}

impl Viewers {
    /// The session joined last.
    pub(super) fn latest(&self) -> Option<SessionId> {
        self.list.last().map(|viewer| viewer.session)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn is_joined(&self, session: SessionId) -> bool {
        self.list.iter().any(|viewer| viewer.session == session)
    }

    /// Whether one more may be joined.
    pub(super) fn has_room(&self) -> bool {
        self.list.len() < MAX_JOINED
    }

    /// Adds a viewer, in the place of an earlier one of the same session.
    pub(super) fn join(&mut self, viewer: Viewer) {
        self.leave(viewer.session);
        self.list.push(viewer);
    }

    /// Whether there was something to leave.
    pub(super) fn leave(&mut self, session: SessionId) -> bool {
        let before = self.list.len();
        self.list.retain(|viewer| viewer.session != session);
        self.list.len() < before
    }

    /// The client has everything of a session up to `seq`. Whether this is news.
    pub(super) fn acknowledge(&mut self, session: SessionId, seq: u64) -> bool {
        let mut list = self.list.iter_mut();
        let viewer = list.find(|viewer| viewer.session == session);
        viewer.is_some_and(|viewer| viewer.acknowledge(seq))
    }

    /// Waits until one of them has something to send; for ever, if nobody can have. Safe to cancel.
    ///
    /// # Errors
    /// The session whose stream cannot be followed any further, and why.
    pub(super) async fn wait(&mut self) -> Result<SessionId, (SessionId, StreamError)> {
        match self.list.as_mut_slice() {
            // Most connections follow one session, and nothing is allocated for that.
            [only] if !only.is_stalled() => wait(only).await,
            [] | [_] => std::future::pending().await,
            // Boxed, so that the others do not carry what several take.
            _ => Box::pin(self.wait_for_any()).await,
        }
    }

    async fn wait_for_any(&mut self) -> Result<SessionId, (SessionId, StreamError)> {
        let turn = self.turn.min(self.list.len());
        let (later, first) = self.list.split_at_mut(turn);
        let waiting: Vec<_> = first
            .iter_mut()
            .chain(later)
            .filter(|viewer| !viewer.is_stalled())
            .map(|viewer| Box::pin(wait(viewer)))
            .collect();
        if waiting.is_empty() {
            return std::future::pending().await;
        }
        select_all(waiting).await.0
    }

    /// Puts into the outbox what a session has to send, and gives the turn to the next one.
    pub(super) fn show(&mut self, session: SessionId, outbox: &mut Outbox, now: Instant) {
        let place = self
            .list
            .iter()
            .position(|viewer| viewer.session == session);
        if let Some(place) = place {
            self.turn = place + 1;
            self.list[place].show(outbox, now);
        }
    }
}

async fn wait(viewer: &mut Viewer) -> Result<SessionId, (SessionId, StreamError)> {
    let session = viewer.session;
    viewer
        .wait()
        .await
        .map(|()| session)
        .map_err(|error| (session, error))
}
