//! What goes into a workspace, and what comes out of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use leo_worker::orchestrator::{CollectError, CollectLimits, Collected, OutputStream};

use crate::stage::{LIMITS, Stage, exited, text};

async fn collect(
    stage: &Stage,
    script: &str,
    limits: CollectLimits,
) -> (Collected, std::path::PathBuf) {
    let (handle, output, exit) = stage.run(&stage.spec(script)).await;
    assert_eq!(exit, exited(0), "{output:?}");
    let into = stage.new_folder();
    let collected = stage
        .orchestrator
        .collect(&handle, &into, limits)
        .await
        .unwrap();
    (collected, into)
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

pub(crate) async fn inputs_are_there_and_results_come_out(stage: &Stage) {
    let long_name = "n".repeat(200);
    let mut spec = stage.spec("");
    let script = format!(
        "read src/old.txt;read src/{long_name};write src/old.txt new;write ../.leo/state 7;\
         write deep/er/file.txt words and words"
    );
    spec.env.retain(|(name, _)| name != "PROMPT");
    spec.env.push((
        "PROMPT_FILE".to_owned(),
        "/workspace/.leo/prompt.txt".to_owned(),
    ));
    fs::write(spec.inputs.join(".leo/prompt.txt"), script).unwrap();
    fs::create_dir(spec.inputs.join("app/src")).unwrap();
    fs::write(spec.inputs.join("app/src/old.txt"), "old\n").unwrap();
    fs::write(spec.inputs.join("app/src").join(&long_name), "long\n").unwrap();
    fs::write(spec.inputs.join("app/run.sh"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(
        spec.inputs.join("app/run.sh"),
        fs::Permissions::from_mode(0o6755),
    )
    .unwrap();

    let (handle, output, exit) = stage.run(&spec).await;
    assert!(
        text(&output, OutputStream::Stdout).starts_with("old\nlong\n"),
        "{output:?}"
    );
    assert_eq!(exit, exited(0));
    let into = stage.new_folder();
    let collected = stage
        .orchestrator
        .collect(&handle, &into, LIMITS)
        .await
        .unwrap();
    assert_eq!(collected.skipped, []);
    assert_eq!(collected.files, 6);
    let read = |path: &str| fs::read_to_string(into.join(path)).unwrap();
    assert_eq!(read("app/src/old.txt"), "new");
    assert_eq!(read("app/deep/er/file.txt"), "words and words");
    assert_eq!(read(".leo/state"), "7");
    assert_eq!(
        mode(&into.join("app/run.sh")),
        0o755,
        "runnable, and no more than that"
    );
    assert_eq!(mode(&into.join("app/src/old.txt")), 0o644);
    assert_eq!(read(&format!("app/src/{long_name}")), "long\n");
}

pub(crate) async fn links_stay_behind(stage: &Stage) {
    let script = "write real text;symlink /etc/passwd passwd;symlink ../../../.. up;\
                  symlink . loop;hardlink real same";
    let (collected, into) = collect(stage, script, LIMITS).await;
    let mut skipped: Vec<_> = collected
        .skipped
        .iter()
        .map(|skipped| &*skipped.path)
        .collect();
    skipped.sort_unstable();
    assert_eq!(skipped, ["app/loop", "app/passwd", "app/up"]);
    assert_eq!((collected.files, collected.bytes), (2, 8));
    assert_eq!(fs::read_to_string(into.join("app/same")).unwrap(), "text");
    assert_eq!(fs::read_dir(into.join("app")).unwrap().count(), 2);
}

pub(crate) async fn limits_hold(stage: &Stage) {
    let links: String = (0..20).map(|n| format!("symlink x {n};")).collect();
    let cases = [
        ("write a 1;sparse huge 20000000000", "more than 1 MiB"),
        ("write a/b/c/d/e/f/g/h/i x", "in a row"),
        (links.as_str(), "files and folders"),
    ];
    let limits = CollectLimits {
        entries: 20,
        ..LIMITS
    };
    for (script, why) in cases {
        let (handle, _, exit) = stage.run(&stage.spec(script)).await;
        assert_eq!(exit, exited(0));
        let into = stage.new_folder();
        match stage.orchestrator.collect(&handle, &into, limits).await {
            Err(CollectError::TooMuch { usage, why: text }) => {
                assert!(usage.exceeds(&limits) && text.contains(why), "{text}");
            }
            other => panic!("{script}: {other:?}"),
        }
        assert!(!into.join("app/huge").exists());
        // The engine is free again: a stream that was given up does not hold the container.
        stage.orchestrator.remove(&handle).await.unwrap();
    }
}

pub(crate) async fn a_running_one_is_not_collected(stage: &Stage) {
    let handle = stage.start("hang").await;
    let collected = stage
        .orchestrator
        .collect(&handle, &stage.new_folder(), LIMITS)
        .await;
    assert!(
        matches!(collected, Err(CollectError::Failed(_))),
        "{collected:?}"
    );
}
