//! Git's push over HTTP: what refs there are, then the commands and a pack.
//!
//! Two requests, as git itself makes them; nothing is ever fetched. The server compares what a ref
//! is at with what we say it is, so nothing of others is overwritten, and there is no way here to
//! ask for more. The token goes into the `Authorization` header and nowhere else, and that goes to
//! no other host: redirects are followed within the same origin alone.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use leo_common::github::explained;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use reqwest::{Body, Client, Response, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;
use url::Url;

use super::error::PushError;
use super::pkt::{self, Line};
use super::report::{self, Report};

/// How long a server may take for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long it may take for its list of refs.
const LISTING: Duration = Duration::from_secs(60);
/// How long a whole push may take, the server's own work included.
const PUSHING: Duration = Duration::from_secs(600);
/// The longest list of refs, in bytes.
const MAX_REFS: usize = 8 << 20;
/// The longest answer to a push, in bytes.
const MAX_REPORT: usize = 1 << 20;
/// Redirects within the same origin that are followed, as after a repository's new name.
const MAX_REDIRECTS: usize = 3;
/// The user that GitHub wants beside a token.
const USER: &str = "x-access-token";
/// What we want of a server that can do it.
const CAPABILITIES: &str = "report-status side-band-64k agent=leo";
/// How Leo introduces itself.
const AGENT: &str = "git/2 (leo)";
/// The id of what is not there.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A repository on a server, as it was when it was asked.
pub(super) struct Remote<'a> {
    http: Client,
    url: Url,
    token: &'a SecretString,
    refs: HashMap<String, String>,
}

/// What is to be changed.
#[derive(Debug)]
pub(super) struct Command<'a> {
    /// The ref.
    pub(super) name: &'a str,
    /// What it is at; `None` where it is not there.
    pub(super) old: Option<&'a str>,
    /// What it is to be at.
    pub(super) new: &'a str,
}

impl<'a> Remote<'a> {
    /// Asks for the refs; `None` where there is no repository, or none that the token sees.
    pub(super) async fn look(
        url: &Url,
        token: &'a SecretString,
    ) -> Result<Option<Self>, PushError> {
        let http = client().map_err(|error| PushError::here("make requests")(error.into()))?;
        let mut asked = below(url, "info/refs")?;
        asked.set_query(Some("service=git-receive-pack"));
        let request = http.get(asked).timeout(LISTING);
        let response = request
            .basic_auth(USER, Some(token.expose_secret()))
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "*/*")
            .send()
            .await
            .map_err(away)?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let response = accepted(response).await?;
        // After a redirect the push goes where the refs came from.
        let found = response.url().path().strip_suffix("/info/refs");
        let mut at = response.url().clone();
        at.set_path(found.ok_or_else(no_git)?);
        at.set_query(None);
        let body = read(response, MAX_REFS).await?;
        let refs = refs(&body).ok_or_else(no_git)?;
        Ok(Some(Self {
            http,
            url: at,
            token,
            refs,
        }))
    }

    /// What a ref is at.
    pub(super) fn at(&self, name: &str) -> Option<&str> {
        self.refs.get(name).map(String::as_str)
    }

    /// The branches that are at this commit, in order.
    pub(super) fn branches_at(&self, commit: &str) -> Vec<&str> {
        let at = self.refs.iter().filter(|(_, id)| *id == commit);
        let mut names: Vec<_> = at
            .filter_map(|(name, _)| name.strip_prefix("refs/heads/"))
            .collect();
        names.sort_unstable();
        names
    }

    /// Whether nothing was ever pushed there.
    pub(super) fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }

    /// Whether nothing has changed since the other was asked.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        self.refs == other.refs
    }

    /// One that was never asked.
    #[cfg(test)]
    pub(super) fn of_refs(token: &'a SecretString, refs: &[(&str, &str)]) -> Self {
        leo_common::tls::init();
        let refs = refs.iter();
        Self {
            http: client().unwrap(),
            url: Url::parse("https://git.example/o/n.git").unwrap(),
            token,
            refs: refs
                .map(|(name, id)| ((*name).to_owned(), (*id).to_owned()))
                .collect(),
        }
    }

    /// Sends a command and the pack that it needs, `size` bytes of a file.
    pub(super) async fn push(
        &self,
        command: &Command<'_>,
        pack: &Path,
        size: u64,
    ) -> Result<Report, PushError> {
        let file = tokio::fs::File::open(pack).await;
        let file = file.map_err(|error| PushError::here("read its pack")(error.into()))?;
        let head = head(command);
        let length = head.len() as u64 + size;
        let body = ReaderStream::new(std::io::Cursor::new(head).chain(file));
        let response = self
            .http
            .post(below(&self.url, "git-receive-pack")?)
            .timeout(PUSHING)
            .basic_auth(USER, Some(self.token.expose_secret()))
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, "application/x-git-receive-pack-request")
            .header(ACCEPT, "application/x-git-receive-pack-result")
            .header(CONTENT_LENGTH, length)
            .body(Body::wrap_stream(body))
            .send()
            .await
            .map_err(away)?;
        let response = accepted(response).await?;
        let body = read(response, MAX_REPORT).await?;
        report::read(&body, command.name).map_err(|_| no_git())
    }
}

