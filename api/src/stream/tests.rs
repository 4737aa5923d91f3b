//! The hub over a real Postgres, with a bus that is played by hand.
//!
//! `make test` gives `DATABASE_URL`; without it there is nothing to test against.

use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_common::config::Aws;
use leo_common::redis_link::RedisLink;
use leo_common::store::Db;
use leo_common::store::events::Batch;
use leo_common::store::sessions::Fact;
use leo_common::store::users::Identity;
use leo_protocol::batch::Place;
use leo_protocol::limits::Limits;
use leo_protocol::{InstanceId, UserId};
use tokio::time::timeout;
use uuid::Uuid;

use super::*;

/// Nothing in these tests takes nearly as long.
const DEADLINE: Duration = Duration::from_secs(30);
/// Where no Redis answers.
const NO_REDIS: &str = "redis://127.0.0.1:1";

/// A database of its own, a session in it, and a hub whose bus is this test.
struct Stage {
    admin: Db,
    name: String,
    db: Db,
    user: UserId,
    session: SessionId,
    hub: Hub,
    bus: mpsc::Sender<BusEvent>,
    shutdown: CancellationToken,
    /// Where older events would be.
    _artifacts: tempfile::TempDir,
}

impl Stage {
    async fn set() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "tests find their servers there")]
        let Ok(url) = std::env::var("DATABASE_URL") else {
            eprintln!("skipped: DATABASE_URL is not set");
            return None;
        };
        let admin = Db::connect(&url).unwrap();
        let name = format!("leo_hub_{}", Uuid::now_v7().simple());
        run(&admin, format!("create database {name}")).await;
        let mut own = url::Url::parse(&url).unwrap();
        own.set_path(&name);
        let db = Db::connect(own.as_str()).unwrap();
        db.migrate().await.unwrap();
        let identity = Identity {
            issuer: "test",
            subject: "viewer",
            email: None,
            operator: false,
        };
        let user = db.user_of(identity, 1).await.unwrap().id;
        let session = db
            .create_session(user, "", Limits::default())
            .await
            .unwrap()
            .unwrap();
        let shutdown = CancellationToken::new();
        let link = RedisLink::new(NO_REDIS, InstanceId::generate()).unwrap();
        let (subscriber, _) = Subscriber::start(link, shutdown.clone());
        let (bus, events) = mpsc::channel(64);
        let artifacts = tempfile::tempdir().unwrap();
        let store = format!("file://{}", artifacts.path().display());
        let history = History::new(
            db.clone(),
            ArtifactStore::open(&store, &Aws::default()).unwrap(),
        );
        let hub = Hub::start(history, subscriber, events, shutdown.clone());
        Some(Self {
            admin,
            name,
            db,
            user,
            session,
            hub,
            bus,
            shutdown,
            _artifacts: artifacts,
        })
    }

    async fn write(&self) -> Fact {
        let (user, session) = (self.user, self.session);
        let fact = self.db.rename_session(user, session, "again").await;
        fact.unwrap().unwrap()
    }

    async fn publish(&self, fact: &Fact) {
        let place = Place {
            session_id: fact.session,
            job_id: fact.job,
            first: fact.seq,
        };
        let batch = Batch {
            place,
            last: fact.seq,
            body: fact.body.clone().into(),
        };
        self.bus.send(BusEvent::Batch(batch)).await.unwrap();
    }

    async fn strike(self) {
        self.shutdown.cancel();
        self.db.pool.close().await;
        run(
            &self.admin,
            format!("drop database {} with (force)", self.name),
        )
        .await;
    }
}

async fn run(db: &Db, sql: String) {
    let sql = sqlx::AssertSqlSafe(sql);
    sqlx::raw_sql(sql).execute(&db.pool).await.unwrap();
}

/// Reads up to `last` and fails if anything comes twice, out of order or not at all.
async fn read(mut cursor: Cursor, after: u64, last: u64) {
    let mut seen = after;
    while seen < last {
        let burst = timeout(DEADLINE, cursor.next()).await.unwrap().unwrap();
        for (seq, _) in burst.iter().flat_map(Piece::singles) {
            assert_eq!(seq, seen + 1);
            seen = seq;
        }
    }
    assert_eq!(seen, last);
}

#[tokio::test]
async fn without_redis_everything_arrives() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let viewer = tokio::spawn(read(stage.hub.open(stage.session, 0), 0, 20));
    for _ in 0..20 {
        stage.write().await;
    }
    viewer.await.unwrap();
    stage.strike().await;
}

#[tokio::test]
async fn lost_doubled_and_swapped_publishes_do_no_harm() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let last = 200;
    let viewers: Vec<_> = (0..10)
        .map(|after| tokio::spawn(read(stage.hub.open(stage.session, after), after, last)))
        .collect();
    let mut late = None;
    for round in 0..last {
        let fact = stage.write().await;
        match round % 5 {
            0 => {}
            1 => late = Some(fact),
            2 => {
                stage.publish(&fact).await;
                stage.publish(&fact).await;
            }
            _ => {
                stage.publish(&fact).await;
                if let Some(late) = late.take() {
                    stage.publish(&late).await;
                }
            }
        }
    }
    for viewer in viewers {
        viewer.await.unwrap();
    }
    stage.strike().await;
}

#[tokio::test]
async fn whoever_comes_late_or_anew_gets_the_rest() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let last = 600;
    for _ in 0..last {
        stage.write().await;
    }
    for after in [0, 1, 299, 343, 344, 345, 599] {
        read(stage.hub.open(stage.session, after), after, last).await;
    }
    stage.strike().await;
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_gone() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut cursor = stage.hub.open(SessionId::generate(), 0);
    let next = timeout(DEADLINE, cursor.next()).await.unwrap();
    assert!(matches!(next, Err(StreamError::Gone)));
    drop(cursor);
    stage.strike().await;
}
