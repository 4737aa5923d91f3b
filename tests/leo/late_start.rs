//! Containers that start when nobody wants them any more: an engine that stood still carries out what
//! it was told before.

use std::time::Duration;

use leo_protocol::{JobId, JobStatus};
use leo_tests::config::mini_generator;
use leo_tests::wait::wait_within;
use leo_tests::{Leo, Mode};

/// The search for orphans takes at least 10 s, from its first look at one to its removal.
const AT_ONCE: Duration = Duration::from_secs(8);

/// Has the container of an ended attempt start again.
async fn start_late(leo: &Leo, job: JobId) {
    let (engine, instance) = (leo.engine(), leo.instance());
    let image = engine.image(&mini_generator()).await;
    engine.start_late(&image, instance, job, 1).await;
}

async fn removed(leo: &Leo) {
    wait_within(AT_ONCE, "removal of the late container", async || {
        leo.containers().await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_container_that_starts_after_its_job_is_removed_at_once() {
    let mut leo = Leo::in_mode(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("write a.txt x").await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    leo.cleared().await;
    start_late(&leo, job.id).await;
    removed(&leo).await;

    // And where nobody was there to hear of it.
    leo.worker(0).kill();
    start_late(&leo, job.id).await;
    leo.start_worker().await;
    removed(&leo).await;
}
