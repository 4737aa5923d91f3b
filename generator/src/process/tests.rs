use std::path::Path;
use std::time::Instant as Clock;

use leo_protocol::runner::parse_line;

use super::*;
use crate::emit::Emitter;
use crate::stop::Stop;

/// The longest that anything here may take; a hang is longer.
const SOON: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Command {
    Command {
        name: "script".to_owned(),
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        folder: "/".into(),
        environment: vec![("PATH", "/usr/bin:/bin".into())],
        limit: Duration::from_secs(60),
    }
}

fn events(out: &[u8]) -> Vec<EventKind> {
    let lines = std::str::from_utf8(out).unwrap().lines();
    lines.map(|line| parse_line(line).unwrap()).collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other events are of no interest"
)]
fn logs(events: &[EventKind]) -> Vec<&str> {
    let lines = events.iter().filter_map(|event| match event {
        EventKind::Log { log } => Some(log.line.as_str()),
        _ => None,
    });
    lines.collect()
}

/// Runs a script to its end.
async fn done(command: &Command) -> (Outcome, Vec<EventKind>) {
    let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
    let outcome = {
        let talk = Run::new(Emitter::new(&mut out), &stop);
        run(&talk, command).await.unwrap()
    };
    (outcome, events(&out))
}

#[tokio::test]
async fn what_it_prints_is_told_and_its_end_kept() {
    let forged = r#"echo '{"type":"deps_installed"}'; echo "$SECRET" >&2; printf '\033[31mred\033[0m'; exit 3"#;
    let (outcome, events) = done(&shell(forged)).await;
    assert_eq!(outcome.exit, Exit::Code(3));
    // Of two pipes neither is the first.
    let told = outcome.tail.lines().any(|line| line == "red");
    assert!(told, "{}", outcome.tail);
    let mut said = logs(&events);
    said.sort_unstable();
    assert_eq!(
        said,
        ["", "\u{1b}[31mred\u{1b}[0m", r#"{"type":"deps_installed"}"#]
    );
    assert!(matches!(&events[0], EventKind::SubprocessStart { name } if name == "script"));
    let last = events.last().unwrap();
    assert!(
        matches!(last, EventKind::SubprocessComplete { exit_code: 3, .. }),
        "{last:?}"
    );
}

#[tokio::test]
async fn the_environment_is_what_was_given() {
    let (outcome, _) = done(&shell("env")).await;
    let names: Vec<&str> = outcome
        .tail
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    // PWD and the like are the shell's own.
    assert!(
        names.contains(&"PATH") && !names.contains(&"HOME"),
        "{names:?}"
    );
}

#[tokio::test]
async fn of_much_output_the_beginning_and_the_end_are_told() {
    let script = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done";
    let (outcome, events) = done(&shell(script)).await;
    let said = logs(&events);
    assert!(said.contains(&"line 0") && said.contains(&"line 1999"));
    assert!(said.contains(&"… 1570 more lines left out"), "{said:?}");
    assert_eq!(said.len(), 400 + 1 + 30);
    assert!(outcome.tail.lines().count() <= 60 && outcome.tail.ends_with("line 1999"));
}

#[tokio::test]
async fn the_time_limit_ends_all_that_it_has_started() {
    let folder = tempfile::tempdir().unwrap();
    let child = folder.path().join("child");
    let script = format!(
        "sleep 600 & echo $! >{}; while :; do echo x; done",
        child.display()
    );
    let mut command = shell(&script);
    command.limit = Duration::from_millis(500);
    let begun = Clock::now();
    let (outcome, _) = done(&command).await;
    assert_eq!(outcome.exit, Exit::TooLong);
    assert!(begun.elapsed() < SOON);
    gone(&child).await;
}

#[tokio::test]
async fn a_child_that_stays_behind_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let child = folder.path().join("child");
    let script = format!("sleep 600 & echo $! >{}; echo done", child.display());
    let begun = Clock::now();
    let (outcome, events) = done(&shell(&script)).await;
    assert!(outcome.is_success() && begun.elapsed() < SOON);
    assert_eq!(logs(&events), ["done"]);
    gone(&child).await;
}

#[tokio::test]
async fn a_stop_ends_what_is_deaf_to_requests() {
    let folder = tempfile::tempdir().unwrap();
    let child = folder.path().join("child");
    // Deaf to requests, as are its children.
    let script = format!(
        "trap '' TERM; sleep 600 & echo $! >{}; wait",
        child.display()
    );
    let (mut out, (sender, stop)) = (Vec::new(), Stop::channel());
    let talk = Run::new(Emitter::new(&mut out), &stop);
    let stopping = async {
        exists(&child).await;
        sender.send(Some(15)).unwrap();
        Clock::now()
    };
    let command = shell(&script);
    let (result, asked) = tokio::join!(run(&talk, &command), stopping);
    assert!(matches!(result, Err(Error::Stopped(_))), "{result:?}");
    gone(&child).await;
    assert!(asked.elapsed() < SOON);
}

#[tokio::test]
async fn what_is_waited_for_ends_it_politely() {
    let folder = tempfile::tempdir().unwrap();
    let up = folder.path().join("up");
    let script = format!(
        "trap 'echo bye; exit 0' TERM; touch {}; while :; do sleep 0.01; done",
        up.display()
    );
    let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
    let talk = Run::new(Emitter::new(&mut out), &stop);
    let command = shell(&script);
    let (reached, outcome) = run_until(&talk, &command, exists(&up)).await.unwrap();
    assert!(reached.is_some() && outcome.is_success(), "{outcome:?}");
    // Shells say of their children how these have ended, on the other pipe.
    let told = outcome.tail.lines().any(|line| line == "bye");
    assert!(told, "{outcome:?}");
}

#[tokio::test]
async fn what_cannot_be_started_is_named() {
    let mut command = shell("");
    command.program = "/nowhere/program".into();
    let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
    let talk = Run::new(Emitter::new(&mut out), &stop);
    let error = run(&talk, &command).await.unwrap_err();
    assert!(error.to_string().contains("script"), "{error}");
}

async fn exists(path: &Path) {
    while std::fs::read_to_string(path).is_err() {
        sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the process whose number is in the file is gone.
async fn gone(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let process = format!("/proc/{}/stat", text.trim());
    let end = async {
        // A zombie that nobody has collected yet does nothing more.
        while std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z ")) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, end).await.expect("the process goes on");
}
