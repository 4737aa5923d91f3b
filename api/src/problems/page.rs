//! A problem as a page, for a person who did not ask for one from within the console.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::Draft;

/// Plain text with a link back: no script, no style, nothing loaded.
const HTML: &str = "text/html; charset=utf-8";

/// The page, in an answer whose status and other headers stay.
pub(super) fn page(response: Response, draft: &Draft, request_id: &str) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    let title = parts.status.canonical_reason().unwrap_or("Error");
    let (detail, id) = (escaped(&draft.detail), escaped(request_id));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <h1>{title}</h1>\n<p>{detail}</p>\n<p><a href=\"/sign-in\">Back to Leo</a></p>\n\
         <p><small>{code} · {id}</small></p>\n</html>\n",
        code = draft.code,
    );
    Response::from_parts(parts, Body::from(html))
}

/// Text that is no markup.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;

    #[tokio::test]
    async fn what_a_client_has_sent_is_no_markup() {
        let draft = Draft {
            code: "invalid_field",
            detail: "`<script>` & \"more\" are not accepted.".to_owned(),
        };
        let answer = page(StatusCode::BAD_REQUEST.into_response(), &draft, "'<b>");
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let body = axum::body::to_bytes(answer.into_body(), 4096)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            !text.contains("<script>") && !text.contains("<b>"),
            "{text}"
        );
        assert!(
            text.contains("&lt;script&gt;` &amp; &quot;more&quot;"),
            "{text}"
        );
    }
}
