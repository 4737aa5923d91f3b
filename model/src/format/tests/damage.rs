//! Answers that are damaged: ends missing, wrong or cut off, commands that are more than one.

use super::support::{asked, collect, read, short, shown};
use crate::format::{Options, Parser};
use crate::path::RelPath;

#[test]
fn a_file_without_its_end_is_partial_and_keeps_its_text() {
    for text in ["let a;\n", "let a"] {
        let answer = format!("cat > a.js << 'LEO_EOF_7c1f'\n{text}");
        assert_eq!(
            short(&answer),
            format!("open a.js Whole Heredoc\n{text:?}\nclose Partial\n")
        );
    }
    assert_eq!(
        short("cat > a.js << 'LEO_EOF_7c1f'"),
        "open a.js Whole Heredoc\nclose Partial\n"
    );
}

#[test]
fn a_partial_file_is_continued() {
    let go_on = |text: &str| {
        let parser = Parser::continuing(asked(), RelPath::new("a.js").unwrap());
        assert_eq!(parser.open_path().unwrap().as_str(), "a.js");
        shown(&collect(parser, &[text]))
    };
    assert_eq!(
        go_on(" = 1;\nb\nLEO_EOF_7c1f\ncat > b << 'LEO_EOF_7c1f'\nLEO_EOF_7c1f\n"),
        "\" = 1;\\nb\\n\"\nclose Marker\nopen b Whole Heredoc\nclose Marker\n"
    );
    assert_eq!(go_on("b\nEOF\n"), "\"b\\n\"\nclose Marker\n");
    assert_eq!(go_on("```js\nb\n```\n"), "\"b\\n\"\nclose Marker\n");
    assert_eq!(go_on("b\n"), "\"b\\n\"\nclose Partial\n");
    assert_eq!(go_on(""), "close Partial\n");
    assert_eq!(
        go_on("cat > a.js << 'LEO_EOF_7c1f'\nall\nLEO_EOF_7c1f\n"),
        "close NextHeader\nopen a.js Whole Heredoc\n\"all\\n\"\nclose Marker\n"
    );
}

#[test]
fn a_missing_end_does_not_swallow_the_next_file() {
    for marker in ["LEO_EOF_7c1f", "EOF", "END"] {
        let answer = format!("cat > a << '{marker}'\none\ncat > b << '{marker}'\ntwo\n{marker}\n");
        let expected = "open a Whole Heredoc\n\"one\\n\"\nclose NextHeader\nopen b Whole Heredoc\n\"two\\n\"\nclose Marker\n";
        assert_eq!(short(&answer), expected, "{marker}");
    }
    let mixed = "cat > a << 'EOF'\none\ncat > b << 'LEO_EOF_7c1f'\ntwo\nLEO_EOF_7c1f\n";
    assert!(
        short(mixed).contains("close NextHeader\nopen b"),
        "{}",
        short(mixed)
    );
}

#[test]
fn the_wrong_end_is_understood() {
    let habit = "cat > a << 'LEO_EOF_7c1f'\none\nEOF\n\ncat > b << 'LEO_EOF_7c1f'\ntwo\nEOF\n\n";
    let files = "open a Whole Heredoc\n\"one\\n\"\nclose Marker\nprose \"\\n\"\nopen b Whole Heredoc\n\"two\\n\"\nclose Marker\nprose \"\\n\"\n";
    assert_eq!(short(habit), files);
    let other = "cat > a << 'EOF'\none\nLEO_EOF_7c1f\n\ncat > b << 'END'\ntwo\nEOF\n\n";
    assert_eq!(short(other), files);
}

#[test]
fn an_answer_that_breaks_off_in_its_marker_shows_nothing_of_it() {
    let expected = "open a Whole Heredoc\n\"one\\n\"\nclose Marker\n";
    assert_eq!(
        short("cat > a << 'LEO_EOF_7c1f'\none\nLEO_EOF_7c"),
        expected
    );
    assert_eq!(
        short("cat > a << 'LEO_EOF_7c1f'\none\nLEO_EOF_7c1f"),
        expected
    );
}

