//! Commands: what comes of any line is a list of packages or a path in the folder.

#![no_main]

use leo_fuzz::format::{Options, Parser};
use leo_fuzz::{check, collect};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let words = String::from_utf8_lossy(data);
    for command in ["npm install", "bun add -d", "rm"] {
        let line = format!("{command} {words}\n");
        check(
            &collect(Parser::new(Options::default()), &[&line]),
            line.len(),
            false,
        );
    }
});
