//! The double's git server: `git http-backend`, as a web server calls it.

use std::process::Stdio;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{LOGIN, Shared, Stop, git};

/// The user that GitHub takes beside a token, and that of `git clone` here.
const USERS: [&str; 2] = ["x-access-token", LOGIN];

pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    {
        let mut state = shared.lock();
        state.asked.push(request.uri().to_string());
        if state.down {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let given = request.headers().get(header::AUTHORIZATION);
    if !given.is_some_and(|given| is_good(&shared, given)) {
        let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"GitHub\"")];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    }
    let pushing = path.ends_with("/git-receive-pack");
    if pushing {
        shared.lock().pushes += 1;
        shared.pass(Stop::BeforePush).await;
    } else if query.ends_with("git-receive-pack") {
        shared.pass(Stop::BeforeRefs).await;
    }
    let response = backend(&shared, &path, &query, request).await;
    if pushing {
        shared.pass(Stop::AfterPush).await;
    }
    response
}

fn is_good(shared: &Shared, given: &HeaderValue) -> bool {
    let given = given
        .to_str()
        .ok()
        .and_then(|given| given.strip_prefix("Basic "));
    let given = given.and_then(|given| STANDARD.decode(given).ok());
    let given = given.and_then(|given| String::from_utf8(given).ok());
    let state = shared.lock();
    let mut good = state
        .tokens
        .iter()
        .flat_map(|token| USERS.map(|user| format!("{user}:{token}")));
    given.is_some_and(|given| good.any(|good| good == given))
}

async fn backend(shared: &Shared, path: &str, query: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let text = |name: HeaderName| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let body = body.collect().await.expect("a whole request").to_bytes();
    let mut command = Command::from(git::command());
    command
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", shared.root.path())
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", head.method.as_str())
        .env("CONTENT_TYPE", text(header::CONTENT_TYPE))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", text(header::CONTENT_ENCODING))
        .env("REMOTE_USER", LOGIN)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("start git http-backend");
    let mut stdin = child.stdin.take().expect("its input");
    let writing = tokio::spawn(async move {
        // It may end before it has read everything.
        let _ = stdin.write_all(&body).await;
    });
    let output = child.wait_with_output().await.expect("its output");
    writing.await.expect("its input is written");
    answer(&output.stdout)
}

/// Makes a response of what a CGI program prints.
fn answer(printed: &[u8]) -> Response {
    let end = printed.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("the end of the headers");
    let mut response = Response::new(Body::from(Bytes::copy_from_slice(&printed[end + 4..])));
    for line in String::from_utf8_lossy(&printed[..end]).lines() {
        let (name, value) = line.split_once(": ").expect("a header");
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().expect("a status");
            *response.status_mut() = code.parse().expect("a status");
        } else {
            let name: HeaderName = name.parse().expect("a name");
            response
                .headers_mut()
                .insert(name, value.parse().expect("a value"));
        }
    }
    response
}
