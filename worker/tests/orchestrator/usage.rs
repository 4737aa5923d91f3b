//! What a workspace takes while its generator runs.

use leo_worker::orchestrator::docker::Docker;
use leo_worker::orchestrator::{CollectLimits, OutputStream, Usage};
use tokio::net::{TcpListener, UnixStream};
use tokio::time::timeout;

use crate::stage::{DEADLINE, LIMITS, QUOTA, Stage, docker_config, exited, text};

/// Files of 105 KB and what holds them.
const SCRIPT: &str =
    "write a 12345;write deep/er/b x;sparse c 100000;symlink / root;event ready;hang";

async fn usage(stage: &Stage, script: &str, limits: CollectLimits) -> Usage {
    let handle = stage.start(script).await;
    stage.printed(&handle, "ready").await;
    let usage = timeout(DEADLINE, stage.orchestrator.usage(&handle, limits)).await;
    usage.unwrap().unwrap().unwrap()
}

pub(crate) async fn what_it_takes_is_told_while_it_runs(stage: &Stage) {
    let told = usage(stage, SCRIPT, LIMITS).await;
    let expected = Usage {
        bytes: 100_006,
        // app, .leo, a, deep, er, b, c, root
        entries: 8,
        too_deep: false,
    };
    assert_eq!(told, expected);
    assert!(!told.exceeds(&LIMITS));
}

pub(crate) async fn too_much_is_noticed(stage: &Stage) {
    let few = CollectLimits {
        entries: 5,
        ..LIMITS
    };
    let flat = CollectLimits { depth: 2, ..LIMITS };
    let small = CollectLimits {
        bytes: 100_005,
        ..LIMITS
    };
    for limits in [few, flat, small] {
        let told = usage(stage, SCRIPT, limits).await;
        assert!(told.exceeds(&limits), "{told:?} of {limits:?}");
    }
}

pub(crate) async fn what_is_gone_takes_nothing(stage: &Stage) {
    let handle = stage.start("hang").await;
    stage.orchestrator.remove(&handle).await.unwrap();
    let usage = stage.orchestrator.usage(&handle, LIMITS).await.unwrap();
    assert_eq!(usage, None);
}

/// Carries connections to the engine, which seems to be on another machine then.
async fn far_away(socket: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                let mut engine = UnixStream::connect(socket).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut engine).await;
            });
        }
    });
    format!("tcp://{address}")
}

/// Its volumes cannot be read from here, so it is asked.
#[tokio::test]
async fn an_engine_elsewhere_tells_what_a_workspace_takes() {
    let (Some(mut config), Some(mut stage)) = (docker_config(), Stage::docker().await) else {
        return;
    };
    let host = config.docker_host.take().unwrap();
    let Some(socket) = host.strip_prefix("unix://") else {
        return;
    };
    config.docker_host = Some(far_away(socket.to_owned()).await);
    config.instance = stage.instance;
    stage.orchestrator = Box::new(Docker::connect(config).await.unwrap());
    let told = usage(&stage, SCRIPT, LIMITS).await;
    assert!((100_006..200_000).contains(&told.bytes), "{told:?}");
    assert_eq!(told.entries, 0, "it does not count them");
    stage.leave_nothing().await;
}

/// Most engines cannot: see `the_disk_of_a_job_is_limited_hard` of the scenarios for one that can.
#[tokio::test]
async fn an_engine_that_has_quotas_lets_no_workspace_outgrow_its_own() {
    let (Some(mut config), Some(stage)) = (docker_config(), Stage::docker().await) else {
        return;
    };
    config.instance = stage.instance;
    let hard = Docker::connect(config).await.unwrap().has_quota();
    let wanted = 2 * (QUOTA >> 20);
    let (_, output, exit) = stage.run(&stage.spec(&format!("fill big {wanted}"))).await;
    assert_eq!(exit, exited(0));
    let said = text(&output, OutputStream::Stdout);
    let full = said.contains("full: No space left on device");
    assert_eq!(full, hard, "{said}");
    stage.leave_nothing().await;
}
