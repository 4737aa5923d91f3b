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
