//! Where the tests find what they stand on: the environment, read here and nowhere else.
//!
//! `make test` sets all of it. A variable is asked for when a test needs it, so that a part of the
//! tests runs with a part of the surroundings.

use std::path::{Path, PathBuf};

/// The Python environment that `scripts/setup --test` makes, below the repository's root.
const PYTHON: &str = ".leo/venv/bin/python";

/// A Postgres on which databases may be made.
#[must_use]
pub fn database_url() -> String {
    wanted("DATABASE_URL")
}

/// A Redis that all tests share; each installation's keys have a prefix of their own.
#[must_use]
pub fn redis_url() -> String {
    wanted("REDIS_URL")
}

/// The Docker engine, as a URL.
#[must_use]
pub fn docker_host() -> String {
    wanted("DOCKER_HOST")
}

/// The static `leo-generator`.
#[must_use]
pub fn generator() -> PathBuf {
    program("LEO_GENERATOR")
}

/// Where programs are found.
#[must_use]
pub fn path() -> String {
    wanted("PATH")
}

/// The static `mini-generator`.
#[must_use]
pub fn mini_generator() -> PathBuf {
    program("LEO_MINI_GENERATOR")
}

/// The image with node and npm, which scripts/node-image makes on the engine of the tests.
#[must_use]
pub fn node_image() -> String {
    wanted("LEO_TEST_NODE_IMAGE")
}

/// A Python with the packages of the tests, such as `websockets`.
#[must_use]
pub fn python() -> PathBuf {
    variable("LEO_TEST_PYTHON").map_or_else(|| repository().join(PYTHON), PathBuf::from)
}

/// A program of the workspace, beside this one; a test program lies one folder deeper.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("find this program");
    let mut folders = this.ancestors().skip(1).take(2);
    folders
        .find_map(|folder| Some(folder.join(name)).filter(|path| path.is_file()))
        .unwrap_or_else(|| panic!("{name} is not built; run `make test` (or `cargo build`)"))
}

/// The root of the repository.
#[must_use]
pub fn repository() -> &'static Path {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("the tests are a folder of the repository")
}

/// How often a worker is killed in one test; as often as is quick, if not said.
#[must_use]
pub fn kills(quick: usize) -> usize {
    let wanted = variable("LEO_TEST_KILLS");
    wanted.map_or(quick, |count| {
        count.parse().expect("LEO_TEST_KILLS is a number")
    })
}

fn program(name: &str) -> PathBuf {
    let path = PathBuf::from(wanted(name));
    assert!(path.is_file(), "{name}: {} is no program", path.display());
    path
}

fn wanted(name: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("{name} is not set; run `make test`, which sets it"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests are configured by their environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
