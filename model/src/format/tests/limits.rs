//! What one answer may bring, and what is held back of it.

use super::support::{read, shown};
use crate::format::{Limits, Options, Parser, Piece};

fn limited(limits: Limits, answer: &str) -> String {
    let options = Options {
        limits,
        ..Options::default()
    };
    shown(&read(&[answer], &options))
}

#[test]
fn a_file_that_is_too_long_ends_at_the_limit_and_the_next_is_read() {
    let limits = Limits {
        file_bytes: 7,
        ..Limits::default()
    };
    assert_eq!(
        limited(
            limits,
            "cat > a << 'EOF'\none\ntwo\nthree\nEOF\ncat > b << 'EOF'\n1234567\nEOF\n"
        ),
        "open a Whole Heredoc\n\"one\\ntwo\"\nrefused \"a\": the file is longer than 7 bytes\nclose Limit\nopen b Whole Heredoc\n\"1234567\"\nrefused \"b\": the file is longer than 7 bytes\nclose Limit\n"
    );
}

#[test]
fn a_line_that_is_too_long_ends_its_file() {
    let limits = Limits {
        line_bytes: 3,
        ..Limits::default()
    };
    assert_eq!(
        limited(limits, "cat > a << 'EOF'\nabc\nabcd\nEOF\nDone.\n"),
        "open a Whole Heredoc\n\"abc\\nabc\"\nrefused \"a\": a line is longer than 3 bytes\nclose Limit\nprose \"Done.\\n\"\n"
    );
}

#[test]
fn files_beyond_the_limit_are_refused() {
    let limits = Limits {
        files: 1,
        ..Limits::default()
    };
    assert_eq!(
        limited(limits, "cat > a << 'EOF'\nEOF\ncat > b << 'EOF'\nx\nEOF\n"),
        "open a Whole Heredoc\nclose Marker\nrefused \"b\": more than 1 files in one answer\n"
    );
}

#[test]
fn paths_beyond_the_limit_are_refused() {
    let answer = format!("cat > {} << 'EOF'\nx\nEOF\n", "a/".repeat(600) + "a");
    assert!(limited(Limits::default(), &answer).starts_with("refused \"a/a/"));
    let longer = format!("cat > {} << 'EOF'\nx\n", "a/".repeat(6000) + "a");
    assert!(limited(Limits::default(), &longer).starts_with("prose"));
}

/// What a parser holds back is the difference between what went in and what came out.
#[test]
fn little_is_held_back_whatever_comes() {
    const HELD: usize = 16 << 10;
    for (open, unit) in [
        ("", "x"),
        ("", " "),
        ("", "```"),
        ("cat > ", "y"),
        ("<think>", "</thin"),
        ("<file path=\"a\">\n", "</file> "),
        ("<file path=\"a\">\n", " "),
        ("cat > a << 'EOF'\n", "\n"),
        ("cat > a << 'EOF'\nEOF\n", "\n"),
        ("cat > a << 'EOF'\nEOF\n", "x y z "),
        ("cat > a << 'EOF'\nEOF\n", "# not yet\n"),
        ("cat > a.sh << 'EOF'\n", "x"),
        ("cat > a << 'EOF'\n", "EOF"),
        ("cat > a <<- 'EOF'\n", "\t"),
        ("```js\n", "x"),
    ] {
        let mut parser = Parser::new(Options::default());
        let count = |pieces: Vec<Piece>| -> usize {
            pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Chunk(text) | Piece::Prose(text) => text.len(),
                    Piece::Open { .. }
                    | Piece::Miscounted { .. }
                    | Piece::Close(_)
                    | Piece::Install(_)
                    | Piece::Delete(_)
                    | Piece::Refused { .. } => 0,
                })
                .sum()
        };
        let mut out = count(parser.push(open));
        let mut fed = open.len();
        for _ in 0..20_000 {
            out += count(parser.push(unit));
            fed += unit.len();
            assert!(fed - out < HELD, "{open:?} {unit:?}: {fed} {out}");
        }
    }
}
