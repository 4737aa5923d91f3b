//! Asking a server for what stands beside its chat: short answers, within limits.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::IgnoredAny;
use serde_json::Value;
use url::Url;

/// How long such an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest one that is read, in bytes; the list of a large provider has about a million.
const MAX_ANSWER: usize = 4 << 20;
/// What the paths of an OpenAI-compatible server begin with.
pub(super) const VERSION: &str = "v1";

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// As the server declares it, without parameters; empty where it does not.
    pub(super) kind: String,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// The body, where it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the body is an object in JSON, without keeping what is in it.
    pub(super) fn is_object(&self) -> bool {
        let begins = self.body.trim_ascii_start().starts_with(b"{");
        begins && serde_json::from_slice::<IgnoredAny>(&self.body).is_ok()
    }

    /// What a refusal says in words, as servers of different kinds write it.
    pub(super) fn said(&self) -> Option<String> {
        if self.kind == "text/html" {
            return None;
        }
        let text = match self.json() {
            Some(json) => message(&json)?,
            None => String::from_utf8_lossy(&self.body).into_owned(),
        };
        let text: String = text.trim().chars().take(200).collect();
        (!text.is_empty()).then_some(text)
    }
}

fn message(json: &Value) -> Option<String> {
    let places = ["/error/message", "/error", "/message", "/detail"];
    let found = places.iter().filter_map(|place| json.pointer(place));
    found.filter_map(Value::as_str).next().map(str::to_owned)
}

/// Asks one server.
#[derive(Debug)]
pub(super) struct Asker {
    http: Client,
    base: Url,
    key: Option<SecretString>,
}

impl Asker {
    pub(super) fn new(http: Client, base: Url, key: Option<SecretString>) -> Self {
        Self { http, base, key }
    }

    pub(super) const fn base(&self) -> &Url {
        &self.base
    }

    /// Asks for what is below the base address.
    pub(super) async fn get(&self, path: &str) -> Result<Reply, reqwest::Error> {
        self.get_at(below(&self.base, path)).await
    }

    /// Asks for something at another path of the same server.
    pub(super) async fn get_at(&self, url: Url) -> Result<Reply, reqwest::Error> {
        self.send(self.http.get(url)).await
    }

    /// Asks for what is beside the OpenAI-compatible part of the server, in JSON; nothing where it does
    /// not give any.
    pub(super) async fn beside(&self, path: &str) -> Option<Value> {
        let reply = self.send(self.http.get(below(&root(&self.base), path)));
        success(reply.await.ok()?)
    }

    /// The same, with a question.
    pub(super) async fn ask_beside(&self, path: &str, question: &Value) -> Option<Value> {
        let request = self.http.post(below(&root(&self.base), path));
        success(self.send(request.json(question)).await.ok()?)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Reply, reqwest::Error> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        };
        let mut response = request.timeout(PATIENCE).send().await?;
        let header = |name| response.headers().get(name)?.to_str().ok();
        let kind = header(CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let (kind, status) = (kind.to_ascii_lowercase(), response.status());
        let location = header(reqwest::header::LOCATION).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            // Cut off, it is no JSON any more, and found out as such.
            if body.len() + chunk.len() > MAX_ANSWER {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status,
            kind,
            location,
            body,
        })
    }
}

fn success(reply: Reply) -> Option<Value> {
    reply.status.is_success().then(|| reply.json()).flatten()
}

/// An address with more segments, wherever its slashes are.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// An address as it may be shown: nobody needs to see what else stands in that of an operator.
pub(super) fn bare(mut url: Url) -> Url {
    // Both fail for none of HTTP.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url
}

/// The server's own address, where the base is that of its OpenAI-compatible part.
pub(super) fn root(base: &Url) -> Url {
    let mut url = base.clone();
    let trimmed = base.path().trim_end_matches('/');
    if let Some(before) = trimmed.strip_suffix(VERSION) {
        url.set_path(before);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_wherever_the_slashes_are() {
        let url = |text: &str| Url::parse(text).unwrap();
        for base in ["http://h:1/v1", "http://h:1/v1/"] {
            assert_eq!(below(&url(base), "models").as_str(), "http://h:1/v1/models");
            let beside = below(&root(&url(base)), "api/v0/models");
            assert_eq!(beside.as_str(), "http://h:1/api/v0/models");
        }
        assert_eq!(root(&url("http://h:1")).as_str(), "http://h:1/");
        let gateway = root(&url("https://h/team/v1"));
        assert_eq!(below(&gateway, "props").as_str(), "https://h/team/props");
    }

    #[test]
    fn refusals_are_read_as_servers_write_them() {
        let said = |kind: &str, body: &str| {
            let reply = Reply {
                status: StatusCode::UNAUTHORIZED,
                kind: kind.to_owned(),
                location: None,
                body: body.into(),
            };
            reply.said()
        };
        let json = "application/json";
        for body in [
            r#"{"error":{"message":"no"}}"#,
            r#"{"error":"no"}"#,
            r#"{"detail":"no"}"#,
        ] {
            assert_eq!(said(json, body).as_deref(), Some("no"), "{body}");
        }
        assert_eq!(said("text/plain", " no\n").as_deref(), Some("no"));
        assert_eq!(said("text/html", "<html>"), None);
        assert_eq!(said(json, "{}"), None);
    }
}
