//! Workers that are killed while they store: an artifact is whole or absent, and in the end it is
//! whole.
//!
//! `LEO_TEST_KILLS` says how often; a few times if it does not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_common::config::Aws;
use leo_protocol::JobStatus;
use leo_protocol::http::Job;
use leo_tests::{Client, Leo, Mode, Moto, SlowWay, config, wait_for};
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

/// Kills in a run of all scenarios.
const QUICK: usize = 4;
/// What the generator leaves, in MiB: more than is stored in one request.
const MIB: u64 = 13;
/// What the way to the bucket carries in a second, in bytes.
const SPEED: u32 = 12 << 20;

/// What is stored has its middle here: where it is seen, and how long to wait in it.
trait Middle {
    /// Returns in the middle of storing, or when the job has ended.
    async fn reached(&self, client: &Client, job: &Job);
}

/// The bytes on their way to a bucket.
struct OnTheWay(SlowWay);

impl Middle for OnTheWay {
    async fn reached(&self, client: &Client, job: &Job) {
        let begun = self.0.carried();
        let some = rand::rng().random_range(1..MIB << 20);
        wait_for("the middle of an upload", async || {
            let there = self.0.carried() - begun > some || has_ended(client, job).await;
            there.then_some(())
        })
        .await;
    }
}

/// A file in the making.
struct InTheFolder(PathBuf);

impl Middle for InTheFolder {
    async fn reached(&self, client: &Client, job: &Job) {
        let before = unfinished(&self.0);
        wait_for("a file in the making", async || {
            // Between two of its looks it would be there and gone.
            for _ in 0..20 {
                if unfinished(&self.0) > before {
                    return Some(());
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            has_ended(client, job).await.then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..60))).await;
    }
}

async fn has_ended(client: &Client, job: &Job) -> bool {
    client.job(job.id).await.status.is_terminal()
}

/// Files below a folder that are not finished.
fn unfinished(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let counts = entries.map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => unfinished(&entry.path()),
        Ok(_) => usize::from(entry.file_name().to_string_lossy().contains(".pack#")),
        Err(_) => 0,
    });
    counts.sum()
}

/// Kills worker after worker until it was done often enough, each in the middle of storing.
async fn kill_and_kill(leo: &mut Leo, middle: &impl Middle, store: &ArtifactStore) {
    let client = leo.client();
    let (mut kills, mut worker) = (0, 0);
    let wanted = config::kills(QUICK);
    let mut jobs = Vec::new();
    while kills < wanted {
        let job = client
            .submit(&format!("fill big {MIB}; write a/b.txt {kills}"))
            .await;
        while kills < wanted {
            middle.reached(&client, &job).await;
            leo.worker(worker).kill();
            let job = client.job(job.id).await;
            whole_or_absent(leo, &client, store, &job).await;
            leo.start_worker().await;
            worker += 1;
            if job.status.is_terminal() {
                break;
            }
            kills += 1;
        }
        jobs.push(job);
    }
    for job in jobs {
        let ended = client.ended(job.id).await;
        assert_eq!(ended.status, JobStatus::Completed, "{ended:?}");
        assert_eq!(ended.attempt, 1, "its container has run once");
        assert_eq!(whole_or_absent(leo, &client, store, &ended).await, 2);
    }
}

/// How many files there are, all of them whole by every door.
async fn whole_or_absent(leo: &Leo, client: &Client, store: &ArtifactStore, job: &Job) -> usize {
    let mut database = leo.database().connection().await;
    let sql = "select location, bytes from artifacts where job_id = $1";
    let packs: Vec<(String, i64)> = sqlx::query_as(sql)
        .bind(job.id.uuid())
        .fetch_all(&mut database)
        .await
        .unwrap();
    for (location, bytes) in packs {
        // The first and the last byte.
        let end = u64::try_from(bytes).unwrap();
        for byte in [0..1, end - 1..end] {
            store.read_range(&location, byte).await.unwrap();
        }
    }
    if job.status != JobStatus::Completed {
        let answer = client.get(&format!("/api/jobs/{}/files", job.id)).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "no_files")
        );
        return 0;
    }
    let list = client.files(job.id).await;
    let zip = client.zip(job.id).await;
    assert!(!list.partial && list.files.len() == zip.len());
    for file in &list.files {
        let bytes = client.file(job.id, &file.path).await;
        let hash = Sha256::digest(&bytes);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((bytes.len() as u64, hex), (file.size, file.sha256.clone()));
        assert!(zip[&file.path] == bytes, "{}", file.path);
    }
    list.files.len()
}

#[tokio::test]
async fn a_bucket_has_all_of_it_or_nothing() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let url = format!("s3://{}/leo", moto.bucket().await);
    let way = SlowWay::to(moto.address(), SPEED).await;
    let wishes = moto.keeping(Leo::in_mode(Mode::Docker), &url);
    let wishes = wishes.set("AWS_ENDPOINT_URL", way.url().as_str());
    let mut leo = wishes.start().await;
    let store = ArtifactStore::open(&url, &moto.aws()).unwrap();
    kill_and_kill(&mut leo, &OnTheWay(way), &store).await;
}

#[tokio::test]
async fn a_folder_has_all_of_it_or_nothing() {
    let mut leo = Leo::in_mode(Mode::Docker).start().await;
    let folder = leo.artifacts();
    let url = url::Url::from_directory_path(&folder).unwrap();
    let store = ArtifactStore::open(url.as_str(), &Aws::default()).unwrap();
    kill_and_kill(&mut leo, &InTheFolder(folder), &store).await;
}
