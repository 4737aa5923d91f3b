//! Putting a stranger's words into HTML, JavaScript and Markdown without giving them a meaning.

use serde::Serialize;

/// The text for HTML, between tags or inside a quoted attribute.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// The text for one line of Markdown: no markup, no link, no HTML of its own.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in html(text).chars() {
        if "\\`*_{}[]()|~!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The value as a JavaScript expression that is safe in a script file and in a `<script>` element.
pub(crate) fn script(value: &impl Serialize) -> String {
    // Only plain structs of strings are given here, and those always serialise.
    let json = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_has_no_markup_left() {
        assert_eq!(
            html(r#"<b title="x" id='y'>&amp;"#),
            "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"
        );
    }

    #[test]
    fn markdown_has_no_link_and_no_html_left() {
        let text = markdown("[x](javascript:alert(1)) <img src=x> `code`");
        assert!(!text.contains('<') && !text.contains("](") && text.contains("\\`"));
    }

    #[test]
    fn script_ends_neither_the_string_nor_the_element() {
        let text = script(&"</script>\u{2028}\"; alert(1); //");
        assert!(!text.contains("</script") && !text.contains('\u{2028}'));
        assert!(text.contains(r#"\"; alert(1)"#));
        let back: String = serde_json::from_str(&text).unwrap();
        assert_eq!(back, "</script>\u{2028}\"; alert(1); //");
    }
}
