//! That the routes, the document and the contract agree, and that every error is a problem.
//! No database is there: what is tested ends before one is asked.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use leo_common::append::Appender;
use leo_common::artifacts::ArtifactStore;
use leo_common::buckets::Buckets;
use leo_common::bus::{Publisher, Subscriber};
use leo_common::config::{Aws, Limits, Model, PrivateAddresses, Quotas, Registration};
use leo_common::history::History;
use leo_common::links::Links;
use leo_common::outgoing::Outgoing;
use leo_common::queue::{Hints, Waker};
use leo_common::redis_link::RedisLink;
use leo_common::runner_token::RunnerTokens;
use leo_common::store::Db;
use leo_protocol::InstanceId;
use leo_protocol::problem::{CONTENT_TYPE, Problem};
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::*;
use crate::accounts::{Accounts, Passwords};
use crate::auth::{Authenticator, Browsers, LocalTokens, Sites, Tokens};
use crate::limits::Gate;
use crate::provider_test::Places;
use crate::runner::{self, Door, Watcher};
use crate::state::Inner;
use crate::stream::Hub;

/// What the contract promises, as far as this version goes.
const CONTRACT: &[(&str, &str)] = &[
    ("delete", "/api/fleet/{worker}/drain"),
    ("delete", "/api/keys/{id}"),
    ("delete", "/api/sessions/{id}"),
    ("delete", "/api/settings/github"),
    ("delete", "/api/settings/provider"),
    ("delete", "/api/webhooks/{id}"),
    ("get", "/api/audit"),
    ("get", "/api/auth/github"),
    ("get", "/api/auth/github/callback"),
    ("get", "/api/auth/me"),
    ("get", "/api/auth/methods"),
    ("get", "/api/fleet"),
    ("get", "/api/jobs"),
    ("get", "/api/jobs/{id}"),
    ("get", "/api/jobs/{id}/diff"),
    ("get", "/api/jobs/{id}/download"),
    ("get", "/api/jobs/{id}/files"),
    ("get", "/api/jobs/{id}/files/{path}"),
    ("get", "/api/jobs/{id}/log"),
    ("get", "/api/keys"),
    ("get", "/api/links/{name}"),
    ("get", "/api/quotas"),
    ("get", "/api/runner/{id}/input"),
    ("get", "/api/runner/{id}/input/files"),
    ("get", "/api/sessions"),
    ("get", "/api/sessions/{id}"),
    ("get", "/api/sessions/{id}/events"),
    ("get", "/api/sessions/{id}/messages"),
    ("get", "/api/settings/deploy"),
    ("get", "/api/settings/github"),
    ("get", "/api/settings/github/connect"),
    ("get", "/api/settings/provider"),
    ("get", "/api/users"),
    ("get", "/api/users/{id}"),
    ("get", "/api/webhooks"),
    ("get", "/api/webhooks/{id}"),
    ("get", "/api/webhooks/{id}/deliveries"),
    ("get", "/health"),
    ("get", "/health/ready"),
    ("get", "/metrics"),
    ("patch", "/api/sessions/{id}"),
    ("patch", "/api/users/{id}"),
    ("patch", "/api/webhooks/{id}"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/logout"),
    ("post", "/api/auth/password"),
    ("post", "/api/auth/register"),
    ("post", "/api/auth/ticket"),
    ("post", "/api/fleet/{worker}/drain"),
    ("post", "/api/jobs"),
    ("post", "/api/jobs/{id}/cancel"),
    ("post", "/api/jobs/{id}/deploy"),
    ("post", "/api/jobs/{id}/fork"),
    ("post", "/api/jobs/{id}/link"),
    ("post", "/api/jobs/{id}/push"),
    ("post", "/api/jobs/{id}/restore"),
    ("post", "/api/jobs/{id}/retry"),
    ("post", "/api/keys"),
    ("post", "/api/providers/test"),
    ("post", "/api/runner/{id}/artifact"),
    ("post", "/api/sessions"),
    ("post", "/api/sessions/{id}/jobs"),
    ("post", "/api/webhooks"),
    ("post", "/api/webhooks/{id}/deliveries/{delivery}/retry"),
    ("post", "/api/webhooks/{id}/secret"),
    ("post", "/api/webhooks/{id}/test"),
    ("put", "/api/runner/{id}/upload"),
    ("put", "/api/settings/github"),
    ("put", "/api/settings/provider"),
];

/// What is there for people who are not signed in.
const AT_THE_DOOR: &[&str] = &[
    "/api/auth/github",
    "/api/auth/github/callback",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/methods",
    "/api/auth/register",
    "/api/links/{name}",
];

#[derive(Debug, clap::Parser)]
struct Settings {
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    quotas: Quotas,
    #[command(flatten)]
    model: Model,
    #[command(flatten)]
    github: leo_common::config::GitHub,
}

/// A server that nobody may use without a token, with nothing behind it.
fn server() -> Router {
    let nowhere = "127.0.0.1:1";
    leo_common::tls::init();
    let Settings {
        limits,
        quotas,
        model,
        github,
    } = leo_common::config::read(["x".into()]).unwrap();
    let db = Db::connect(&format!("postgres://nobody@{nowhere}/nothing")).unwrap();
    let redis = RedisLink::new(&format!("redis://{nowhere}"), InstanceId::generate()).unwrap();
    let shutdown = CancellationToken::new();
    let (subscriber, events) = Subscriber::start(redis.clone(), shutdown.clone());
    let folder = tempfile::tempdir().unwrap();
    let place = url::Url::from_directory_path(folder.path()).unwrap();
    let tokens = LocalTokens::new(&SecretString::from("a key that nobody knows"));
    let artifacts = ArtifactStore::open(place.as_str(), &Aws::default()).unwrap();
    let history = History::new(db.clone(), artifacts.clone());
    let publisher = Publisher::start(redis.clone()).unwrap();
    let door = Door::new(runner::Parts {
        db: db.clone(),
        appender: Appender::start(db.clone(), publisher.clone(), shutdown.clone()),
        tokens: Some(RunnerTokens::new(&SecretString::from("nobody's key"))),
        vault: None,
        model: model.clone(),
        hidden: None,
        output_limit: 1,
        artifacts: artifacts.clone(),
        workspace_limit: 1,
        uploads: Semaphore::new(1),
        watcher: Watcher::start(db.clone(), redis.clone(), shutdown.clone()),
        tasks: TaskTracker::new(),
        shutdown: shutdown.clone(),
    });
    let browsers = Browsers::new(Sites::default(), false);
    let auth = Authenticator::new(db.clone(), Tokens::new(tokens, None), None, browsers, 1);
    let state = AppState::new(Inner {
        hints: Waker::start(Hints::new(&redis).unwrap()),
        publisher,
        hub: Hub::start(history.clone(), subscriber, events, shutdown.clone()),
        artifacts,
        accounts: Accounts {
            passwords: Passwords::new(),
            github: None,
            registration: Registration::Open,
            max_running: 1,
        },
        buckets: Buckets::new(&redis).unwrap(),
        guard: auth.guard(redis.clone(), &shutdown),
        auth,
        gate: Gate::new(db.clone(), &limits, &quotas),
        zips: Arc::new(Semaphore::new(1)),
        diffs: Arc::new(Semaphore::new(1)),
        searches: Arc::new(Semaphore::new(1)),
        links: Links::new(None, [], url::Url::parse("http://localhost").unwrap()),
        tasks: TaskTracker::new(),
        db,
        history,
        redis,
        limits,
        vault: None,
        model: model.clone(),
        github,
        outgoing: Outgoing::new(PrivateAddresses::Refuse, None).unwrap(),
        deploy_host: None,
        tests: Places::default(),
        depth: crate::routes::metrics::Depth::default(),
        shutdown,
    });
    let site = Site {
        origins: vec!["https://console.example".to_owned()],
        ..Site::default()
    };
    router(state, &site, runner::routes(door)).unwrap()
}

async fn ask(method: &str, path: &str) -> Response {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header("x-request-id", "req-7")
        .body(Body::empty())
        .unwrap();
    server().oneshot(request).await.unwrap()
}

/// Status and code of an answer that must be a problem document.
async fn problem(response: Response) -> (StatusCode, String) {
    let status = response.status();
    assert_eq!(response.headers()[header::CONTENT_TYPE], CONTENT_TYPE);
    assert_eq!(response.headers()[REQUEST_ID], "req-7");
    let body = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap();
    let problem: Problem = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (problem.status, problem.request_id.as_str()),
        (status.as_u16(), "req-7")
    );
    (status, problem.code)
}

fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(document()).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    let mut all: Vec<_> = paths
        .into_iter()
        .flat_map(|(path, item)| {
            let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
            methods
                .into_iter()
                .map(move |method| (method, path.clone()))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn the_document_has_what_the_contract_promises() {
    let operations = operations();
    let known: Vec<_> = operations
        .iter()
        .map(|(method, path)| (method.as_str(), path.as_str()))
        .collect();
    assert_eq!(known, CONTRACT);
}

#[tokio::test]
async fn what_the_document_has_is_served_to_nobody_without_a_token() {
    for (method, path) in operations() {
        if path.starts_with("/health") || AT_THE_DOOR.contains(&path.as_str()) {
            continue;
        }
        let path = path
            .replace("{id}", "01890000-0000-7000-8000-000000000000")
            .replace("{path}", "a/b.txt");
        let answer = ask(&method.to_uppercase(), &path).await;
        assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let (status, code) = problem(answer).await;
        let expected = match path.starts_with("/api/runner/") {
            true => "bad_token",
            false => "unauthorized",
        };
        assert_eq!(
            (status.as_u16(), code.as_str()),
            (401, expected),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    for (method, path, status, code) in [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/assets/nothing", 404, "not_found"),
        ("POST", "/nothing", 404, "not_found"),
        ("PUT", "/api/jobs", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
    ] {
        let (found, known) = problem(ask(method, path).await).await;
        assert_eq!(
            (found.as_u16(), known.as_str()),
            (status, code),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_panic_is_a_problem() {
    async fn panics() -> StatusCode {
        panic!("on purpose")
    }
    let router: Router = Router::new()
        .route("/", get(panics))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(middleware::from_fn(problems::render))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID));
    let request = Request::get("/").header(REQUEST_ID, "req-7");
    let answer = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (status, code) = problem(answer).await;
    assert_eq!((status.as_u16(), code.as_str()), (500, "internal"));
}

#[tokio::test]
async fn pages_for_people_are_open_and_careful() {
    for path in [
        "/",
        "/sessions/any",
        "/api/docs",
        "/api/openapi.json",
        "/health",
    ] {
        let answer = ask("GET", path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn only_trusted_sites_may_read_answers() {
    for (origin, trusted) in [
        ("https://console.example", true),
        ("https://evil.example", false),
    ] {
        let request = Request::get("/health").header(header::ORIGIN, origin);
        let answer = server()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let allowed = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(allowed.is_some(), trusted, "{origin}");
    }
}

#[tokio::test]
async fn preflights_are_answered_to_trusted_sites_and_never_with_credentials() {
    for (origin, trusted) in [
        ("https://console.example", true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let request = Request::builder()
            .method("OPTIONS")
            .uri("/api/jobs")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization");
        let request = request.body(Body::empty()).unwrap();
        let answer = server().oneshot(request).await.unwrap();
        let headers = answer.headers();
        let allowed = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(allowed.is_some_and(|value| value == origin), trusted);
        assert_eq!(allowed.is_some(), trusted, "{origin}");
        assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
        let varies = headers.get_all(header::VARY).iter();
        let varies: String = varies.map(|value| value.to_str().unwrap()).collect();
        assert!(varies.contains("origin"), "{varies}");
    }
}

#[tokio::test]
async fn no_answer_runs_anything_or_is_framed() {
    for path in [
        "/api/docs",
        "/api/openapi.json",
        "/health",
        "/health/nothing",
        "/api/jobs",
    ] {
        let answer = ask("GET", path).await;
        let headers = answer.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for rule in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}

#[tokio::test]
async fn tls_once_is_tls_for_good() {
    let careful = headers::careful(true)(Response::new(Body::empty())).await;
    assert!(
        careful
            .headers()
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
}
