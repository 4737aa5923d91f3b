//! Settings of mode `ecs` that name what is not there, asked of a real server.

use leo_tests::{Leo, Mode, Moto};

/// What a worker says that starts with these settings of ECS, line by line.
async fn said(moto: &Moto, settings: &[(&'static str, String)]) -> Vec<String> {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let store = format!("s3://{}/leo", moto.bucket().await);
    let runner = ("LEO_RUNNER_URL", "ws://127.0.0.1:1".to_owned());
    let kept = moto.store_settings(&store);
    let all: Vec<_> = kept
        .into_iter()
        .chain([runner])
        .chain(settings.iter().cloned())
        .collect();
    let ended = leo.fails_to_start("leo-worker", &all).await;
    let lines = ended.lines().filter(|line| !line.starts_with('{'));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_not_there_is_told_in_a_line_each() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let mut settings = cluster.settings();
    settings[1].1 = "nobody-has-made-it".to_owned();
    settings[2].1 = "nor-this".to_owned();
    let lines = said(&moto, &settings).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("ECS_CLUSTER: there is no `nobody-has-made-it`"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("ECS_TASK_DEFINITION: there is no `nor-this`"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_container_that_the_definition_does_not_have_is_told() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let mut settings = cluster.settings();
    settings[3].1 = "app".to_owned();
    let lines = said(&moto, &settings).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    for word in ["ECS_CONTAINER_NAME", "`app`", "generator"] {
        assert!(lines[0].contains(word), "{lines:?}");
    }
}

#[tokio::test]
async fn output_over_stdout_and_a_folder_for_results_are_refused() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let cluster = moto.cluster().await;
    let settings: Vec<_> = cluster
        .settings()
        .into_iter()
        .chain([
            ("GENERATOR_TRANSPORT", "stdout".to_owned()),
            ("ARTIFACT_STORE", "file:///tmp/nowhere".to_owned()),
        ])
        .collect();
    let lines = said(&moto, &settings).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("GENERATOR_TRANSPORT=stdout"), "{lines:?}");
    assert!(lines[1].contains("ARTIFACT_STORE"), "{lines:?}");
}
