//! That errors name what is wrong.

use super::*;
use leo_protocol::http::SubmitJob;

fn error(body: &str) -> (u16, &'static str, String) {
    let error = parse::<SubmitJob>(body.as_bytes()).unwrap_err();
    let (status, code) = error.kind();
    (status.as_u16(), code, error.to_string())
}

#[test]
fn what_is_no_json_is_malformed() {
    for body in [
        "",
        "{",
        "{\"prompt\":\"x\"} more",
        "{\"prompt\":\"\\ud800\"}",
        "\u{1}",
    ] {
        let (status, code, _) = error(body);
        assert_eq!((status, code), (400, "malformed_json"), "{body:?}");
    }
    assert!(parse::<SubmitJob>(b"{\"prompt\":\"\xff\"}").is_err());
}

#[test]
fn fields_are_named() {
    let (status, code, text) = error(r#"{"prompt":"x","colour":"red"}"#);
    assert_eq!((status, code), (422, "unknown_field"));
    assert!(text.contains("`colour`"), "{text}");
    for (body, field) in [
        (r#"{"prompt":5}"#, "`prompt`"),
        (r#"{"prompt":"x","maxIterations":-1}"#, "`maxIterations`"),
        (r#"{"prompt":"x","priority":99999}"#, "`priority`"),
        (r#"{"prompt":"x","mode":"fast"}"#, "`mode`"),
        (r#"{"prompt":"x","runAt":"soon"}"#, "`runAt`"),
        (r#"{"mode":"plan"}"#, "`prompt` is missing"),
        ("[]", "`body`"),
        (r#"["a prompt",null,null,null,null,null,null]"#, "`body`"),
        ("5", "`body`"),
        ("null", "`body`"),
    ] {
        let (status, code, text) = error(body);
        assert_eq!((status, code), (422, "invalid_field"), "{body}: {text}");
        assert!(
            text.contains(field) && !text.contains("line 1"),
            "{body}: {text}"
        );
    }
}

#[test]
fn parameters_are_named() {
    #[derive(Debug, serde::Deserialize)]
    struct Parameters {
        #[expect(dead_code, reason = "only the error matters")]
        limit: Option<u32>,
    }
    for query in ["limit=x", "limit=-1", "limit="] {
        let uri: axum::http::Uri = format!("/?{query}").parse().unwrap();
        let rejection = axum::extract::Query::<Parameters>::try_from_uri(&uri).unwrap_err();
        let text = wrong_query(&rejection.body_text()).to_string();
        assert!(text.starts_with("`limit` is not accepted"), "{text}");
    }
}

#[test]
fn the_longest_prompt_fits_into_the_largest_body() {
    assert_eq!(body_limit(64 << 10), 1 << 20);
    assert!(body_limit(1 << 20) > 6 << 20);
}
