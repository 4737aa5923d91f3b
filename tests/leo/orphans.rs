//! Objects that nothing leads to: a worker removes them, and nothing else.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use leo_protocol::{ArtifactId, InstanceId, JobId, SessionId};
use leo_tests::{Leo, Mode, wait_for};

/// Older than anything that is still to be recorded.
const OLD: Duration = Duration::from_secs(25 * 3600);

/// A file in the store, of that age.
fn plant(path: PathBuf, age: Duration) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "left behind").unwrap();
    grow_old(&path, age);
    path
}

fn grow_old(path: &Path, age: Duration) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

/// Lets a new worker look through the store, whoever has done it before.
async fn look_again(leo: &mut Leo) {
    sqlx::query("delete from chores")
        .execute(&mut leo.database().connection().await)
        .await
        .unwrap();
    leo.start_worker().await;
}

#[tokio::test]
async fn what_nothing_leads_to_goes_when_it_is_old() {
    let mut leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("write a.txt kept").await;
    client.ended(job.id).await;
    let running = client.submit("lines 1; hang").await;
    client
        .job_when(running.id, "start", |job| job.attempt == 1)
        .await;
    let sessions = leo.artifacts().join("sessions");
    let of_job = |session: SessionId, job: JobId| sessions.join(format!("{session}/{job}"));
    let own = of_job(job.session_id, job.id);
    let busy = of_job(running.session_id, running.id);
    let foreign = of_job(SessionId::generate(), JobId::generate());
    let (lost, new) = (ArtifactId::generate(), Duration::ZERO);
    let orphans = [
        plant(own.join(format!("{lost}.pack")), OLD),
        plant(own.join(format!("{lost}.zip")), OLD),
        plant(own.join("1-upload.tar.gz"), OLD),
        plant(own.join(format!("{lost}.pack#1")), OLD),
        plant(foreign.join(format!("{lost}.pack")), OLD),
        plant(foreign.join("of-a-newer-version"), OLD),
    ];
    let left_alone = [
        plant(own.join(format!("{}.pack", ArtifactId::generate())), new),
        plant(own.join(format!("{}.pack#2", ArtifactId::generate())), new),
        plant(own.join("of-a-newer-version"), OLD),
        plant(busy.join(format!("{lost}.pack")), OLD),
        plant(busy.join("1-files.tar.gz"), OLD),
    ];
    for kept in std::fs::read_dir(&own).unwrap().flatten() {
        if kept.file_name().to_string_lossy().ends_with(".pack")
            && !left_alone.contains(&kept.path())
        {
            grow_old(&kept.path(), OLD);
        }
    }
    look_again(&mut leo).await;
    wait_for("end of the orphans", async || {
        (!orphans.iter().any(|path| path.exists())).then_some(())
    })
    .await;
    assert!(left_alone.iter().all(|path| path.exists()));
    assert_eq!(client.file(job.id, "a.txt").await, b"kept");
    client.cancel(running.id).await;
    client.ended(running.id).await;
}

#[tokio::test]
async fn a_store_of_another_installation_is_left_alone() {
    let mut leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let owner = leo.artifacts().join("leo-instance");
    std::fs::create_dir_all(leo.artifacts()).unwrap();
    std::fs::write(&owner, InstanceId::generate().to_string()).unwrap();
    let folder = format!("sessions/{}/{}", SessionId::generate(), JobId::generate());
    let name = format!("{}.pack", ArtifactId::generate());
    let theirs = plant(leo.artifacts().join(folder).join(name), OLD);
    look_again(&mut leo).await;
    wait_for("the worker's word", async || {
        leo.worker(0)
            .log()
            .contains("another installation's too")
            .then_some(())
    })
    .await;
    assert!(theirs.exists());
    // Where nobody is the owner, the first who looks becomes it.
    std::fs::remove_file(&owner).unwrap();
    look_again(&mut leo).await;
    wait_for("end of the orphan", async || {
        (!theirs.exists()).then_some(())
    })
    .await;
    let named = std::fs::read_to_string(&owner).unwrap();
    assert_eq!(named, leo.instance().to_string());
}
