//! Files that hold what begins and ends files.

use super::support::short;

/// The answer is one file with this text, and nothing else.
fn is_text(path: &str, marker: &str, text: &str) {
    let answer = format!("cat > {path} << '{marker}'\n{text}{marker}\n");
    let expected = format!("open {path} Whole Heredoc\n{text:?}\nclose Marker\n");
    assert_eq!(short(&answer), expected, "{marker}");
    // Nor does a file that follows make a difference.
    let next = format!("{answer}\ncat > z << '{marker}'\n{marker}\n");
    let more = "prose \"\\n\"\nopen z Whole Heredoc\nclose Marker\n";
    assert_eq!(short(&next), format!("{expected}{more}"), "{marker}");
}

const README: &str =
    "# App\n\n```sh\ncat > .env << 'EOF'\nKEY=1\nEOF\ncat > b << 'EOF'\nEOF\n```\n\nMore.\n";

#[test]
fn a_readme_with_heredocs_stays_whole() {
    is_text("README.md", "LEO_EOF_7c1f", README);
    is_text("README.md", "EOF", README);
    is_text("README.md", "END", README);
}

#[test]
fn a_script_with_heredocs_stays_whole() {
    let script =
        "#!/bin/sh\ncat > .env << 'EOF'\nKEY=1\nEOF\npsql <<EOF\nselect 1;\nEOF\necho done\n";
    is_text("setup.sh", "LEO_EOF_7c1f", script);
    is_text("setup.sh", "EOF", script);
}

#[test]
fn an_end_line_in_a_text_stays_text() {
    let code = "const s = `\nEOF\n`;\n  EOF\nEOF;\nrun(s);\n";
    is_text("a.js", "LEO_EOF_7c1f", code);
    is_text("a.js", "EOF", code);
    // Too much follows to wait for the next end, and it is no sentence.
    let long = format!("const s = `\nEOF\n`;\n{}", "run(s);\n".repeat(1000));
    is_text("a.js", "EOF", &long);
    is_text("a.js", "LEO_EOF_7c1f", &long);
}

#[test]
fn headers_with_another_marker_are_text() {
    let text = "cat > x << 'OTHER'\nx\nOTHER\ncat > y << 'EOF'\n";
    is_text("a.txt", "LEO_EOF_7c1f", text);
    is_text("a.txt", "END", text);
}

#[test]
fn a_fence_in_a_file_is_text() {
    let text = "a\n```js\nb\n```\n";
    for path in ["a.md", "a.txt", "a.js"] {
        is_text(path, "LEO_EOF_7c1f", text);
        is_text(path, "EOF", text);
    }
    is_text("a.md", "EOF", "```js\nb\n```\n");
}

#[test]
fn commands_and_tags_in_a_file_are_text() {
    let text = "npm install x\nrm a.js\n<file path=\"x\">\n</file>\n<think>\n$ npm i\n";
    is_text("a.md", "LEO_EOF_7c1f", text);
    is_text("a.md", "EOF", text);
}
