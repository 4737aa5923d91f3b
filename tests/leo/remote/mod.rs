//! Containers that Leo cannot reach into: they are told their job's id and an address, fetch the rest
//! and upload what they have made.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode};
use tempfile::TempDir;

mod doors;
mod uploads;
mod way;

/// An installation whose containers fetch and upload; they reach the api over the machine's network.
fn remote(mode: Mode) -> Builder {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    Leo::in_mode(mode)
        .set("GENERATOR_TRANSPORT", "websocket")
        .set("WORKSPACE_TRANSFER", "fetch")
        .set("CONTAINER_NETWORK", "host")
        .set("LEO_RUNNER_BIND", &address)
        .set("LEO_RUNNER_URL", &format!("ws://{address}"))
}

/// A program that waits for a file beside it, and ends well.
fn waiting() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("wait");
    let gate = folder.path().join("open");
    let script = format!(
        "#!/bin/sh\nuntil [ -e {} ]; do sleep 0.05; done\n",
        gate.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    (folder, program.display().to_string())
}