fn client() -> Result<Client, reqwest::Error> {
    let same_origin = redirect::Policy::custom(|attempt| {
        let before = attempt.previous();
        let first = before.first().map(Url::origin);
        if before.len() > MAX_REDIRECTS || first != Some(attempt.url().origin()) {
            return attempt.stop();
        }
        attempt.follow()
    });
    Client::builder()
        .connect_timeout(CONNECTING)
        .redirect(same_origin)
        .build()
}

fn below(url: &Url, path: &str) -> Result<Url, PushError> {
    let text = format!("{}/{path}", url.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|_| PushError::failed("the repository's address is none"))
}

/// The command, up to where the pack begins.
fn head(command: &Command<'_>) -> Vec<u8> {
    let old = command.old.unwrap_or(NOTHING);
    let line = format!("{old} {} {}\0{CAPABILITIES}", command.new, command.name);
    let mut head = Vec::new();
    pkt::write(&mut head, line.as_bytes());
    head.extend_from_slice(pkt::FLUSH);
    head
}

/// The refs in a server's list; `None` where it is no such list.
fn refs(body: &[u8]) -> Option<HashMap<String, String>> {
    let mut rest = body;
    let Ok(Some(Line::Data(service))) = pkt::next(&mut rest) else {
        return None;
    };
    if pkt::text(service) != "# service=git-receive-pack" {
        return None;
    }
    let mut refs = HashMap::new();
    let mut ended = 0;
    while ended < 2 {
        match pkt::next(&mut rest).ok()?? {
            Line::Flush => ended += 1,
            Line::Data(line) => {
                let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
                let line = pkt::text(line);
                let (id, name) = line.split_once(' ')?;
                if id != NOTHING {
                    refs.insert(name.to_owned(), id.to_owned());
                }
            }
        }
    }
    Some(refs)
}

async fn accepted(response: Response) -> Result<Response, PushError> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    if status.is_redirection() {
        return Err(PushError::failed(
            "GitHub sends git to another address, where the token does not go",
        ));
    }
    let after = response.headers().get(RETRY_AFTER);
    let after = after.and_then(|after| after.to_str().ok()?.parse().ok());
    let after = after.map(Duration::from_secs);
    Err(explained(status.as_u16(), after, false, false, "").into())
}

/// A body, unless it is too long.
async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, PushError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > limit {
            return Err(PushError::failed("GitHub's answer to git is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn away(error: reqwest::Error) -> PushError {
    let error = error.without_url();
    tracing::info!(error = %leo_common::error_chain::Chain(&error), "git does not reach GitHub");
    PushError::later("GitHub does not answer git")
}

fn no_git() -> PushError {
    PushError::failed("GitHub's answer is none of git: is GITHUB_API_URL right?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[&str]) -> Vec<u8> {
        let mut body = Vec::new();
        pkt::write(&mut body, b"# service=git-receive-pack\n");
        body.extend_from_slice(pkt::FLUSH);
        for line in lines {
            pkt::write(&mut body, line.as_bytes());
        }
        body.extend_from_slice(pkt::FLUSH);
        body
    }

    #[test]
    fn the_refs_of_a_server_are_read() {
        let id = "1".repeat(40);
        let body = list(&[
            &format!("{id} refs/heads/main\0report-status agent=git/2\n"),
            &format!("{id} refs/tags/v1\n"),
        ]);
        let found = refs(&body).unwrap();
        assert_eq!(found["refs/heads/main"], id);
        assert_eq!(found.len(), 2);
        let empty = list(&[&format!("{NOTHING} capabilities^{{}}\0report-status\n")]);
        assert_eq!(refs(&empty), Some(HashMap::new()));
    }

    #[test]
    fn other_answers_are_not_taken_for_refs() {
        let whole = list(&["1 refs/heads/main\0x\n"]);
        assert!(refs(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(refs(&whole[..length]), None, "cut at {length}");
        }
        assert_eq!(refs(b"<html>sign in</html>"), None);
    }

    #[test]
    fn a_command_says_what_was_there() {
        let (old, new) = ("1".repeat(40), "2".repeat(40));
        let command = Command {
            name: "refs/heads/main",
            old: Some(&old),
            new: &new,
        };
        let head = String::from_utf8(head(&command)).unwrap();
        let wanted = format!("{old} {new} refs/heads/main\0report-status");
        assert!(head[4..].starts_with(&wanted) && head.ends_with("0000"));
        assert!(!head.contains("force"));
    }
}
