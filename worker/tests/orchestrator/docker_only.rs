//! What only containers have: isolation, an engine that outlives the worker, and an image.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder,
    RemoveVolumeOptions,
};
use leo_protocol::InstanceId;
use leo_worker::orchestrator::docker::{ConnectError, Docker};
use leo_worker::orchestrator::{LaunchError, Loss, Orchestrator as _, OutputStream, RunExit};

use crate::stage::{Stage, code, docker_config, exited, text};

pub(crate) async fn engine() -> bollard::Docker {
    let host = docker_config().unwrap().docker_host.unwrap();
    bollard::Docker::connect_with_host(&host)
        .unwrap()
        .negotiate_version()
        .await
        .unwrap()
}

/// The instance's only volume is the one with the host's id, which goes here as well.
pub(crate) async fn no_volume_is_left(instance: InstanceId) {
    let engine = engine().await;
    let filters = HashMap::from([("label", vec![format!("leo.instance={instance}")])]);
    let options = ListVolumesOptionsBuilder::new().filters(&filters).build();
    let volumes = engine
        .list_volumes(Some(options))
        .await
        .unwrap()
        .volumes
        .unwrap_or_default();
    let names: Vec<_> = volumes.into_iter().map(|volume| volume.name).collect();
    assert_eq!(names, [format!("leo_host_{instance}")]);
    engine
        .remove_volume(&names[0], None::<RemoveVolumeOptions>)
        .await
        .unwrap();
}

#[tokio::test]
async fn running_out_of_memory_is_told() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let (_, _, exit) = stage.run(&stage.spec("oom")).await;
    assert_eq!(
        exit,
        RunExit::Exited {
            code: 137,
            out_of_memory: true,
            loss: None,
        }
    );
    stage.leave_nothing().await;
}

#[tokio::test]
async fn an_end_by_somebody_elses_signal_is_told_from_its_own() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    for own in [0, 1, 137, 143, 255] {
        let (_, _, exit) = stage.run(&stage.spec(&format!("exit {own}"))).await;
        assert_eq!(exit, exited(own));
    }
    let handle = stage.start("event ready;hang").await;
    stage.printed(&handle, "ready").await;
    engine()
        .await
        .kill_container(&handle.id, None)
        .await
        .unwrap();
    let expected = RunExit::Exited {
        code: 137,
        out_of_memory: false,
        loss: Some(Loss::Signal),
    };
    assert_eq!(stage.wait(&handle).await, expected);
    stage.leave_nothing().await;
}

#[tokio::test]
async fn another_worker_on_the_same_engine_goes_on() {
    let Some(mut config) = docker_config() else {
        return;
    };
    let Some(mut stage) = Stage::docker().await else {
        return;
    };
    config.instance = stage.instance;
    let (one, two) = tokio::join!(
        Docker::connect(config.clone()),
        Docker::connect(config.clone())
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.host(), two.host());
    assert_eq!(one.host(), stage.orchestrator.host());
    let spec = stage.spec("lines 5;event ready;hang");
    let handle = stage.launch(&spec).await.handle;
    stage.printed(&handle, "ready").await;
    stage.orchestrator = Box::new(two);
    assert_eq!(stage.launch(&spec).await.handle, handle);
    stage.printed(&handle, "ready").await;
    stage
        .orchestrator
        .stop(&handle, Duration::from_secs(30))
        .await
        .unwrap();
    assert_eq!(code(stage.wait(&handle).await), Some(143));
    assert_eq!(stage.output(&handle, 4).await.len(), 2);

    config.instance = InstanceId::generate();
    let stranger = Docker::connect(config.clone()).await.unwrap();
    assert_ne!(stranger.host(), one.host());
    assert_eq!(
        stranger.list().await.unwrap(),
        [],
        "containers of another instance are no business of ours"
    );
    no_volume_is_left(config.instance).await;
    stage.leave_nothing().await;
}

