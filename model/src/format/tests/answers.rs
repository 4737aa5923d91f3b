//! Answers as they were asked for.

use super::support::{asked, read, short, shown};
use crate::format::{Options, Parser};

const M: &str = "LEO_EOF_7c1f";

#[test]
fn files_packages_and_prose_are_told_apart() {
    let answer = format!(
        "I write two files.\n\n# the page\ncat > index.html << '{M}'\n<p>hi</p>\n{M}\n\ncat > src/a.js << '{M}'\nlet a;\n{M}\nnpm install three\nDone.\n"
    );
    assert_eq!(
        short(&answer),
        r#"prose "I write two files.\n\n# the page\n"
open index.html Whole Heredoc
"<p>hi</p>\n"
close Marker
prose "\n"
open src/a.js Whole Heredoc
"let a;\n"
close Marker
install three
prose "Done.\n"
"#
    );
}

#[test]
fn blank_lines_and_the_final_newline_are_kept() {
    for body in ["# T\n\npara\n", "\n\n\n", "", "  \n\t\n", "a\n\n"] {
        for marker in [M, "EOF"] {
            let answer = format!("cat > a.md << '{marker}'\n{body}{marker}\n");
            let chunk = if body.is_empty() {
                String::new()
            } else {
                format!("{body:?}\n")
            };
            let expected = format!("open a.md Whole Heredoc\n{chunk}close Marker\n");
            assert_eq!(short(&answer), expected);
        }
    }
}

#[test]
fn crlf_becomes_lf() {
    let answer = format!("cat > a << '{M}'\r\nx\r\n\r\n{M}\r\n");
    assert_eq!(
        short(&answer),
        "open a Whole Heredoc\n\"x\\n\\n\"\nclose Marker\n"
    );
}

#[test]
fn text_comes_out_as_it_arrives_without_a_marker() {
    let mut parser = Parser::new(asked());
    assert_eq!(
        shown(&parser.push("cat > a << 'LEO_EOF_7c1f'\n")),
        "open a Whole Heredoc\n"
    );
    assert_eq!(shown(&parser.push("let x")), "\"let x\"\n");
    assert_eq!(
        shown(&parser.push(" = LEO_EOF_7c1f;\nLEO_EO")),
        "\" = LEO_EOF_7c1f;\\n\"\n"
    );
    assert_eq!(parser.open_path().unwrap().as_str(), "a");
    assert_eq!(shown(&parser.push("F_7c1f")), "");
    assert_eq!(shown(&parser.push("\n")), "close Marker\n");
    assert_eq!(parser.open_path(), None);
    assert_eq!(shown(&parser.push("Done")), "prose \"Done\"\n");
    assert_eq!(shown(&parser.finish()), "");
}

#[test]
fn every_way_to_cut_an_answer_gives_the_same() {
    let answer = format!(
        "<think>cat > x << 'EOF'\n</think>\nHi\r\n```bash\nmkdir -p src && cat > src/é.js << '{M}'\r\ncat\r\nEOF\nLEO_\n{M}\n```\nnpm i -D vite\nrm old.js\ncat << '{M}' | patch b.js\n@@\n-a\n{M}"
    );
    let whole = read(&[&answer], &asked());
    assert!(shown(&whole).contains("delete old.js"), "{}", shown(&whole));
    for size in 1..answer.len() {
        let mut chunks = Vec::new();
        let mut rest = answer.as_str();
        while !rest.is_empty() {
            let (chunk, more) = rest.split_at(rest.ceil_char_boundary(size));
            chunks.push(chunk);
            rest = more;
        }
        assert_eq!(shown(&read(&chunks, &asked())), shown(&whole), "{size}");
    }
}

#[test]
fn without_an_asked_marker_any_marker_will_do() {
    let pieces = read(&["cat <<END > a\nx\nEND\n"], &Options::default());
    assert_eq!(
        shown(&pieces),
        "open a Whole Heredoc\n\"x\\n\"\nclose Marker\n"
    );
}
