//! The built program, run as a container runs it: an environment, a workspace, an exit code.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot start its program has failed"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use leo_protocol::EventKind;
use leo_protocol::runner::parse_line;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const JOB: &str = "01890000-0000-7000-8000-000000000001";
/// How long a run may take that should end at once.
const PROMPTLY: Duration = Duration::from_secs(20);
/// How often it is looked whether a process has ended.
const POLL: Duration = Duration::from_millis(10);

/// The program with nothing in its environment but what a container has.
fn generator(root: &Path, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leo-generator"));
    command
        .env_clear()
        .env("JOB_ID", JOB)
        .env("PROMPT", "Build a bakery order board with dark mode")
        .env("LLM_PROVIDER", "demo")
        .env("DEMO_SPEED", "0")
        .env("WORKSPACE", root.join("app"))
        .envs(env.iter().copied())
        .stdin(Stdio::null());
    command
}

fn run(env: &[(&str, &str)]) -> (tempfile::TempDir, Output) {
    let root = tempfile::tempdir().unwrap();
    let output = generator(root.path(), env).output().unwrap();
    (root, output)
}

fn events(stdout: &[u8]) -> Vec<EventKind> {
    let text = std::str::from_utf8(stdout).unwrap();
    text.lines().filter_map(parse_line).collect()
}

#[test]
fn a_prompt_becomes_an_app() {
    let (root, output) = run(&[]);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let page = fs::read_to_string(root.path().join("app/index.html")).unwrap();
    for word in ["Bakery", "order", "dark mode"] {
        assert!(page.contains(word), "{word}");
    }
    let Some(EventKind::GenerationComplete { files, phases: 3 }) = events(&output.stdout).pop()
    else {
        panic!("{output:?}");
    };
    for name in [
        "README.md",
        "app.js",
        "data/board.js",
        "icon.svg",
        "index.html",
        "styles.css",
    ] {
        assert!(files.iter().any(|file| file == name), "{name}: {files:?}");
    }
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(
        lines.lines().any(|line| line.starts_with('\u{1b}')),
        "no line for people"
    );
}

#[test]
fn what_it_cannot_do_ends_with_one_error_and_code_2() {
    for (name, value) in [
        ("LLM_PROVIDER", "hal"),
        ("MODE", "dream"),
        ("MAX_ITERATIONS", "0"),
        ("DEMO_SPEED", "fast"),
        ("JOB_ID", "17"),
        ("PROMPT", " "),
    ] {
        let (root, output) = run(&[(name, value)]);
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
        let events = events(&output.stdout);
        assert!(
            matches!(events.as_slice(), [EventKind::AgentError { message, .. }] if !message.is_empty()),
            "{name}: {events:?}"
        );
        assert_eq!(output.stderr.iter().filter(|b| **b == b'\n').count(), 1);
        assert!(!root.path().join("app/index.html").exists());
    }
}

#[test]
fn a_workspace_that_cannot_be_written_is_a_failure() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("app"), "a file where the folder should be").unwrap();
    let output = generator(root.path(), &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let events = events(&output.stdout);
    assert!(
        matches!(events.last(), Some(EventKind::AgentError { .. })),
        "{events:?}"
    );
}

#[test]
fn sigterm_ends_it_promptly_with_143() {
    let root = tempfile::tempdir().unwrap();
    // Slow enough that only the signal can end it in time.
    let mut child = generator(root.path(), &[("DEMO_SPEED", "0.01")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert!(first.contains("no model is used"), "{first}");

    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
    kill(pid, Signal::SIGTERM).unwrap();
    assert_eq!(exit_code(&mut child), Some(143));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let last = rest.lines().last().unwrap();
    assert_eq!(last, r#"{"type":"state_change","state":"cancelled"}"#);
}

fn exit_code(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + PROMPTLY;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("still running {PROMPTLY:?} after SIGTERM");
        }
        std::thread::sleep(POLL);
    }
}
