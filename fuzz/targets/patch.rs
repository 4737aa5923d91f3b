//! Patches: no panic, and no line that is in neither the file nor the patch.

#![no_main]

use std::collections::HashSet;

use leo_fuzz::format::patch;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // A line of stars parts the file from the patch.
    let (file, diff) = text.split_once("\n***\n").unwrap_or(("", &text));
    let Ok(patched) = patch::apply(file, diff) else {
        return;
    };
    let file = file.lines().map(bare);
    let known: HashSet<&str> = file.chain(diff.lines().flat_map(unsigned)).collect();
    for line in patched.lines().map(bare) {
        assert!(known.contains(line), "{line:?}");
    }
});

/// A line without what is left of its CRLF.
fn bare(line: &str) -> &str {
    line.trim_end_matches('\r')
}

/// A line of a patch, with and without its sign.
fn unsigned(line: &str) -> [&str; 2] {
    let line = bare(line);
    [line, line.get(1..).unwrap_or(line)]
}
