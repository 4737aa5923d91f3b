//! What servers really send, and that the cuts between chunks do not matter.

use proptest::prelude::*;

use super::*;

fn decode(chunks: &[&[u8]]) -> Vec<Event> {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk, &mut events).unwrap();
    }
    decoder.finish(&mut events).unwrap();
    events
}

fn data(text: &str) -> Event {
    Event::Data {
        name: None,
        data: text.to_owned(),
    }
}

#[test]
fn lines_end_in_three_ways() {
    for stream in [
        "data: a\n\ndata: b\n\n",
        "data: a\r\rdata: b\r\r",
        "data: a\r\n\r\ndata: b\r\n\r\n",
    ] {
        assert_eq!(
            decode(&[stream.as_bytes()]),
            [data("a"), data("b")],
            "{stream:?}"
        );
    }
}

#[test]
fn a_crlf_that_is_cut_in_two_is_one_end() {
    assert_eq!(
        decode(&[b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n"]),
        [data("a\nb")]
    );
}

#[test]
fn off_spec_streams_are_understood() {
    assert_eq!(decode(&[b"data:no space\n\n"]), [data("no space")]);
    assert_eq!(decode(&[b"data:  two\n\n"]), [data(" two")]);
    assert_eq!(decode(&[b"\xEF\xBB\xBFdata: bom\n\n"]), [data("bom")]);
    assert_eq!(decode(&[b"data: {\ndata: }\n\n"]), [data("{\n}")]);
    assert_eq!(decode(&[b"data\n\n"]), [data("")]);
    assert_eq!(decode(&[b"data: unended"]), [data("unended")]);
    assert_eq!(decode(&[b"\n\n\n"]), []);
    let named = Event::Data {
        name: Some("error".into()),
        data: "x".into(),
    };
    assert_eq!(
        decode(&[b"event: error\ndata: x\n\ndata: y\n\n"]),
        [named, data("y")]
    );
}

#[test]
fn comments_and_unknown_fields_are_signs_of_life() {
    let stream = b": OPENROUTER PROCESSING\n\nid: 7\nretry: 3\ndata: a\n\n";
    assert_eq!(
        decode(&[stream]),
        [Event::Alive, Event::Alive, Event::Alive, data("a")]
    );
}

#[test]
fn a_character_that_is_cut_stays_one() {
    let text = "data: grün 🦀\n\n".as_bytes();
    for cut in 0..text.len() {
        assert_eq!(decode(&[&text[..cut], &text[cut..]]), [data("grün 🦀")]);
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    assert_eq!(decode(&[b"data: a\xFFb\n\n"]), [data("a\u{FFFD}b")]);
}

#[test]
fn nothing_grows_beyond_the_limit() {
    let mut events = Vec::new();
    let mut decoder = Decoder::with_limit(64);
    let mut refused = Ok(());
    for _ in 0..65 {
        refused = refused.and_then(|()| decoder.push(b"x", &mut events));
    }
    assert_eq!(refused, Err(TooLong { limit: 64 }));
    let mut decoder = Decoder::with_limit(64);
    let lines = b"data: 0123456789\n".repeat(9);
    assert_eq!(
        decoder.push(&lines, &mut events),
        Err(TooLong { limit: 64 })
    );
    assert!(events.is_empty());
}

/// Bytes of which many mean something here.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        4 => prop::sample::select(vec!["data:", "data: ", "event: ", ":", "\n", "\r", "\r\n", "\n\n", "ü", "🦀", "{", "x"])
            .prop_map(|word| word.as_bytes().to_vec()),
        1 => Just(BOM.to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn cuts_do_not_matter(bytes in stream(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let whole = decode(&[&bytes]);
        prop_assert_eq!(decode(&chunks), whole.clone());
        let single: Vec<_> = bytes.chunks(1).collect();
        prop_assert_eq!(decode(&single), whole);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut events = Vec::new();
        let mut decoder = Decoder::with_limit(32);
        let _ = decoder.push(&bytes, &mut events);
        let _ = decoder.finish(&mut events);
    }
}
