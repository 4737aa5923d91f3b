//! Tests of whole runs: the order of events, resuming, editing, determinism, foreign files.

use std::collections::BTreeSet;
use std::fs;

use leo_protocol::runner::parse_line;
use serde_json::{Value, json};

use super::*;
use crate::testing::{Bench, events, job, paused};

fn states(events: &[EventKind]) -> Vec<AgentState> {
    events
        .iter()
        .filter_map(|event| {
            let EventKind::StateChange { state } = event else {
                return None;
            };
            Some(*state)
        })
        .collect()
}

fn types(output: &str) -> BTreeSet<String> {
    events(output)
        .iter()
        .map(|event| {
            serde_json::to_value(event).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn checkpoints(output: &str) -> Vec<Value> {
    events(output)
        .into_iter()
        .filter_map(|event| {
            let EventKind::Checkpoint { state, .. } = event else {
                return None;
            };
            Some(state)
        })
        .collect()
}

#[test]
fn a_new_app_goes_through_all_states_of_three_phases() {
    use AgentState::{
        Complete, DesigningPhase, Idle, ImplementingPhase, InstallingDeps, StartingServer,
    };
    let output = Bench::new().run(&job("autonomous", &["a bakery board"]));
    let phase = [
        DesigningPhase,
        ImplementingPhase,
        InstallingDeps,
        StartingServer,
    ];
    let expected = [&[Idle], phase.repeat(3).as_slice(), &[Complete]].concat();
    assert_eq!(states(&events(&output)), expected);
    let expected = [
        "checkpoint",
        "deps_installed",
        "file_chunk",
        "file_end",
        "file_start",
        "files_written",
        "generation_complete",
        "info",
        "phase_designed",
        "phase_designing",
        "progress",
        "session_start",
        "state_change",
        "thought",
    ];
    assert!(
        types(&output).iter().eq(expected.iter()),
        "{:?}",
        types(&output)
    );
}

#[test]
fn the_first_line_says_that_no_model_is_used() {
    let output = Bench::new().run(&job("autonomous", &["a bakery board"]));
    let Some(EventKind::Info { message }) = output.lines().next().and_then(parse_line) else {
        panic!("{output}");
    };
    assert!(message.contains("no model is used"));
}

#[test]
fn every_line_that_looks_like_json_is_an_event() {
    let hostile = "{\"type\":\"deps_installed\"}\n{\"type\":\"generation_complete\"}";
    for mode in ["autonomous", "plan"] {
        let output = Bench::new().run(&job(mode, &[hostile]));
        for line in output.lines() {
            assert_eq!(line.starts_with('{'), parse_line(line).is_some(), "{line}");
        }
    }
}

#[test]
fn chunks_and_contents_are_the_files() {
    let bench = Bench::new();
    let mut text = String::new();
    for event in events(&bench.run(&job("autonomous", &["a bakery board"]))) {
        if let EventKind::FileStart { .. } = event {
            text.clear();
        } else if let EventKind::FileChunk { chunk, .. } = event {
            text.push_str(&chunk);
        } else if let EventKind::FileEnd { path, content, .. } = event {
            assert_eq!(content.as_deref(), Some(text.as_str()));
            assert_eq!(bench.read(&path), text);
            assert!(!text.contains("{{"), "{path}: {text}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let input = job("autonomous", &["a bakery board"]);
    let (one, two) = (Bench::new(), Bench::new());
    assert_eq!(one.run(&input), two.run(&input));
    for name in [
        "index.html",
        "styles.css",
        "app.js",
        "data/board.js",
        "README.md",
    ] {
        assert_eq!(one.read(name), two.read(name));
    }
}

#[test]
fn a_plan_writes_nothing() {
    let bench = Bench::new();
    let output = bench.run(&job("plan", &["a bakery board"]));
    assert_eq!(fs::read_dir(bench.path("")).unwrap().count(), 0);
    assert_eq!(output.matches("phase_designed").count(), 3);
    let last = events(&output).pop();
    let files = Vec::new();
    assert_eq!(
        last,
        Some(EventKind::GenerationComplete { files, phases: 3 })
    );
}

#[test]
fn fewer_iterations_still_make_the_whole_app() {
    let mut input = job("autonomous", &["a bakery board"]);
    input["maxIterations"] = json!(1);
    let (short, full) = (Bench::new(), Bench::new());
    let output = short.run(&input);
    full.run(&job("autonomous", &["a bakery board"]));
    assert_eq!(output.matches("\"isLastPhase\":true").count(), 1);
    assert_eq!(output.matches("phase_designed").count(), 1);
    assert_eq!(short.read("app.js"), full.read("app.js"));
    assert_eq!(short.read("README.md"), full.read("README.md"));
}

#[test]
fn a_later_attempt_goes_on_behind_the_checkpoint() {
    let bench = Bench::new();
    let mut input = job("autonomous", &["a bakery board"]);
    let first = bench.run(&input);
    input["attempt"] = json!(2);
    input["resume"] = checkpoints(&first)[1].clone();
    // The first was killed in the third phase, before it had kept anything of it.
    fs::remove_file(bench.path("README.md")).unwrap();
    fs::remove_file(bench.path("../.leo/state.json")).unwrap();
    let second = bench.run(&input);
    assert_eq!(second.matches("phase_designing").count(), 1);
    assert!(second.contains("\"phaseNumber\":3"));
    assert_eq!(checkpoints(&second).last(), checkpoints(&first).last());
    assert_eq!(events(&second).last(), events(&first).last());
}

#[test]
fn a_checkpoint_without_its_files_is_not_relied_on() {
    let mut input = job("autonomous", &["a bakery board"]);
    let first = Bench::new().run(&input);
    input["resume"] = checkpoints(&first)[1].clone();
    let fresh = Bench::new();
    let second = fresh.run(&input);
    assert_eq!(second.matches("phase_designing").count(), 3);
    assert!(fresh.path("index.html").exists());
}

#[test]
fn a_second_prompt_extends_and_keeps_everything() {
    let bench = Bench::new();
    bench.run(&job("autonomous", &["a bakery board"]));
    fs::write(bench.path("mine.txt"), "keep me").unwrap();
    let own = bench.read("app.js") + "// my own line\n";
    fs::write(bench.path("app.js"), &own).unwrap();

    let output = bench.run(&job(
        "autonomous",
        &["a bakery board", "add a price calculator"],
    ));
    assert!(output.contains("\"agent\":\"initializer\""));
    let page = bench.read("index.html");
    for text in [
        "a bakery board",
        "<h1 dir=\"auto\">Bakery board</h1>",
        "add a price calculator",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(bench.read("README.md").contains("price calculator"));
    assert!(bench.path("panels.js").exists());
    assert_eq!(bench.read("mine.txt"), "keep me");
    assert_eq!(bench.read("app.js"), own);
    assert!(events(&output).last().is_some_and(
        |event| matches!(event, EventKind::GenerationComplete { files, .. } if files.contains(&"mine.txt".to_owned()))
    ));

    bench.run(&job(
        "edit",
        &["a bakery board", "add a price calculator", "and a calendar"],
    ));
    assert_eq!(
        bench.read("index.html").matches("class=\"panel\"").count(),
        2
    );
}

#[test]
fn an_interrupted_extension_can_be_done_again() {
    let bench = Bench::new();
    bench.run(&job("autonomous", &["a bakery board"]));
    let input = job("edit", &["a bakery board", "add a price calculator"]);
    let first = bench.run(&input);
    let page = bench.read("index.html");
    let again = bench.run(&input);
    assert_eq!(bench.read("index.html"), page);
    assert_eq!(again, first);
}

#[test]
fn files_that_are_not_ours_are_never_touched() {
    let bench = Bench::new();
    fs::write(bench.path("styles.css"), "mine").unwrap();
    fs::write(bench.path("index.html"), "<h1>mine</h1>").unwrap();
    let output = bench.run(&job("edit", &["a bakery board"]));
    assert_eq!(bench.read("styles.css"), "mine");
    assert_eq!(bench.read("index.html"), "<h1>mine</h1>");
    assert!(bench.read("leo-demo/index.html").contains("a bakery board"));
    assert!(output.contains("left alone"));
    bench.run(&job("edit", &["a bakery board", "more"]));
    assert!(
        bench
            .read("leo-demo/index.html")
            .contains("class=\"panel\"")
    );
}

#[test]
fn a_file_where_a_folder_should_be_moves_the_app_aside() {
    let bench = Bench::new();
    fs::write(bench.path("data"), "mine").unwrap();
    bench.run(&job("autonomous", &["a bakery board"]));
    assert_eq!(bench.read("data"), "mine");
    assert!(bench.path("leo-demo/data/board.js").exists());
    assert!(!bench.path("index.html").exists());
}

#[test]
fn a_workspace_without_any_place_is_refused() {
    let bench = Bench::new();
    for name in ["index.html", "leo-demo"] {
        fs::write(bench.path(name), "mine").unwrap();
    }
    let error = bench.try_run(&job("autonomous", &["a bakery board"]));
    assert!(matches!(error, Err(Error::Refused(_))), "{error:?}");
}

#[test]
fn a_stop_ends_the_run_between_two_lines() {
    let bench = Bench::new();
    bench.write_job(&job("autonomous", &["a bakery board"]));
    let (sender, stop) = Stop::channel();
    sender.send(Some(15)).unwrap();
    let mut out = Vec::new();
    let config = bench.config();
    let result = paused(generate(&config, Emitter::new(&mut out), &stop));
    assert!(matches!(result, Err(Error::Stopped(_))), "{result:?}");
    assert_eq!(fs::read_dir(bench.path("")).unwrap().count(), 0);
}
