//! Streams of servers: the same events however they are cut.

#![no_main]

use leo_fuzz::{Input, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::new(data) else {
        return;
    };
    let whole = read(&[input.bytes]);
    // Bytes that are no text become three each, at most.
    assert!(whole.length() <= 3 * input.bytes.len());
    assert_eq!(read(&input.chunks()), whole);
});
