//! Other dialects that models fall into.

use super::support::short;

fn file(path: &str, text: &str, dialect: &str) -> String {
    format!("open {path} Whole {dialect}\n{text:?}\nclose Marker\n")
}

#[test]
fn other_heredocs_are_read() {
    for line in [
        "cat <<EOF > src/a.js",
        "tee src/a.js << 'EOF'",
        "mkdir -p src && cat > src/a.js <<\"EOF\"",
    ] {
        let answer = format!("{line}\nlet a;\n\nEOF\n");
        assert_eq!(
            short(&answer),
            file("src/a.js", "let a;\n\n", "Heredoc"),
            "{line}"
        );
    }
    let tabs = "cat <<-EOF > a\n\tone\n\t\ttwo\n x\tx\n\tEOF\n";
    assert_eq!(short(tabs), file("a", "one\ntwo\n x\tx\n", "Heredoc"));
}

#[test]
fn an_answer_in_one_fence_is_read() {
    for fence in ["```bash", "```", "~~~sh", "```scof", "```js"] {
        let close = &fence[..3];
        let answer =
            format!("{fence}\ncat > a.js << 'LEO_EOF_7c1f'\nlet a;\nLEO_EOF_7c1f\n{close}\n");
        let expected = file("a.js", "let a;\n", "Heredoc");
        assert_eq!(
            short(&answer),
            format!("prose \"{fence}\\n\"\n{expected}prose \"{close}\\n\"\n")
        );
        let unended = format!("{fence}\ncat > a.js << 'LEO_EOF_7c1f'\nlet a;\n{close}\n");
        assert!(short(&unended).contains(&expected), "{}", short(&unended));
    }
}

#[test]
fn a_fence_round_the_text_is_left_out() {
    for marker in ["EOF", "LEO_EOF_7c1f"] {
        let answer = format!("cat > a.js << '{marker}'\n```js\nlet a;\n```\n{marker}\n");
        assert_eq!(short(&answer), file("a.js", "let a;\n", "Heredoc"));
    }
}

#[test]
fn fences_with_a_path_are_files() {
    for open in [
        "```js src/a.js",
        "```js:src/a.js",
        "```js title=\"src/a.js\"",
        "```js\n// src/a.js",
        "```javascript\n/* src/a.js */",
    ] {
        assert_eq!(
            short(&format!("{open}\nlet a;\n```\n")),
            file("src/a.js", "let a;\n", "Fence"),
            "{open}"
        );
    }
    for line in ["src/a.js", "**src/a.js**", "### `src/a.js`:"] {
        let expected = format!(
            "prose {:?}\n{}",
            format!("{line}\n\n"),
            file("src/a.js", "let a;\n", "Fence")
        );
        assert_eq!(
            short(&format!("{line}\n\n```js\nlet a;\n```\n")),
            expected,
            "{line}"
        );
    }
}

#[test]
fn fences_without_a_path_are_prose() {
    for answer in [
        "Change `src/a.js` like this:\n```js\nlet a;\n```\n",
        "```js\nlet a;\n```\n",
        "Run it in Node.js:\n```bash\nrm a.js\nnode src/a.js\n```\n",
        "### Node.js\n```bash\nnode src/a.js\n```\n",
        "```json\nnpm install three\n```\n",
        "```",
        "```js",
    ] {
        assert_eq!(short(answer), format!("prose {answer:?}\n"));
    }
    assert_eq!(
        short("```bash\nnpm install three\n```\n"),
        "prose \"```bash\\n\"\ninstall three\nprose \"```\\n\"\n"
    );
}

#[test]
fn every_file_may_stand_in_a_fence_of_its_own() {
    let expected = |path, before| {
        let file = file(path, "let a;\n", "Heredoc");
        format!("prose {before:?}\n{file}")
    };
    for (asked, end) in [
        ("EOF", "EOF"),
        ("LEO_EOF_7c1f", "LEO_EOF_7c1f"),
        ("LEO_EOF_7c1f", "EOF"),
    ] {
        let part = |path| format!("```js\ncat > {path} << '{asked}'\nlet a;\n{end}\n```\n\n");
        assert_eq!(
            short(&(part("a.js") + &part("b.md"))),
            expected("a.js", "```js\n")
                + &expected("b.md", "```\n\n```js\n")
                + "prose \"```\\n\\n\"\n",
            "{asked} {end}"
        );
    }
}

#[test]
fn after_a_heredoc_fences_are_prose() {
    let answer = "cat > a << 'EOF'\nEOF\n\nLike this:\n\n```js b.js\nlet a;\n```\n";
    let text = short(answer);
    assert!(!text.contains("open b.js"), "{text}");
}

#[test]
fn a_markdown_file_in_a_fence_may_hold_fences() {
    let answer = "```md README.md\n# A\n```sh\nls\n```\nend\n```\nDone.\n";
    let expected = file("README.md", "# A\n```sh\nls\n```\nend\n", "Fence");
    assert_eq!(short(answer), format!("{expected}prose \"Done.\\n\"\n"));
}

#[test]
fn tags_are_read() {
    for (open, close) in [
        ("<file path=\"src/a.js\">", "</file>"),
        (
            "<boltAction type='file' filePath='src/a.js'>",
            "</boltAction>",
        ),
        (
            "< boltAction type=\"file\" filePath=\"src/a.js\">",
            "</boltAction>",
        ),
        (
            "<dyad-write path=\"src/a.js\" description=\"x\">",
            "</dyad-write>",
        ),
    ] {
        let text = "a &lt; b;\n\nlet s = \"</file> </boltAction> no\";\n";
        let expected = file("src/a.js", text, "Tag");
        assert_eq!(
            short(&format!("{open}\n{text}{close}\n")),
            expected,
            "{open}"
        );
        let inline = file("src/a.js", "let a; }", "Tag");
        assert_eq!(
            short(&format!("{open}let a; }}{close}\n")),
            inline,
            "{open}"
        );
    }
}

#[test]
fn a_tag_that_is_not_closed_does_not_swallow_the_next() {
    let answer = "<boltArtifact id=\"x\">\n<boltAction type=\"file\" filePath=\"a\">\none\n<boltAction type=\"file\" filePath=\"b\">\ntwo\n</boltArtifact>\n";
    assert_eq!(
        short(answer),
        "prose \"<boltArtifact id=\\\"x\\\">\\n\"\nopen a Whole Tag\n\"one\\n\"\nclose NextHeader\nopen b Whole Tag\n\"two\\n\"\nclose NextHeader\nprose \"</boltArtifact>\\n\"\n"
    );
}

#[test]
fn thoughts_are_prose() {
    for answer in [
        "<think>\ncat > a << 'EOF'\nx\nEOF\nnpm install y\n```js a.js\n</think>\n\nDone.\n",
        "<thinking>I cat > a << 'EOF'\nx</thinking> Done.\n",
        "<think>\ncat > a << 'EOF'\nx",
    ] {
        assert_eq!(short(answer), format!("prose {answer:?}\n"));
    }
    let then = "<think>\ncat > a << 'EOF'\n</think>\ncat > b << 'EOF'\nb\nEOF\n";
    assert!(
        short(then).ends_with(&file("b", "b\n", "Heredoc")),
        "{}",
        short(then)
    );
}

#[test]
fn many_thoughts_in_one_chunk_take_no_more_than_their_length() {
    let answer = "<think>a</think>".repeat(200_000);
    assert_eq!(short(&answer), format!("prose {answer:?}\n"));
}
