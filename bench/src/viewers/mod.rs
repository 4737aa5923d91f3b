//! Viewers: any number of connections, served by one thread.
//!
//! A viewer reads bytes, finds frames and looks for marks in them; it parses nothing else, because
//! whatever it costs is taken from the server beside it. What it finds goes to a [`Board`], where
//! it is seen whether every viewer got everything once.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

mod board;
mod frames;
mod mark;
mod script;
mod socket;

pub(crate) use board::Board;
pub(crate) use mark::mark;
pub(crate) use script::Script;

/// Handshakes at once.
pub(crate) const CONNECTING: usize = 32;
/// How long all of them may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(120);
/// What is read at once, in bytes.
const READ: usize = 256 << 10;
/// How often it is looked whether all is there.
const LOOK: Duration = Duration::from_millis(5);
/// When nothing comes for so long, nothing comes any more.
const STALLED: Duration = Duration::from_secs(15);

/// Connected viewers. They are gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Viewers {
    count: usize,
    board: Arc<Board>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// What the viewers of one thread share.
struct Shared {
    address: SocketAddr,
    script: Script,
    board: Arc<Board>,
    first: u64,
    connecting: Semaphore,
    buffer: RefCell<Vec<u8>>,
}

impl Viewers {
    /// Connects so many and waits until all of them would be sent what happens. The next event is
    /// expected to carry the mark `first`.
    pub(crate) async fn connect(
        count: usize,
        address: SocketAddr,
        script: Script,
        first: u64,
    ) -> anyhow::Result<Self> {
        let board = Arc::new(Board::default());
        let stop = CancellationToken::new();
        let thread = {
            let (board, stop) = (Arc::clone(&board), stop.clone());
            let shared = move || Shared {
                address,
                script,
                board,
                first,
                connecting: Semaphore::new(CONNECTING),
                buffer: RefCell::new(vec![0; READ]),
            };
            std::thread::spawn(move || serve(count, Rc::new(shared()), &stop))
        };
        let viewers = Self {
            count,
            board,
            stop,
            thread: Some(thread),
        };
        viewers.ready().await?;
        Ok(viewers)
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let end = Instant::now() + CONNECT_WITHIN;
        while self.board.ready() < self.count {
            if let Some(error) = self.board.error() {
                bail!("a viewer is gone: {error}");
            }
            if Instant::now() > end {
                let ready = self.board.ready();
                bail!("only {ready} of {} viewers could connect", self.count);
            }
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// What they have found.
    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// Waits until each has got so many events, or nothing more comes.
    pub(crate) async fn all_got(&self, events: u64) -> anyhow::Result<()> {
        let wanted = events * u64::try_from(self.count)?;
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            if let Some(error) = self.board.error() {
                bail!("a viewer is gone: {error}");
            }
            let got = self.board.got();
            if got >= wanted || since.elapsed() > STALLED {
                return Ok(());
            }
            if got > seen {
                (seen, since) = (got, Instant::now());
            }
            sleep(LOOK).await;
        }
    }

    /// Events that have not come, of so many that each should have got.
    pub(crate) fn lost(&self, events: u64) -> anyhow::Result<u64> {
        let wanted = events * u64::try_from(self.count)?;
        Ok(wanted.saturating_sub(self.board.got()))
    }
}

impl Drop for Viewers {
    fn drop(&mut self) {
        self.stop.cancel();
        // It has said on the board what has gone wrong, if anything has.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The thread of the viewers.
fn serve(count: usize, shared: Rc<Shared>, stop: &CancellationToken) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime.context("make a runtime") {
        Ok(runtime) => runtime,
        Err(error) => return shared.board.fail(&error),
    };
    LocalSet::new().block_on(&runtime, async {
        for _ in 0..count {
            let shared = Rc::clone(&shared);
            tokio::task::spawn_local(async move {
                let Err(error) = socket::view(&shared).await;
                shared.board.fail(&error);
            });
        }
        stop.cancelled().await;
    });
}
