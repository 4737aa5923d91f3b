//! `leo provider`, as people see it.

use std::process::{Output, Stdio};

use leo_tests::model_server::quirks;
use leo_tests::{Leo, Mode, config};
use serde_json::Value;
use std::io::Write as _;

use super::{KEY, good, server};

/// Runs it as anna, with this on its stdin.
async fn leo_provider(leo: &Leo, arguments: &[&str], stdin: &str) -> Output {
    let anna = leo.user("anna");
    let mut command = std::process::Command::new(config::binary("leo"));
    command
        .arg("provider")
        .args(arguments)
        .env_clear()
        .env("LEO_URL", anna.base())
        .env("LEO_TOKEN", anna.token().expect("a token"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let stdin = stdin.to_owned();
    let run = move || {
        let mut child = command.spawn().expect("start leo");
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(stdin.as_bytes()).expect("write to leo");
        drop(pipe);
        child.wait_with_output().expect("wait for leo")
    };
    tokio::task::spawn_blocking(run).await.expect("run leo")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_provider_is_set_shown_tested_and_unset() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let server = server(good).await;
    let set = [
        "set",
        "openai",
        "--base-url",
        &server.url(),
        "--model",
        "scripted-model",
        "--key-stdin",
    ];
    let output = leo_provider(&leo, &set, &format!("{KEY}\n")).await;
    assert!(output.status.success(), "{output:?}");
    let shown = text(&leo_provider(&leo, &["show"], "").await.stdout);
    assert!(
        shown.contains(&server.url()) && shown.contains("ends with cdef"),
        "{shown}"
    );
    let output = leo_provider(&leo, &["test"], "").await;
    let said = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(
        said.contains("✓ settings") && said.contains("✓ tools"),
        "{said}"
    );
    assert!(
        said.contains("your stored key") && !said.contains(KEY),
        "{said}"
    );
    assert!(leo_provider(&leo, &["unset"], "").await.status.success());
    let shown = leo_provider(&leo, &["--json"], "").await;
    assert_eq!(text(&shown.stdout).trim(), r#"{"hasKey":false}"#);
}

#[tokio::test]
async fn a_step_that_fails_fails_the_command() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let server = server(|asked| quirks::wrong_key::reply(asked, "")).await;
    let test = [
        "test",
        "--provider",
        "openai",
        "--base-url",
        &server.url(),
        "--model",
        "scripted-model",
        "--key-stdin",
    ];
    let output = leo_provider(&leo, &test, KEY).await;
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        said.contains("✗ streams") && said.contains("- format") && !said.contains(KEY),
        "{said}"
    );
    let as_json = [&test[..], &["--json"]].concat();
    let output = leo_provider(&leo, &as_json, KEY).await;
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (output.status.code(), &found["ok"]),
        (Some(1), &Value::Bool(false))
    );
}
