//! A WebSocket client that is not ours has a whole conversation.

use std::process::Command;

use leo_tests::{Leo, Mode, config};

/// Where it is, below the repository's root.
const SCRIPT: &str = "tests/foreign/repl.py";

#[tokio::test]
async fn a_python_client_speaks_with_leo() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.user("pythonista");
    let url = format!("{}/ws", client.base().replacen("http", "ws", 1));
    let mut command = Command::new(config::python());
    command
        .arg(config::repository().join(SCRIPT))
        .arg(url)
        .arg(client.token().unwrap());
    let ran = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap();
    let output = ran.expect("run Python; `make test` prepares it");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    assert_eq!(said.lines().last(), Some("all good"), "{said}{complained}");
}
