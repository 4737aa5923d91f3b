//! Chaos over the stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leo_protocol::SessionId;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sqlx::{PgConnection, Row as _};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::arena::Arena;
use super::audit::{Stored, Tally};
use super::faults::schedule;
use super::inflict::inflict;
use super::jobs::{self, Door, Stage};
use super::viewer::record::Arrival;
use super::viewer::{Signals, Viewer};
use super::{Options, Report};

/// How long after the last fault the jobs may take to end, besides as long again as the faults took: who
/// sends over a socket prints nothing while it is cut off, and a busy machine makes all pauses longer.
const JOBS_END: Duration = Duration::from_secs(60);
/// How long nothing at all may come meanwhile. An attempt to connect takes up to 10 s.
const JOBS_STUCK: Duration = Duration::from_secs(30);
/// How long after that the viewers may take to have everything.
const VIEWERS_END: Duration = Duration::from_secs(30);
/// How often the jobs are looked at.
const LOOK: Duration = Duration::from_millis(200);

/// One session: its jobs, its viewers, and the place of its last event, once that is known.
struct Scene {
    stage: Stage,
    target: watch::Sender<Option<u64>>,
    viewers: Vec<Arc<Viewer>>,
}

/// Runs chaos over the stream, and judges.
///
/// # Panics
/// When an installation does not come up, or not again after a fault.
pub async fn run(options: &Options) -> Report {
    let tell = options.tell;
    let faults = schedule(options.seed, options.length);
    tell(&format!("seed {}: {} faults", options.seed, faults.len()));
    faults.iter().for_each(|fault| tell(&fault.to_string()));
    let mut arena = Arena::start(options.sabotage).await;
    tell("the installation runs");
    let mut rng = StdRng::seed_from_u64(options.seed);
    let scenes = scenes(&arena, options, &mut rng).await;

    let begin = Instant::now();
    let hurry = Arc::new(AtomicBool::new(false));
    let mut watching = watch_all(&scenes, options, &hurry);
    let mut submitting = submit_all(&arena, &scenes, options, &mut rng, begin);
    let counts = inflict(&arena, &faults, begin).await;
    tell(&format!(
        "{:.0} s: the faults are over",
        begin.elapsed().as_secs_f64()
    ));
    hurry.store(true, Ordering::Relaxed);
    let mut complaints = Vec::new();
    wait_for_jobs(
        &arena,
        &scenes,
        &mut submitting,
        options.length,
        &mut complaints,
    )
    .await;
    tell(&format!(
        "{:.0} s: the jobs have ended",
        begin.elapsed().as_secs_f64()
    ));
    wait_for_viewers(&scenes, &mut watching, &mut complaints).await;
    tell(&format!(
        "{:.0} s: the viewers are done",
        begin.elapsed().as_secs_f64()
    ));

    let mut report = judge(&arena, &scenes, complaints).await;
    (report.seed, report.length, report.faults) = (options.seed, options.length, counts);
    (report.swallowed, report.requests_lost) = arena.proxy.carried_out();
    report.complaints.extend(arena.defects().await);
    if let Some(folder) = options.logs.as_ref().filter(|_| !report.is_good()) {
        arena.keep_logs(folder);
        tell(&format!("the logs are in {}", folder.display()));
    }
    report
}

async fn scenes(arena: &Arena, options: &Options, rng: &mut StdRng) -> Vec<Scene> {
    let http = jobs::client();
    let addresses: Vec<_> = arena
        .replicas
        .iter()
        .map(|replica| replica.address())
        .collect();
    let mut scenes = Vec::new();
    for _ in 0..Options::SESSIONS {
        let stage = Stage::open(&http, &format!("http://{}", addresses[0])).await;
        scenes.push(Scene {
            stage,
            target: watch::Sender::new(None),
            viewers: Vec::new(),
        });
    }
    for number in 0..options.viewers {
        // Every session has viewers of every kind.
        let scene = &mut scenes[(number / 4 + number) % Options::SESSIONS];
        let viewer = Viewer::draw(number, rng, scene.stage.clone(), addresses.clone());
        scene.viewers.push(Arc::new(viewer));
    }
    scenes
}

fn watch_all(scenes: &[Scene], options: &Options, hurry: &Arc<AtomicBool>) -> JoinSet<()> {
    let (seed, length) = (options.seed, options.length);
    let mut watching = JoinSet::new();
    for scene in scenes {
        for viewer in &scene.viewers {
            let viewer = Arc::clone(viewer);
            let signals = Signals {
                target: scene.target.subscribe(),
                hurry: Arc::clone(hurry),
            };
            watching.spawn(async move { viewer.watch(seed, length, signals).await });
        }
    }
    watching
}

fn submit_all(
    arena: &Arena,
    scenes: &[Scene],
    options: &Options,
    rng: &mut StdRng,
    begin: Instant,
) -> JoinSet<()> {
    let bases = arena
        .replicas
        .iter()
        .map(|replica| format!("http://{}", replica.address()));
    let bases: Vec<_> = bases.collect();
    let mut submitting = JoinSet::new();
    for (number, scene) in scenes.iter().enumerate() {
        let count = (options.jobs + Options::SESSIONS - 1 - number) / Options::SESSIONS;
        let plans = jobs::plan(rng, number, count, options.length);
        submitting.spawn(scene.stage.clone().submit(plans, bases.clone(), begin));
    }
    submitting
}

