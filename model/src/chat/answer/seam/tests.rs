//! Continuations as models give them, and texts that repeat themselves rightly.

use proptest::prelude::*;

use super::*;

fn sewn(said: &str, head: &str) -> String {
    let mut seam = Seam::behind(said);
    let mut all = said.to_owned();
    for piece in head.split_inclusive(' ') {
        all.push_str(&seam.push(piece));
    }
    all.push_str(&seam.finish());
    all
}

const SAID: &str = "function total(items) {\n    return items.reduce((sum, ";

#[test]
fn an_exact_continuation_is_taken_as_it_is() {
    assert_eq!(
        sewn(SAID, "item) => sum);\n}\n"),
        format!("{SAID}item) => sum);\n}}\n")
    );
    assert_eq!(sewn("", "all"), "all");
    assert_eq!(sewn(SAID, ""), SAID);
}

#[test]
fn what_is_said_again_is_dropped() {
    let whole = format!("{SAID}item) => sum);\n}}\n");
    for again in [
        "    return items.reduce((sum, item) => sum);\n}\n",
        "return items.reduce((sum, item) => sum);\n}\n",
        "\n    return items.reduce((sum, item) => sum);\n}\n",
        "function total(items) {\n    return items.reduce((sum, item) => sum);\n}\n",
        "items.reduce((sum, item) => sum);\n}\n",
        "Here is the rest:\n\n    return items.reduce((sum, item) => sum);\n}\n",
        "```js\n    return items.reduce((sum, item) => sum);\n}\n",
        "```js\nitem) => sum);\n}\n",
    ] {
        assert_eq!(sewn(SAID, again), whole, "{again:?}");
    }
}

#[test]
fn what_is_rightly_there_twice_stays() {
    for (said, rest) in [
        ("<tr>\n  <td></td>\n", "  <td></td>\n</tr>\n"),
        ("}\n}\n", "}\n}\n"),
        ("0, 0, 0, 0,\n0, 0, 0, 0,\n", "0, 0, 0, 0,\n1\n"),
        (
            "<p>an empty line</p>\n<p>an empty line</p>\n",
            "<p>an empty line</p>\n",
        ),
        ("very, very, ", "very, very good"),
        ("a = 1\n", "a = 1\n"),
        ("```js\nlet a;\n", "```\nText\n"),
    ] {
        assert_eq!(sewn(said, rest), format!("{said}{rest}"), "{said:?}");
    }
}

#[test]
fn a_table_stays_whole() {
    let table = "  <tr><td></td></tr>\n".repeat(60);
    for cut in 0..table.len() {
        assert_eq!(sewn(&table[..cut], &table[cut..]), table, "{cut}");
    }
}

#[test]
fn a_short_line_is_sewn_where_it_was_not_finished() {
    assert_eq!(
        sewn("<ul>\n  <li>On", "  <li>One</li>\n"),
        "<ul>\n  <li>One</li>\n"
    );
    assert_eq!(
        sewn("grün, größer\nüber", "über alles"),
        "grün, größer\nüber alles"
    );
}

/// Lines of which none is there twice.
fn lines() -> impl Strategy<Value = String> {
    let words = vec!["let", "größe", "=", "<p>", "{", "0,", "🦀", "return"];
    let line = prop::sample::subsequence(words, 0..6).prop_map(|words| words.join(" "));
    prop::collection::vec(line, 1..30).prop_map(|lines| {
        let numbered = lines.iter().enumerate();
        numbered
            .map(|(n, line)| format!("  {line} line number {n};\n"))
            .collect()
    })
}

proptest! {
    /// Wherever it is cut, and whether the model goes on exactly, or from the beginning of its line.
    #[test]
    fn a_cut_is_not_seen(text in lines(), cut in any::<prop::sample::Index>(), lines_again in 0..3_usize) {
        let cut = text.floor_char_boundary(cut.index(text.len() + 1));
        let (said, rest) = text.split_at(cut);
        prop_assert_eq!(sewn(said, rest), text.clone());
        let mut from = said.rfind('\n').map_or(0, |at| at + 1);
        for _ in 0..lines_again {
            from = said[..from.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
        }
        let again = &text[from..];
        let ink = said[from..].chars().filter(|c| !c.is_whitespace()).count();
        prop_assume!(ink >= CERTAIN && said.len() - from <= WINDOW);
        prop_assert_eq!(sewn(said, again), text.clone());
    }

    #[test]
    fn no_text_panics(said in ".{0,500}", head in ".{0,1200}") {
        let all = sewn(&said, &head);
        prop_assert!(all.starts_with(&said));
    }
}
