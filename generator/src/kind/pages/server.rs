//! A server of files, for as long as it takes to see that the app can be served.

use std::convert::Infallible;
use std::io;
use std::path::{Component, Path, PathBuf};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::INDEX;
use crate::kind::probe::address;

/// Listens on a free port of the loopback.
pub(super) async fn listen() -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind(address(0)).await?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Serves the files of a folder, one connection after the other, until it is dropped.
pub(super) async fn serve(listener: TcpListener, app: &Path) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let answer = |request: Request<Incoming>| {
            let answered = answer(app, request.method(), request.uri().path());
            std::future::ready(Ok::<_, Infallible>(answered))
        };
        // A client that goes away in the middle has its reasons.
        let _ = http1::Builder::new()
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .await;
    }
}

fn answer(app: &Path, method: &Method, path: &str) -> Response<Full<Bytes>> {
    let found = (method == Method::GET || method == Method::HEAD).then(|| file(app, path));
    let content = found.flatten().and_then(|file| {
        let kind = mime_guess::from_path(&file).first_or_octet_stream();
        Some((kind, std::fs::read(&file).ok()?))
    });
    let mut response = Response::new(Full::default());
    match content {
        Some((kind, bytes)) => {
            *response.body_mut() = Full::new(Bytes::from(bytes));
            if let Ok(kind) = kind.as_ref().parse() {
                response.headers_mut().insert(CONTENT_TYPE, kind);
            }
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

/// The file that a path means; never one outside of the folder.
fn file(app: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .ok()?;
    let below = Path::new(decoded.trim_start_matches('/'));
    let plain = below
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let mut file = app.join(below);
    if file.is_dir() {
        file.push(INDEX);
    }
    let real = file.canonicalize().ok()?;
    (plain && real.starts_with(app.canonicalize().ok()?) && real.is_file()).then_some(real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_are_served() {
        let root = tempfile::tempdir().unwrap();
        let app = root.path().join("app");
        std::fs::create_dir_all(app.join("sub")).unwrap();
        std::fs::write(root.path().join("secret"), "x").unwrap();
        for name in ["index.html", "sub/index.html", "a b.css"] {
            std::fs::write(app.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("/etc", app.join("etc")).unwrap();
        for (path, status) in [
            ("/", 200),
            ("/sub/", 200),
            ("/a%20b.css", 200),
            ("/missing", 404),
            ("/../secret", 404),
            ("/%2e%2e/secret", 404),
            ("/etc/hostname", 404),
        ] {
            assert_eq!(answer(&app, &Method::GET, path).status(), status, "{path}");
        }
        let styles = answer(&app, &Method::GET, "/a%20b.css");
        assert_eq!(styles.headers()[CONTENT_TYPE], "text/css");
    }
}
