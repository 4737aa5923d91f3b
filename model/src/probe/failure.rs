//! Why a server cannot be asked, and what to change: from errors of the transport, whose types are those
//! of four libraries, and from refusals.

use std::error::Error;
use std::io;

use reqwest::StatusCode;
use url::Url;

use super::http::{Reply, VERSION, bare, below};
use super::step::Finding;
use crate::chat::Provider;

/// What servers say to plain HTTP on a port of HTTPS, with the status 400.
const WANTS_TLS: [&str; 2] = [
    "HTTP request to an HTTPS server",
    "plain HTTP request was sent",
];

/// What went wrong on the way to `url`.
pub(super) fn unreachable(error: &reqwest::Error, provider: Provider, url: &Url) -> Finding {
    let (causes, kind) = causes(error);
    let said = |text: &str| causes.iter().any(|cause| cause.contains(text));
    let root = causes.last().map(String::as_str).unwrap_or_default();
    let place = place(url);
    if let Some(io::ErrorKind::ConnectionRefused) = kind {
        return Finding::failed(format!("nothing listens at {place}")).hint(start(provider));
    }
    if said("dns error") {
        return unresolved(url, root, kind.is_some());
    }
    if said("certificate") {
        return Finding::failed(format!("the certificate of {place} is not accepted: {root}"))
            .hint("give the server a certificate that this machine trusts and that names this host, or use http:// within a network that you trust");
    }
    if said("corrupt message") || said("InvalidContentType") {
        return Finding::failed(format!("{place} does not speak TLS")).hint(
            "begin the base URL with http://, or name the port where the server speaks https",
        );
    }
    if error.is_timeout() || kind == Some(io::ErrorKind::TimedOut) {
        return Finding::failed(format!("{place} does not answer in time")).hint(
            "see whether the address is right, and whether a firewall lets Leo's machine reach it",
        );
    }
    if error.is_connect() {
        return Finding::failed(format!("no connection to {place}: {root}"))
            .hint("see whether the address is right, and whether Leo's machine can reach it");
    }
    Finding::failed(format!("{place} breaks off: {root}"))
        .hint("see whether it is a server of a model, and whether it wants https:// in the place of http://")
}

/// The texts of all causes, the innermost last, and the kind of the innermost error of the system that
/// has one to speak of.
fn causes(error: &reqwest::Error) -> (Vec<String>, Option<io::ErrorKind>) {
    let mut texts = Vec::new();
    let mut kind = None;
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        texts.push(cause.to_string());
        kind = cause
            .downcast_ref::<io::Error>()
            .map(io::Error::kind)
            .or(kind);
        next = cause.source();
    }
    (texts, kind)
}

/// `by_system`: the resolver itself has failed; else somebody has refused the name.
fn unresolved(url: &Url, root: &str, by_system: bool) -> Finding {
    if !by_system {
        return Finding::failed(root).hint("name a server of the internet, or ask your operator");
    }
    let host = url.host_str().unwrap_or_default();
    let local = "see whether it is written right; a name of your own network must be known to Leo's machine too";
    Finding::failed(format!("the name `{host}` leads nowhere: {root}")).hint(local)
}

/// How a server is started that nobody has started.
const fn start(provider: Provider) -> &'static str {
    match provider {
        Provider::Lmstudio => {
            "start the server of LM Studio (Developer, Start server; or `lms server start`) and see that the port is its own, 1234 if nothing else was set"
        }
        Provider::Ollama => {
            "start Ollama (`ollama serve`) and see that the port is its own, 11434 if nothing else was set"
        }
        Provider::Openrouter | Provider::Openai => {
            "see whether the server runs and the port is its own: 8000 for vLLM and 8080 for llama.cpp if nothing else was set"
        }
    }
}

