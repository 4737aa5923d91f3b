//! Answers: the same however they are cut, in files that open and close in turn and stay in their folder.

#![no_main]

use leo_fuzz::format::Parser;
use leo_fuzz::path::RelPath;
use leo_fuzz::{Input, check, collect};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::new(data) else {
        return;
    };
    let text = String::from_utf8_lossy(input.bytes);
    let file = ["", "a.js", "b.md", "c.sh"][usize::from(input.choice % 4)];
    let parser = || match RelPath::new(file) {
        Ok(path) => Parser::continuing(input.options.clone(), path),
        Err(_) => Parser::new(input.options.clone()),
    };
    let whole = collect(parser(), &[&text]);
    check(&whole, text.len(), !file.is_empty());
    assert_eq!(collect(parser(), &input.text_chunks(&text)), whole);
});
