//! The console is part of this crate: it is built anew when one is there that was not before.

use std::path::Path;

/// What `make console` makes.
const BUILT: &str = "../console/app/dist";
/// Where that happens.
const SOURCES: &str = "../console/app";

fn main() {
    let watched = match (Path::new(BUILT).exists(), embeds()) {
        (false, _) => SOURCES,
        (true, true) => BUILT,
        // Read at run time, from a place that is known.
        (true, false) => "build.rs",
    };
    println!("cargo::rerun-if-changed={watched}");
}

/// Whether the files themselves become part of the program.
#[expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells a build script what it builds"
)]
fn embeds() -> bool {
    std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
}