/// Host and port, as people name a server.
pub(super) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Why an answer is no list of models; nothing where the server may well have a chat beside it.
pub(super) fn refused(reply: &Reply, provider: Provider, base: &Url) -> Option<Finding> {
    let status = reply.status;
    let said = reply
        .said()
        .map(|said| format!(": {said}"))
        .unwrap_or_default();
    let failed = |what: &str| Finding::failed(format!("{what} (HTTP {}){said}", status.as_u16()));
    let finding = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            failed("the key is not accepted").hint(key(provider))
        }
        StatusCode::PAYMENT_REQUIRED => {
            failed("the account has no credit left").hint("add credit at the provider")
        }
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => failed("a proxy in between wants a password")
            .hint("see the proxy settings of Leo's machine (HTTPS_PROXY, NO_PROXY)"),
        StatusCode::TOO_MANY_REQUESTS => failed("the server is asked too often")
            .hint("wait a little, or raise the limit at the provider"),
        StatusCode::BAD_REQUEST if WANTS_TLS.iter().any(|text| said.contains(text)) => {
            failed("the server wants TLS").hint("begin the base URL with https://")
        }
        status if status.is_redirection() => {
            let to = reply.location.as_deref().unwrap_or("another address");
            failed(&format!("the server sends everybody on to {to}"))
                .hint("use that address in the base URL, without its last part `models`; redirects are not followed")
        }
        status if status.is_server_error() => {
            failed("the server, or a proxy before it, fails").hint("look at the server's own log")
        }
        status if status.is_success() && reply.kind == "text/html" => {
            failed("a web page answers, not the API").hint(wrong_path(base))
        }
        _ => return None,
    };
    Some(finding)
}

/// What to do about a key.
pub(super) const fn key(provider: Provider) -> &'static str {
    match provider {
        Provider::Openrouter => "set a key from openrouter.ai/keys; it begins with sk-or-",
        Provider::Openai => {
            "set a key that this server knows; see that it is whole and not of another project"
        }
        Provider::Lmstudio | Provider::Ollama => {
            "this server or a proxy before it wants a key: set the one that it was given"
        }
    }
}

/// What to do where the base address has another path than it should.
pub(super) fn wrong_path(base: &Url) -> String {
    let with_version = bare(below(base, VERSION));
    match base.path().trim_end_matches('/').ends_with(VERSION) {
        true => {
            "see the path of the base URL; it usually ends with /v1 behind the server's address"
                .to_owned()
        }
        false => format!("the base URL lacks its path: try {with_version}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::step::Status;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Fails where it was done before, which is as good.
    fn init_tls() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }

    fn reply(status: u16, kind: &str, body: &str) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            kind: kind.to_owned(),
            location: Some("https://x.example/v1/models".to_owned()),
            body: body.into(),
        }
    }

    #[test]
    fn each_refusal_says_what_to_change() {
        let html = "text/html";
        for (status, kind, body, said) in [
            (401, "", "", "openrouter.ai/keys"),
            (403, "", "", "openrouter.ai/keys"),
            (402, "", "", "credit"),
            (301, "", "", "https://x.example/v1/models"),
            (502, html, "<html>", "log"),
            (200, html, "<html>", "http://h:1/v1"),
            (
                400,
                "",
                "Client sent an HTTP request to an HTTPS server.",
                "https://",
            ),
            (429, "", "", "wait"),
        ] {
            let reply = reply(status, kind, body);
            let finding = refused(&reply, Provider::Openrouter, &url("http://h:1/")).unwrap();
            let hint = finding.hint.unwrap();
            assert_eq!(finding.status, Status::Failed);
            assert!(
                finding.message.contains(said) || hint.contains(said),
                "{status}: {} {hint}",
                finding.message
            );
        }
        let missing = reply(404, "", "");
        assert!(refused(&missing, Provider::Openai, &url("http://h:1/v1")).is_none());
    }

    #[tokio::test]
    async fn who_is_not_there_is_told_apart_from_who_has_another_name() {
        init_tls();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let away = url(&format!("http://{address}/v1"));
        let error = http.get(away.clone()).send().await.unwrap_err();
        let finding = unreachable(&error, Provider::Lmstudio, &away);
        assert!(finding.message.contains("nothing listens"), "{finding:?}");
        assert!(finding.hint.unwrap().contains("lms server start"));
        let nowhere = url("http://no-such-host.invalid/v1");
        let error = http.get(nowhere.clone()).send().await.unwrap_err();
        let finding = unreachable(&error, Provider::Openai, &nowhere);
        assert!(finding.message.contains("leads nowhere"), "{finding:?}");
    }

    #[tokio::test]
    async fn tls_with_who_speaks_none_is_told() {
        init_tls();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = url(&format!("https://{}/v1", listener.local_addr().unwrap()));
        let plain = async {
            use tokio::io::AsyncWriteExt as _;
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            socket
        };
        let (asked, _socket) = tokio::join!(http.get(there.clone()).send(), plain);
        let finding = unreachable(&asked.unwrap_err(), Provider::Openai, &there);
        assert!(
            finding.message.contains("does not speak TLS"),
            "{finding:?}"
        );
    }
}