#[tokio::test]
async fn a_missing_image_is_told() {
    let Some(mut config) = docker_config() else {
        return;
    };
    config.image = "leo-no-such-image".to_owned();
    let Some(mut stage) = Stage::docker().await else {
        return;
    };
    config.instance = stage.instance;
    stage.orchestrator = Box::new(Docker::connect(config).await.unwrap());
    let launched = stage.orchestrator.launch(&stage.spec("")).await;
    assert!(
        matches!(launched, Err(LaunchError::ImageMissing(_))),
        "{launched:?}"
    );
    stage.leave_nothing().await;
}

#[tokio::test]
async fn an_unusable_engine_is_told() {
    let Some(config) = docker_config() else {
        return;
    };
    let mut unknown = config.clone();
    unknown.runtime = Some("no-such-runtime".to_owned());
    let refused = Docker::connect(unknown).await;
    assert!(
        matches!(refused, Err(ConnectError::UnknownRuntime { .. })),
        "{refused:?}"
    );
    let mut absent = config;
    absent.docker_host = Some("unix:///nowhere/docker.sock".to_owned());
    let refused = Docker::connect(absent).await;
    assert!(
        matches!(refused, Err(ConnectError::Unreachable { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_container_that_never_started_is_made_anew() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let spec = stage.spec("read input");
    std::fs::write(spec.inputs.join("app/input"), "here\n").unwrap();
    let labels = [
        ("leo.instance", spec.instance.to_string()),
        ("leo.job", spec.job.to_string()),
        ("leo.attempt", spec.attempt.to_string()),
    ];
    let labels = labels.map(|(name, value)| (name.to_owned(), value));
    let left = create(&spec.job.to_string(), HashMap::from(labels)).await;
    let (handle, output, exit) = stage.run(&spec).await;
    assert_ne!(handle.id, left);
    assert_eq!(exit, exited(0));
    assert!(text(&output, OutputStream::Stdout).starts_with("here\n"));
    stage.leave_nothing().await;
}

#[tokio::test]
async fn a_strangers_container_of_the_same_name_is_left_alone() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let spec = stage.spec("");
    let id = create(&spec.job.to_string(), HashMap::new()).await;
    let launched = stage.orchestrator.launch(&spec).await;
    assert!(
        matches!(launched, Err(LaunchError::Failed(_))),
        "{launched:?}"
    );
    let options = RemoveContainerOptionsBuilder::new().v(true).build();
    engine()
        .await
        .remove_container(&id, Some(options))
        .await
        .unwrap();
    stage.leave_nothing().await;
}

async fn create(job: &str, labels: HashMap<String, String>) -> String {
    let image = docker_config().map(|config| config.image);
    let body = ContainerCreateBody {
        image,
        labels: Some(labels),
        ..ContainerCreateBody::default()
    };
    let options = CreateContainerOptionsBuilder::new()
        .name(&format!("gen_{job}_1"))
        .build();
    engine()
        .await
        .create_container(Some(options), body)
        .await
        .unwrap()
        .id
}

#[tokio::test]
async fn a_reader_that_stalls_holds_up_no_container() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let handle = stage.start("lines 200000").await;
    let _stalled = stage.orchestrator.output(&handle, 0).await.unwrap();
    let mut stalled = stage.orchestrator.output(&handle, 0).await.unwrap();
    futures_util::StreamExt::next(&mut stalled)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stage.wait(&handle).await, exited(0));
    assert_eq!(stage.output(&handle, 0).await.len(), 200_001);
    stage.leave_nothing().await;
}

#[tokio::test]
async fn a_flood_arrives_to_its_last_line() {
    let Some(stage) = Stage::docker().await else {
        return;
    };
    let (handle, live, exit) = stage.run(&stage.spec("spam 500")).await;
    assert_eq!(exit, exited(0));
    let lines = text(&live, OutputStream::Stdout);
    let expected = (1..live.len()).map(|n| format!("spam {n}"));
    assert!(
        expected.eq(lines.lines().take(live.len() - 1).map(str::to_owned)),
        "a line is missing"
    );
    assert!(
        lines.ends_with("\"phases\":1}\n"),
        "the last line is missing"
    );
    assert!(
        stage.output(&handle, 0).await == live,
        "reading again gives something else"
    );
    stage.leave_nothing().await;
}
