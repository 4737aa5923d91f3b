//! Where the programs are that a stack starts, and the clean environment they get.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow};

/// Looked through after the caller's `PATH`, which often lacks the `sbin` folders.
const USUAL: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// The folders that are searched for programs, in order.
pub(crate) struct Programs {
    dirs: Vec<PathBuf>,
    path: OsString,
}

impl Programs {
    pub(crate) fn new(search_path: Option<OsString>) -> Self {
        let mut dirs: Vec<PathBuf> = Vec::new();
        let given = search_path.unwrap_or_default();
        for dir in std::env::split_paths(&given).chain(USUAL.iter().map(PathBuf::from)) {
            // A relative entry would make the choice depend on the current folder.
            if dir.is_absolute() && !dirs.contains(&dir) {
                dirs.push(dir);
            }
        }
        let path = std::env::join_paths(&dirs).unwrap_or_else(|_| USUAL.join(":").into());
        Self { dirs, path }
    }

    /// The folders in the order in which they are searched.
    pub(crate) fn dirs(&self) -> &[PathBuf] {
        &self.dirs
    }

    /// The program, or an error that says which Debian package holds it.
    pub(crate) fn find(&self, name: &str, package: &str) -> anyhow::Result<PathBuf> {
        self.dirs
            .iter()
            .map(|dir| dir.join(name))
            .find(|file| is_program(file))
            .ok_or_else(|| {
                anyhow!("the program {name} was not found (Debian: apt-get install {package})")
            })
    }

    /// A command with an environment that holds nothing of the caller's but where programs are.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("LC_ALL", "C")
            .current_dir("/");
        command
    }
}

/// Whether the path is a file that may be executed by somebody.
pub(crate) fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Runs a short command to its end and gives what it printed; it is killed if the future is dropped.
pub(crate) async fn output(command: Command) -> anyhow::Result<String> {
    output_with(command, Stdio::null()).await
}

/// [`output`] of a command that reads something.
pub(crate) async fn output_with(command: Command, input: Stdio) -> anyhow::Result<String> {
    let name = PathBuf::from(command.get_program());
    let name = name.file_name().unwrap_or_default().display().to_string();
    let output = tokio::process::Command::from(command)
        .stdin(input)
        // Ctrl-C goes to the whole group of the terminal; what runs here ends when we say so.
        .process_group(0)
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("failed to run {name}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(anyhow!(
        "{name} failed with {}: {}",
        output.status,
        printed.trim()
    ))
}
