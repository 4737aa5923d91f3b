//! Over a console of three files, and over none.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt as _;

use super::*;

#[derive(Embed)]
#[folder = "src/console/fixture"]
struct Fixture;

#[derive(Embed)]
#[folder = "src/console/fixture/none"]
#[allow_missing = true]
struct Nothing;

const SCRIPT: &str = "/assets/app-1a2b.js";

async fn ask_of<D: Embed + 'static>(
    method: &str,
    path: &str,
    headers: &[(header::HeaderName, &str)],
) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    routes_of::<D>().oneshot(request).await.unwrap()
}

async fn ask(path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    ask_of::<Fixture>("GET", path, headers).await
}

async fn text(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await;
    String::from_utf8(body.unwrap().to_vec()).unwrap()
}

fn said<'a>(response: &'a Response, name: &header::HeaderName) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

/// The number that a document's policy knows.
fn nonce(response: &Response) -> String {
    let policy = said(response, &header::CONTENT_SECURITY_POLICY);
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    rest.split_once('\'').unwrap().0.to_owned()
}

#[tokio::test]
async fn every_page_is_the_document_with_a_number_of_its_own() {
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/sessions/1/log?line=3", "/index.html", "/apiary"] {
        let answer = ask(path, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(said(&answer, &header::CACHE_CONTROL), "no-cache");
        assert!(!answer.headers().contains_key(header::ETAG));
        let policy = said(&answer, &header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let nonce = nonce(&answer);
        let document = text(answer).await;
        let places = document.matches(&format!("nonce=\"{nonce}\"")).count();
        assert_eq!(places, 2, "{document}");
        assert!(!document.contains("__LEO_NONCE__"));
        assert!(nonce.len() == 24 && seen.insert(nonce));
    }
}

#[tokio::test]
async fn assets_are_kept_for_good_and_packed_for_who_takes_that() {
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "in brotli\n"),
        ("gzip", Some("gzip"), "in gzip\n"),
        ("identity", None, "export {};\n"),
    ] {
        let answer = ask(SCRIPT, &[(header::ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let cache = said(&answer, &header::CACHE_CONTROL);
        assert_eq!(cache, "public, max-age=31536000, immutable");
        let policy = said(&answer, &header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        let kind = said(&answer, &header::CONTENT_TYPE);
        assert_eq!(kind, "text/javascript; charset=utf-8");
        assert_eq!(said(&answer, &header::VARY), "accept-encoding");
        let found = answer.headers().get(header::CONTENT_ENCODING);
        assert_eq!(found.map(|name| name.to_str().unwrap()), encoding);
        assert_eq!(text(answer).await, body);
    }
}

#[tokio::test]
async fn a_form_that_is_not_there_is_not_sent() {
    let answer = ask("/favicon.svg", &[(header::ACCEPT_ENCODING, "br")]).await;
    assert!(!answer.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(said(&answer, &header::CACHE_CONTROL), "no-cache");
    assert_eq!(said(&answer, &header::CONTENT_TYPE), "image/svg+xml");
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again_in_the_form_that_it_has() {
    let plain = [(header::ACCEPT_ENCODING, "identity")];
    let packed = [(header::ACCEPT_ENCODING, "br")];
    let tag = said(&ask(SCRIPT, &plain).await, &header::ETAG).to_owned();
    let other = said(&ask(SCRIPT, &packed).await, &header::ETAG).to_owned();
    assert_ne!(tag, other);
    for (known, status) in [
        (&tag, 304),
        (&format!("\"x\", W/{tag}"), 304),
        (&other, 200),
    ] {
        let headers = [plain[0].clone(), (header::IF_NONE_MATCH, known.as_str())];
        let answer = ask(SCRIPT, &headers).await;
        assert_eq!(answer.status().as_u16(), status, "{known}");
        assert_eq!(said(&answer, &header::ETAG), tag);
        assert_eq!(text(answer).await.is_empty(), status == 304);
    }
}

#[tokio::test]
async fn heads_are_answered_without_a_body() {
    for (path, length) in [(SCRIPT, Some("11")), ("/", None), ("/sessions", None)] {
        let answer = ask_of::<Fixture>("HEAD", path, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        if let Some(length) = length {
            assert_eq!(said(&answer, &header::CONTENT_LENGTH), length);
        }
        assert_eq!(text(answer).await, "");
    }
}

#[tokio::test]
async fn what_is_no_page_is_not_found() {
    for (method, path) in [
        ("GET", "/assets/app-0000.js"),
        ("GET", "/assets/app-1a2b.js.br"),
        ("GET", "/assets/../index.html"),
        ("GET", "/assets/%2e%2e/favicon.svg"),
        ("GET", "/assets/..%5cfavicon.svg"),
        ("GET", "/assets/%2e%2e%2f%2e%2e%2fmod.rs"),
        ("GET", "/assets"),
        ("GET", "/api"),
        ("GET", "/api/nothing"),
        ("GET", "/ws/nothing"),
        ("GET", "/health/nothing"),
        ("GET", "/metrics/nothing"),
        ("POST", "/sessions"),
        ("DELETE", "/favicon.svg"),
    ] {
        let answer = ask_of::<Fixture>(method, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
    }
}

#[tokio::test]
async fn without_a_console_pages_say_so() {
    for path in ["/", "/sessions/1"] {
        let answer = ask_of::<Nothing>("GET", path, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page = text(answer).await;
        assert!(page.contains("make console") && page.contains("/api/docs"));
    }
    let answer = ask_of::<Nothing>("GET", SCRIPT, &[]).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}
