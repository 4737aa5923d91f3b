//! The programs of Leo that chaos is brought over.

use std::path::PathBuf;
use std::process::Command;

use crate::config;

/// What has to be built, as packages.
const PACKAGES: [&str; 4] = ["leo-api", "leo-worker", "leo-cli", "mini-generator"];
/// An API without its gap check, see the feature `sabotage` of its crate.
pub(crate) const SABOTAGED_API: &str = "leo-api-sabotaged";

/// The folder in which cargo has put this program's profile.
///
/// # Panics
/// When this program has no file.
#[must_use]
pub fn folder() -> PathBuf {
    let own = std::env::current_exe().expect("find this program");
    let folder = own.parent().expect("a program is in a folder");
    // A test program lies one deeper than the others.
    let test = folder.ends_with("deps");
    if test {
        folder.parent().unwrap_or(folder).to_owned()
    } else {
        folder.to_owned()
    }
}

/// A program of the workspace, beside this one.
///
/// # Panics
/// When it is not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(path.is_file(), "{} is not built", path.display());
    path
}

/// Builds the programs, with the profile of this one.
///
/// # Panics
/// When the build fails.
pub fn build() {
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    cargo(packages);
}

/// Builds the generator so that it runs in a container that holds nothing else, as `make
/// mini-generator` does; where it is then.
///
/// # Panics
/// When the build fails.
#[must_use]
pub fn build_static_generator() -> PathBuf {
    let make = |goal: &[&str]| {
        let mut command = Command::new("make");
        command
            .current_dir(config::repository())
            .args(["--silent", "--no-print-directory"])
            .args(goal);
        command
    };
    let status = make(&["mini-generator"]).status().expect("run make");
    assert!(status.success(), "make mini-generator: {status}");
    let output = make(&["mini-generator-path"]).output().expect("run make");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

/// Builds the API without its gap check, under a name of its own.
///
/// # Panics
/// When the build fails.
pub fn build_sabotaged() {
    cargo([
        "--package",
        "leo-api",
        "--features",
        "sabotage",
        "--bin",
        SABOTAGED_API,
    ]);
}

fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) {
    let mut command = Command::new("cargo");
    command
        .current_dir(config::repository())
        .args(["build", "--quiet"]);
    command.args(folder().ends_with("release").then_some("--release"));
    if let Some(target) = folder().parent() {
        command.arg("--target-dir").arg(target);
    }
    let status = command.args(arguments).status().expect("run cargo");
    assert!(status.success(), "{command:?}: {status}");
}
