//! The benchmarks work: they deliver, count and end. What they measure is of no interest here.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something else happens than expected"
)]

use std::process::Command;

/// Runs `leo-bench` on what the tests stand on, as its environment says; what it has printed.
fn bench(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leo-bench"))
        .args(arguments)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{complained}");
    printed
}

#[test]
fn every_viewer_of_a_stream_gets_everything() {
    let printed = bench(&[
        "stream",
        "--viewers",
        "20",
        "--seconds",
        "1",
        "--flood",
        "10000",
        "--no-peers",
    ]);
    let rows = printed.lines().filter(|line| line.starts_with("20 "));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(
        rows.len(),
        4,
        "events and batches, of Leo and of the relay: {printed}"
    );
    for row in rows {
        assert_eq!(
            row[row.len() - 2..],
            ["0", "0"],
            "lost and doubled: {printed}"
        );
    }
}

#[test]
fn every_line_of_a_container_arrives() {
    let printed = bench(&["logs", "--lines", "20000"]);
    assert!(printed.contains("lost 0, doubled 0"), "{printed}");
    assert_eq!(printed.matches("docker logs -f").count(), 2, "{printed}");
}

#[test]
fn every_job_of_a_queue_runs_once() {
    let printed = bench(&[
        "queue",
        "--idle",
        "20",
        "--load",
        "40",
        "--drain",
        "300",
        "--backlog",
        "2000",
        "--no-peers",
    ]);
    for backlog in ["0 ", "2000 "] {
        let rows = printed.lines().filter(|line| line.starts_with(backlog));
        assert_eq!(rows.count(), 2, "the store and HTTP: {printed}");
    }
    assert!(!printed.contains("not measured"), "{printed}");
}

#[test]
fn a_queue_that_is_not_there_is_a_row_that_says_so() {
    let few = ["--idle", "1", "--load", "1", "--drain", "100"];
    let none = ["--backlog", "0", "--peers", "/nowhere"];
    let printed = bench(&[&["queue"][..], &few, &none].concat());
    let rows = printed.lines().filter(|line| line.starts_with("0 "));
    let missing = rows.filter(|line| line.contains("not measured"));
    assert_eq!(missing.count(), 6, "{printed}");
}

#[test]
fn the_first_line_of_a_container_arrives() {
    let printed = bench(&["launch", "--runs", "2"]);
    for row in ["leo: submit to first line", "docker run --rm"] {
        assert!(printed.contains(row), "{printed}");
    }
}

#[test]
fn every_reader_finds_all_files_of_an_answer() {
    let printed = bench(&["format", "--rounds", "1", "--mib", "1"]);
    for chunks in ["4 to 8 bytes", "4 KiB"] {
        let rows = printed.lines().filter(|line| line.starts_with(chunks));
        assert_eq!(rows.count(), 4, "three floors and Leo: {printed}");
    }
}
