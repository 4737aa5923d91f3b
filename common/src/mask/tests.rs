//! What is hidden, and what is not.

use super::*;

fn masked(line: &str) -> String {
    Mask::new(["sk-123456", "sk-123456-long", "ge/he\"im", "key"])
        .apply(line)
        .into_owned()
}

#[test]
fn secrets_are_hidden_and_words_are_not() {
    assert_eq!(masked("with sk-123456 as key"), "with *** as key");
    assert_eq!(masked("nothing"), "nothing");
    assert_eq!(masked("sk-123456sk-123456"), "***");
    assert_eq!(masked("a sk-123456 b sk-123456."), "a *** b ***.");
}

#[test]
fn a_secret_within_another_leaves_nothing_of_it() {
    assert_eq!(masked("<sk-123456-long>"), "<***>");
    let mask = Mask::new(["abcdefgh", "efghijkl"]);
    assert_eq!(mask.apply("<abcdefghijkl>"), "<***>");
}

#[test]
fn escapes_hide_nothing() {
    for line in [
        r#"{"a":"sk-\u0031\u003233456"}"#.replace("33456", "3456").as_str(),
        r#"{"a":"\u0073k-123456"}"#,
        r#"{"a":"\u0073\u006b\u002D\u0031\u0032\u0033\u0034\u0035\u0036"}"#,
        r#"{"a":"ge\/he\"im"}"#,
        r#"{"a":"ge\u002fhe\u0022im"}"#,
        r#"{"a":"{\"b\":\"ge/he\\\"im\"}"}"#,
    ] {
        let hidden = masked(line);
        assert!(
            hidden.contains("***") && !hidden.contains("456"),
            "{hidden}"
        );
        assert!(!hidden.contains("im"), "{hidden}");
        let read: serde_json::Value = serde_json::from_str(&hidden).unwrap();
        assert!(read["a"].is_string(), "{hidden}");
    }
}

#[test]
fn what_is_no_escape_stays() {
    for line in [
        r"C:\new\user",
        r"\",
        r"\u12",
        r"\ud800\u0041",
        r"é\u00e9 \x",
        r"\u+123",
    ] {
        assert_eq!(masked(line), line);
    }
    assert_eq!(masked(r"C:\new\sk-123456\"), r"C:\new\***\");
    assert_eq!(masked(r"é\u00e9 sk-12345\u0036 é"), r"é\u00e9 *** é");
}

#[test]
fn a_secret_that_is_cut_through_is_hidden_on_both_sides() {
    let mask = Mask::new(["sk-123456-long"]);
    let (before, after) = (
        Cut {
            before: true,
            after: false,
        },
        Cut {
            before: false,
            after: true,
        },
    );
    assert_eq!(mask.apply_to_piece("text sk-1234", after), "text ***");
    assert_eq!(mask.apply_to_piece("56-long text", before), "*** text");
    assert_eq!(mask.apply_to_piece("56-long text", after), "56-long text");
    assert_eq!(mask.apply_to_piece("text sk-1234", before), "text sk-1234");
}
