//! What holds of every answer, however it is made and cut.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::support::{asked, collect, read, shown};
use crate::format::{Limits, Options, Parser, Piece, patch, write};
use crate::path::RelPath;

const M: &str = "LEO_EOF_7c1f";

/// Lines that mean something, and some that nearly do.
fn telling() -> impl Strategy<Value = String> {
    let fixed = select(vec![
        "cat > a.js << 'LEO_EOF_7c1f'",
        "cat > b.md << 'EOF'",
        "cat > run.sh << EOF",
        "cat <<-END > c",
        "tee d.css << 'EOF'",
        "mkdir -p x && cat > x/e.json <<EOF # lines: 2",
        "cat > ../out << 'EOF'",
        "cat >> a.js << 'EOF'",
        "psql << EOF",
        "cat << 'EOF' | patch a.js",
        M,
        "LEO_EOF_7c1f ",
        "LEO_EOF_7c1",
        "EOF",
        "EOF\t",
        "\tEOF",
        "END",
        "```",
        "```bash",
        "````md title=\"r.md\"",
        "~~~",
        "// src/f.ts",
        "**src/g.ts**",
        "<file path=\"h.txt\">",
        "<file path='i.txt'>one line</file>",
        "x</file>",
        "<boltAction type=\"file\" filePath=\"j\">",
        "</boltAction>",
        "</boltArtifact>",
        "<think>",
        "</think> more",
        "<thinking> a",
        "npm install three",
        "bun add a && b",
        "$ yarn add -D x",
        "rm -f a.js",
        "# lines: 1",
        "Now I write the styles:",
        "code();",
        "",
        "  ",
    ]);
    prop_oneof![
        12 => fixed.prop_map(str::to_owned),
        2 => "[ -~]{0,20}",
        1 => "\\PC{0,8}",
        1 => (0_usize..6000).prop_map(|length| "x".repeat(length)),
        1 => (0_usize..5).prop_map(|lines| "A line of prose that is long enough to fill something.\n".repeat(lines * 20)),
    ]
}

fn answers() -> impl Strategy<Value = String> {
    let newline = select(vec!["\n", "\n", "\n", "\r\n", "\r"]);
    vec((telling(), newline), 0..14).prop_map(|lines| {
        let mut text: String = lines
            .iter()
            .map(|(line, end)| format!("{line}{end}"))
            .collect();
        if text.len().is_multiple_of(3) {
            text.truncate(text.trim_end().len());
        }
        text
    })
}

fn cut<'t>(text: &'t str, sizes: &[usize]) -> Vec<&'t str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, more) = rest.split_at(rest.ceil_char_boundary(*size));
        chunks.push(chunk);
        rest = more;
    }
    chunks
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>()).prop_map(|(marked, small)| Options {
        marker: marked.then(|| M.to_owned()),
        limits: if small {
            Limits {
                file_bytes: 500,
                line_bytes: 100,
                files: 3,
            }
        } else {
            Limits::default()
        },
    })
}

/// Texts of files, with everything in them that could be taken for an end.
fn texts() -> impl Strategy<Value = String> {
    let line = prop_oneof![telling(), "\\PC{0,30}"].prop_map(|line| line.replace('\r', ""));
    (vec(line, 0..10), any::<bool>()).prop_map(|(lines, ended)| {
        let text = lines.join("\n");
        if ended { text + "\n" } else { text }
    })
}

fn paths() -> impl Strategy<Value = RelPath> {
    let part = "[a-z0-9_.()\\[\\]$ -]{1,12}";
    vec(part, 1..4).prop_filter_map("no path", |parts| {
        let text = parts.join("/");
        let plain = text.trim() == text && !text.starts_with("./");
        plain.then(|| RelPath::new(&text).ok()).flatten()
    })
}

proptest! {


    #[test]
    fn how_an_answer_is_cut_does_not_matter(
        text in answers(),
        sizes in vec(1_usize..40, 1..8),
        options in options(),
    ) {
        let whole = shown(&read(&[&text], &options));
        prop_assert_eq!(shown(&read(&cut(&text, &sizes), &options)), whole);
    }

    #[test]
    fn how_a_continuation_is_cut_does_not_matter(
        text in answers(),
        sizes in vec(1_usize..40, 1..8),
        options in options(),
        name in select(vec!["a.js", "b.md", "c.sh", "d.txt"]),
    ) {
        let parser = || Parser::continuing(options.clone(), RelPath::new(name).unwrap());
        let whole = shown(&collect(parser(), &[&text]));
        prop_assert_eq!(shown(&collect(parser(), &cut(&text, &sizes))), whole);
    }

    #[test]
    fn files_open_and_close_in_turn_and_stay_in_their_folder(text in answers(), options in options()) {
        let mut open = false;
        for piece in read(&[&text], &options) {
            match piece {
                Piece::Open { path, .. } => {
                    prop_assert!(!open);
                    prop_assert!(RelPath::new(path.as_str()).is_ok());
                    open = true;
                }
                Piece::Chunk(_) | Piece::Miscounted { .. } => prop_assert!(open),
                Piece::Close(_) => {
                    prop_assert!(open);
                    open = false;
                }
                Piece::Install(_) | Piece::Delete(_) | Piece::Prose(_) => prop_assert!(!open),
                Piece::Refused { .. } => {}
            }
        }
        prop_assert!(!open);
    }

    #[test]
    fn files_come_back_byte_for_byte(
        files in vec((paths(), texts()), 0..4),
        between in select(vec!["", "\n", "# next\n", "Now the next one.\n\n"]),
        sizes in vec(1_usize..60, 1..4),
    ) {
        let mut answer = String::new();
        let mut expected = Vec::new();
        for (path, text) in files {
            if [".git", ".leo", "node_modules"].iter().any(|name| path.as_str().split('/').any(|part| part == *name)) {
                continue;
            }
            answer.push_str(between);
            answer.push_str(&write(&path, &text, M));
            let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            expected.push((path, text + newline));
        }
        let mut found = Vec::new();
        for piece in read(&cut(&answer, &sizes), &asked()) {
            match piece {
                Piece::Open { path, .. } => found.push((path, String::new())),
                Piece::Chunk(text) => found.last_mut().unwrap().1.push_str(&text),
                Piece::Close(how) => prop_assert_eq!(how, crate::format::Closed::Marker),
                Piece::Prose(_) => {}
                other @ (Piece::Miscounted { .. } | Piece::Install(_) | Piece::Delete(_) | Piece::Refused { .. }) => {
                    return Err(TestCaseError::fail(format!("{other:?}")));
                }
            }
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn patches_never_panic(file in texts(), diff in "(@@( -[0-9]{0,3},[0-9] [+]1 @@)?\n([-+ \\\\]?[ab ]{0,2}\r?\n){0,6}){0,3}") {
        let _ = patch::apply(&file, &diff);
    }
}