/// Waits until all jobs are submitted and have ended, and tells the viewers how far that is.
async fn wait_for_jobs(
    arena: &Arena,
    scenes: &[Scene],
    submitting: &mut JoinSet<()>,
    length: Duration,
    complaints: &mut Vec<String>,
) {
    let end = Instant::now() + JOBS_END;
    while let Ok(Some(done)) = timeout_at(end, submitting.join_next()).await {
        done.expect("submit jobs");
    }
    if !submitting.is_empty() {
        complaints.push("not all jobs could be submitted".to_owned());
    }
    let mut connection = arena.database.connection().await;
    let (mut stored, mut stuck) = (0, Instant::now() + JOBS_STUCK);
    let end = end + length;
    loop {
        let left = unfinished(&mut connection).await;
        if left.is_empty() {
            break;
        }
        let present = heads(&mut connection).await;
        if present > stored {
            (stored, stuck) = (present, Instant::now() + JOBS_STUCK);
        }
        if Instant::now() >= stuck.min(end) {
            complaints.push(format!("have not ended, at {present} events: {left:?}"));
            break;
        }
        sleep(LOOK).await;
    }
    for scene in scenes {
        let head = head(&mut connection, scene.stage.session).await;
        scene.target.send_replace(Some(head));
    }
}

async fn unfinished(connection: &mut PgConnection) -> Vec<Uuid> {
    let sql = "select id from jobs where status not in ('completed', 'failed', 'cancelled')";
    sqlx::query_scalar(sql)
        .fetch_all(connection)
        .await
        .expect("look at the jobs")
}

/// The events of all sessions.
async fn heads(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select coalesce(sum(last_seq), 0)::bigint from session_heads")
        .fetch_one(connection)
        .await
        .expect("read the heads")
}

async fn head(connection: &mut PgConnection, session: SessionId) -> u64 {
    let query = sqlx::query("select last_seq from session_heads where session_id = $1");
    let row = query
        .bind(session.uuid())
        .fetch_one(connection)
        .await
        .expect("read a head");
    u64::try_from(row.get::<i64, _>(0)).expect("a place")
}

async fn wait_for_viewers(
    scenes: &[Scene],
    watching: &mut JoinSet<()>,
    complaints: &mut Vec<String>,
) {
    let end = Instant::now() + VIEWERS_END;
    while let Ok(Some(done)) = timeout_at(end, watching.join_next()).await {
        done.expect("watch");
    }
    watching.shutdown().await;
    for scene in scenes {
        let target = scene.target.borrow().unwrap_or_default();
        for viewer in scene.viewers.iter().filter(|viewer| !viewer.has(target)) {
            let record = viewer.record();
            let (cursor, trouble) = (record.cursor(), &record.trouble);
            complaints.push(format!(
                "{viewer} stands at {cursor:?} of {target}: {trouble}"
            ));
        }
    }
}

async fn judge(arena: &Arena, scenes: &[Scene], complaints: Vec<String>) -> Report {
    let mut report = Report {
        complaints,
        ..Report::default()
    };
    report.sockets = arena.balancer.served();
    let mut connection = arena.database.connection().await;
    for scene in scenes {
        let stored = Stored::read(&mut connection, scene.stage.session).await;
        let known = scene.stage.known();
        for job in &known {
            let said = job.said();
            report.jobs += 1;
            report.socket_jobs += usize::from(job.door == Door::Socket);
            report.lines += said.out + said.errors;
            report.frames += said.frames;
        }
        report.events += stored.last;
        report.restarts += stored.restarts();
        if !stored.places.is_clean() {
            report.complaints.push(format!(
                "places of {}: {:?}",
                scene.stage.session, stored.places
            ));
        }
        report.stored += stored.places;
        report.stored += stored.compare_output(&known, &mut report.complaints);
        let target = scene.target.borrow().unwrap_or_default();
        for viewer in &scene.viewers {
            judge_viewer(&mut report, &stored, viewer, target);
        }
    }
    report
}

fn judge_viewer(report: &mut Report, stored: &Stored, viewer: &Viewer, target: u64) {
    let tally = stored.compare_viewer(viewer, target);
    if tally != Tally::default() {
        report.complaints.push(format!("{viewer}: {tally:?}"));
    }
    report.viewed += tally;
    report.unfinished += usize::from(!viewer.has(target));
    let record = viewer.record();
    report.viewers += 1;
    report.received += record.seen.len() as u64;
    report.connections += record.connections;
    let prompt = record.worst.filter(|_| viewer.is_prompt());
    if let Some(Arrival { seq, at, late }) = prompt
        && report
            .worst_repair
            .as_ref()
            .is_none_or(|(worst, _)| late > *worst)
    {
        let who = format!("{viewer}, event {seq}, which came at {}", at.time());
        report.worst_repair = Some((late, who));
    }
}
