//! Whoever writes what the viewers get.

use anyhow::{Context as _, bail};
use leo_common::bus::Publisher;
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::store::claims::Claim;
use leo_common::store::events::{Appended, Batch, NewBatch, Source};
use leo_common::store::workers::NewWorker;
use leo_protocol::batch::{BodyBuilder, Place};
use leo_protocol::event::{LogLine, LogStream};
use leo_protocol::{EventKind, HostId, SessionId, WorkerId};
use leo_tests::{Leo, config};

use crate::sidecar::Sidecar;
use crate::viewers::mark;

/// The length of a log line, in bytes.
const LINE: usize = 100;

/// Writes numbered events.
pub(crate) struct Writer {
    path: Path,
    next: u64,
}

/// What happens to a batch.
pub(crate) enum Path {
    /// As a worker does it: stored, and then published.
    Stored(Box<Holder>),
    /// Handed to a server of Socket.IO, which stores nothing.
    Emitted(Box<Sidecar>),
}

/// The holder of a job.
pub(crate) struct Holder {
    db: Db,
    publisher: Publisher,
    claim: Claim,
    position: u64,
}

impl Writer {
    pub(crate) const fn new(path: Path) -> Self {
        Self { path, next: 1 }
    }

    /// The number of the event that is written next.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Writes so many events at once.
    pub(crate) async fn write(&mut self, events: u64) -> anyhow::Result<()> {
        let mut body = BodyBuilder::new();
        for number in self.next..self.next + events {
            body.push(chrono::Utc::now(), &log(number));
        }
        self.next += events;
        match &mut self.path {
            Path::Stored(holder) => holder.append(body).await,
            Path::Emitted(server) => {
                let mut line = body.finish();
                line.retain(|byte| *byte != b'\n');
                line.push(b'\n');
                server.tell(&line).await
            }
        }
    }
}

fn log(number: u64) -> EventKind {
    let mut line = mark(number);
    line.extend(std::iter::repeat_n('x', LINE.saturating_sub(line.len())));
    EventKind::Log {
        log: LogLine {
            line,
            timestamp: chrono::Utc::now(),
            stream: LogStream::Stdout,
            level: None,
        },
    }
}

impl Holder {
    /// Submits a job and claims it, as the only worker of this installation.
    pub(crate) async fn of_a_job(leo: &Leo) -> anyhow::Result<Self> {
        let job = leo.client().submit("to be written by a benchmark").await;
        let db = leo.database().stores();
        let worker = NewWorker {
            id: WorkerId::generate(),
            name: "bench",
            host: HostId::generate(),
            orchestrator: "process",
            version: env!("CARGO_PKG_VERSION"),
            capacity: 1,
            process: None,
        };
        db.register_worker(&worker).await?;
        let mut claims = db.claim(worker.id, 1).await?.claims;
        let claim = claims.pop().context("the job cannot be claimed")?;
        anyhow::ensure!(claim.job == job.id, "another job was claimed");
        let link = RedisLink::new(&config::redis_url(), leo.instance())?;
        Ok(Self {
            publisher: Publisher::start(link)?,
            position: claim.worker_position,
            db,
            claim,
        })
    }

    /// The stream.
    pub(crate) const fn session(&self) -> SessionId {
        self.claim.session
    }

    async fn append(&mut self, body: BodyBuilder) -> anyhow::Result<()> {
        let count = body.count();
        let batch = NewBatch {
            session: self.claim.session,
            job: self.claim.job,
            source: Source::Worker,
            fence: self.claim.epoch,
            generation: 0,
            from: self.position,
            to: self.position + 1,
            count,
            body: body.finish().into(),
        };
        let first = loop {
            match self
                .db
                .append(std::slice::from_ref(&batch))
                .await?
                .as_slice()
            {
                [Appended::Stored { first }] => break *first,
                [Appended::Busy] => {}
                other => bail!("a batch was not stored: {other:?}"),
            }
        };
        self.position += 1;
        let place = Place {
            session_id: batch.session,
            job_id: Some(batch.job),
            first,
        };
        self.publisher.batch(&Batch {
            place,
            last: first + u64::from(count) - 1,
            body: batch.body,
        });
        Ok(())
    }
}
