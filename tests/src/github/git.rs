//! Git itself, as people run it.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config;

/// Git without anybody's settings.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new("git");
    command
        .env_clear()
        .env("PATH", config::path())
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Somebody")
            .env(format!("GIT_{role}_EMAIL"), "somebody@leo.example");
    }
    command
}

/// Runs git in a folder; what it prints.
///
/// # Panics
/// When it fails.
#[must_use]
pub fn run(folder: &Path, args: &[&str]) -> String {
    let output = command().current_dir(folder).args(args).output();
    let output = output.expect("run git");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {said}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

/// Makes an empty bare repository that looks closely at what is pushed to it.
///
/// # Panics
/// When git fails.
pub fn init(folder: &Path) {
    std::fs::create_dir_all(folder).expect("make a folder");
    let _ = run(folder, &["init", "--bare", "--initial-branch=main", "."]);
    for (name, value) in [
        ("http.receivepack", "true"),
        ("receive.fsckObjects", "true"),
    ] {
        let _ = run(folder, &["config", name, value]);
    }
}

/// Clones a branch.
pub(super) async fn clone(url: &str, login: &str, token: &str, branch: &str, into: &Path) {
    let header = STANDARD.encode(format!("{login}:{token}"));
    let header = format!("http.extraHeader=Authorization: Basic {header}");
    let mut git = tokio::process::Command::from(command());
    let into = into.to_str().expect("a path that is a text");
    git.args(["-c", &header, "clone", "--branch", branch, url, into]);
    let output = git.output().await.expect("run git");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git clone {url}: {said}");
}