#[test]
fn prose_after_an_end_is_no_part_of_the_file() {
    let answer = "cat > a.js << 'EOF'\none();\nEOF\n\nNow I write the styles, as they were asked for:\n\ncat > b.css << 'EOF'\np {}\nEOF\nThat is all. Have fun with it!\n";
    assert_eq!(
        short(answer),
        r#"open a.js Whole Heredoc
"one();\n"
close Marker
prose "\nNow I write the styles, as they were asked for:\n\n"
open b.css Whole Heredoc
"p {}\n"
close Marker
prose "That is all. Have fun with it!\n"
"#
    );
    let long = format!(
        "cat > a.js << 'EOF'\none();\nEOF\n\n{}",
        "Now I explain it all.\n".repeat(500)
    );
    assert!(
        short(&long).starts_with("open a.js Whole Heredoc\n\"one();\\n\"\nclose Marker\nprose")
    );
}

#[test]
fn paths_that_leave_the_folder_are_refused_with_their_text() {
    for path in [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "~/.bashrc",
        ".git/hooks/pre-commit",
        ".leo/job.json",
        "x/NODE_MODULES/y",
    ] {
        let answer = format!("cat > {path} << 'EOF'\nevil\nEOF\ncat > a << 'EOF'\ngood\nEOF\n");
        let text = short(&answer);
        assert!(text.starts_with("refused "), "{text}");
        assert!(
            text.ends_with("\nopen a Whole Heredoc\n\"good\\n\"\nclose Marker\n"),
            "{text}"
        );
        assert!(!text.contains("evil"), "{text}");
    }
    assert!(short("rm ../x\n").starts_with("refused "));
}

#[test]
fn only_plain_commands_are_taken() {
    let answer = "bun install lodash && rm -rf /\nnpm install three\ncat > a << 'EOF' && reboot\nx\nEOF\nnpm i zod";
    assert_eq!(
        short(answer),
        r#"refused "bun install lodash && rm -rf /": shell syntax is not possible here: one plain command a line
install three
refused "&& reboot": shell syntax is not possible here: one plain command a line
open a Whole Heredoc
"x\n"
close Marker
install zod
"#
    );
}

#[test]
fn heredocs_that_are_no_files_are_read_over() {
    for (line, why) in [
        ("cat >> a << 'EOF'", "appending"),
        ("cat << 'EOF'", "names no file"),
        ("psql app << EOF", "only `cat > path`"),
        ("cd app && cat > a << 'EOF'", "only `cat > path`"),
    ] {
        let text = short(&format!("{line}\nsecret\nEOF\nDone.\n"));
        assert!(text.contains(why), "{text}");
        assert!(
            !text.contains("secret") && text.ends_with("prose \"Done.\\n\"\n"),
            "{text}"
        );
    }
}

#[test]
fn declared_lengths_are_compared_and_never_trusted() {
    let of = |header: &str| short(&format!("{header}\none\ntwo\nEOF\n"));
    let file = "open a Whole Heredoc\n\"one\\ntwo\\n\"\n";
    assert_eq!(
        of("cat > a << 'EOF' # lines: 2"),
        format!("{file}close Marker\n")
    );
    assert_eq!(
        of("cat > a << 'EOF' # lines: 1"),
        format!("{file}Lines 1 not 2\nclose Marker\n")
    );
    let before = format!("prose \"# bytes: 3\\n\"\n{file}Bytes 3 not 8\nclose Marker\n");
    assert_eq!(of("# bytes: 3\ncat > a << 'EOF'"), before);
}

#[test]
fn patches_are_told_as_such() {
    let pieces = read(
        &["cat << 'EOF' | patch a.js\n@@ -1 +1 @@\n-a\n+b\nEOF\n"],
        &Options::default(),
    );
    assert_eq!(
        shown(&pieces),
        "open a.js Patch Heredoc\n\"@@ -1 +1 @@\\n-a\\n+b\\n\"\nclose Marker\n"
    );
}
