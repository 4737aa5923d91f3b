//! The web console as it is served: pages for whoever opens an address, files that are kept for good, and nothing
//! of that where the API is. What holds of a console that was built is asked of one that was (`make console`).

use leo_tests::client::Answer;
use leo_tests::config::repository;
use leo_tests::{Client, Leo, Mode};
use reqwest::Method;

/// Paths that lead to a page.
const PAGES: [&str; 3] = [
    "/",
    "/sign-in",
    "/sessions/01890000-0000-7000-8000-000000000000?filter=log",
];

async fn installation() -> Leo {
    Leo::in_mode(Mode::Process).workers(0).start().await
}

/// Whether the server has a console to serve.
fn is_built() -> bool {
    repository().join("console/app/dist/index.html").exists()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    let value = value.unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers));
    value.to_str().unwrap()
}

/// The random number of a document's policy.
fn nonce(answer: &Answer) -> String {
    let (_, rest) = header(answer, "content-security-policy")
        .split_once("'nonce-")
        .unwrap();
    rest.split_once('\'').unwrap().0.to_owned()
}

async fn ask(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request).await
}

#[tokio::test]
async fn every_address_opens_a_page_that_runs_only_what_is_ours() {
    let leo = installation().await;
    let client = leo.client();
    for path in PAGES {
        let page = client.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        let policy = header(&page, "content-security-policy");
        for rule in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header(&page, "x-content-type-options"), "nosniff");
        let text = page.text();
        assert_eq!(text.contains("make console"), !is_built(), "{text}");
        let head = ask(&client, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_page_stays_a_problem() {
    let leo = installation().await;
    let client = leo.client();
    for (method, path, status, code) in [
        (Method::GET, "/api/nothing", 404, "not_found"),
        (Method::GET, "/api", 404, "not_found"),
        (Method::GET, "/health/nothing", 404, "not_found"),
        (Method::GET, "/assets/nothing.js", 404, "not_found"),
        (Method::POST, "/sign-in", 404, "not_found"),
        (Method::POST, "/", 405, "method_not_allowed"),
    ] {
        let problem = ask(&client, method.clone(), path, &[]).await.problem();
        let found = (problem.status, problem.code.as_str());
        assert_eq!(found, (status, code), "{method} {path}");
    }
}

#[tokio::test]
async fn no_two_documents_have_the_same_number() {
    if !is_built() {
        return;
    }
    let leo = installation().await;
    let client = leo.client();
    let mut seen = std::collections::HashSet::new();
    for path in PAGES {
        let page = client.get(path).await;
        let (text, nonce) = (page.text(), nonce(&page));
        assert!(text.contains(&nonce), "{text}");
        assert!(!text.contains("__LEO_NONCE__"), "{text}");
        assert!(!text.contains("<style"), "{text}");
        assert_eq!(header(&page, "cache-control"), "no-cache");
        assert!(!page.headers.contains_key("etag"));
        assert!(seen.insert(nonce));
    }
}

#[tokio::test]
async fn what_the_document_loads_is_small_and_kept_for_good() {
    if !is_built() {
        return;
    }
    let leo = installation().await;
    let client = leo.client();
    let document = client.get("/").await.text();
    let named = document
        .split('"')
        .filter(|part| part.starts_with("/assets/"));
    let named: Vec<_> = named.collect();
    assert!(!named.is_empty(), "{document}");
    for path in named {
        let plain = client.get(path).await;
        assert_eq!(plain.status, 200, "{path}");
        let cache = header(&plain, "cache-control");
        assert_eq!(cache, "public, max-age=31536000, immutable");
        // A worker's policy is that of its script.
        let policy = header(&plain, "content-security-policy");
        assert!(policy.contains("script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for encoding in ["br", "gzip"] {
            let accepted = [("accept-encoding", encoding)];
            let packed = ask(&client, Method::GET, path, &accepted).await;
            // What is not worth it is not packed.
            if packed.headers.contains_key("content-encoding") {
                assert_eq!(header(&packed, "content-encoding"), encoding);
                assert!(packed.body.len() < plain.body.len(), "{path}");
                assert_ne!(header(&packed, "etag"), header(&plain, "etag"));
            } else {
                assert!(plain.body.len() < 1024, "{path} is not packed");
            }
            assert_eq!(
                header(&packed, "content-type"),
                header(&plain, "content-type")
            );
            let tag = header(&packed, "etag").to_owned();
            let again = [accepted[0], ("if-none-match", tag.as_str())];
            let again = ask(&client, Method::GET, path, &again).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        }
    }
}
