//! Addresses at which an app can be downloaded without a credential, for some time.
//!
//! Where results are kept in a bucket, it is the bucket's own: the zip is put there once and the
//! request for it is signed. Where they are kept in a folder, it is an address of the api, with a
//! token that names the artifact and its end and is signed with `LEO_SECRET_KEY`; the api still
//! asks whether session and account are there. Whoever has the address may use it, so it belongs
//! into no log; the token stands in the query, which Leo's own never has.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use leo_protocol::ArtifactId;
use secrecy::SecretString;
use sha2::Sha256;
use url::Url;
use uuid::Uuid;

use crate::artifacts::{ArtifactError, ArtifactStore};
use crate::runner_token::keyed;
use crate::store::artifacts::ArtifactRecord;

/// The longest that a link is good; S3 signs for no longer.
pub const MAX_VALID: Duration = Duration::from_secs(7 * 24 * 3600);
/// What is signed first, so that no other signature made with the same key is a token.
const PURPOSE: &str = "leo link v1";
/// The form of a token: `v1.<artifact>.<end in unix seconds>.<signature>`.
const VERSION: &str = "v1";

/// An address that works without a credential.
#[derive(Clone)]
pub struct Link {
    /// The zip.
    pub url: Url,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link(until {})", self.expires_at)
    }
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nothing to sign with.
    #[error("sign the link: LEO_SECRET_KEY is not set")]
    NoKey,
    /// The zip could not be kept, or the request for it not signed.
    #[error("keep the zip")]
    Store(#[from] ArtifactError),
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// It was not signed with this key.
    #[error("the link is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
}

/// Makes links, and says what the tokens in them open. Cheap to clone.
#[derive(Clone)]
pub struct Links {
    key: Option<Hmac<Sha256>>,
    /// Keys of earlier times, whose links are still good.
    previous: Arc<[Hmac<Sha256>]>,
    /// The api, as people reach it.
    base: Url,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Links({})", self.base)
    }
}

impl Links {
    /// Signs with `LEO_SECRET_KEY` and accepts the `previous` ones too. `base` is where people
    /// reach the api (`LEO_PUBLIC_URL`, or where it listens). Without a key only buckets have links.
    #[must_use]
    pub fn new<'a>(
        key: Option<&SecretString>,
        previous: impl IntoIterator<Item = &'a SecretString>,
        base: Url,
    ) -> Self {
        Self {
            key: key.map(keyed),
            previous: previous.into_iter().map(keyed).collect(),
            base,
        }
    }

    /// A link to the zip of an artifact, called `name` (as [`crate::artifacts::zip_name`] gives
    /// it), good for `valid` but at most [`MAX_VALID`]. Asked for again, the zip is not made again.
    ///
    /// # Errors
    /// When there is no key to sign with, or the store fails; asking again is safe.
    pub async fn link(
        &self,
        store: &ArtifactStore,
        artifact: &ArtifactRecord,
        name: &str,
        valid: Duration,
    ) -> Result<Link, LinkError> {
        let valid = valid.min(MAX_VALID);
        let expires_at = ends(valid);
        if store.is_bucket() {
            let zip = store.keep_zip(&artifact.location, &artifact.manifest);
            if let Some(url) = store.sign_download(&zip.await?, name, valid).await? {
                return Ok(Link { url, expires_at });
            }
        }
        let key = self.key.as_ref().ok_or(LinkError::NoKey)?;
        let url = self.address(&token(key, artifact.id, expires_at.timestamp()), name);
        Ok(Link { url, expires_at })
    }

    /// What a token opens at this time; whether that is still there, the store says.
    ///
    /// # Errors
    /// When it opens nothing.
    pub fn open(&self, token: &str, now: DateTime<Utc>) -> Result<ArtifactId, BadLink> {
        let (artifact, end, signature) = parts(token).ok_or(BadLink::Invalid)?;
        let mut keys = self.key.iter().chain(self.previous.iter());
        // The comparison takes the same time wherever the signatures differ.
        if !keys.any(|key| signed(key, artifact, end).verify_slice(&signature).is_ok()) {
            return Err(BadLink::Invalid);
        }
        match DateTime::from_timestamp(end, 0) {
            Some(end) if now < end => Ok(artifact),
            _ => Err(BadLink::Expired),
        }
    }

    fn address(&self, token: &str, name: &str) -> Url {
        let mut url = self.base.clone();
        // Only addresses like `mailto:` have no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "links", name]);
        }
        url.query_pairs_mut().append_pair("token", token);
        url
    }
}

/// The end of what begins now, in whole seconds.
fn ends(valid: Duration) -> DateTime<Utc> {
    let valid = TimeDelta::from_std(valid).unwrap_or_default();
    (Utc::now() + valid).trunc_subsecs(0)
}

fn token(key: &Hmac<Sha256>, artifact: ArtifactId, end: i64) -> String {
    let signature = signed(key, artifact, end).finalize().into_bytes();
    let signature = URL_SAFE_NO_PAD.encode(signature);
    let artifact = artifact.uuid().simple();
    format!("{VERSION}.{artifact}.{end}.{signature}")
}

fn signed(key: &Hmac<Sha256>, artifact: ArtifactId, end: i64) -> Hmac<Sha256> {
    let text = format!("{PURPOSE}\n{artifact}\n{end}");
    key.clone().chain_update(text)
}

fn parts(token: &str) -> Option<(ArtifactId, i64, Vec<u8>)> {
    let mut words = token.split('.');
    let version = words.next()?;
    let (artifact, end, signature) = (words.next()?, words.next()?, words.next()?);
    if version != VERSION || words.next().is_some() {
        return None;
    }
    Some((
        Uuid::try_parse(artifact).ok()?.into(),
        end.parse().ok()?,
        URL_SAFE_NO_PAD.decode(signature).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifacts::Manifest;
    use crate::config::Aws;

    fn links(key: &str, previous: &[SecretString]) -> Links {
        let base = Url::parse("https://leo.example/below/").unwrap();
        Links::new(Some(&SecretString::from(key)), previous, base)
    }

    fn record() -> ArtifactRecord {
        ArtifactRecord {
            id: ArtifactId::generate(),
            job: leo_protocol::JobId::generate(),
            attempt: 1,
            location: "a/b.pack".into(),
            manifest: Manifest::default(),
            partial: false,
        }
    }

    async fn made(links: &Links, artifact: &ArtifactRecord) -> (String, DateTime<Utc>) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", folder.path().display());
        let store = ArtifactStore::open(&url, &Aws::default()).unwrap();
        let hour = Duration::from_secs(3600);
        let link = links.link(&store, artifact, "x.zip", hour).await.unwrap();
        let shown = format!("{link:?} {links:?}");
        assert_eq!(link.url.path(), "/below/api/links/x.zip");
        let token = link.url.query().unwrap().strip_prefix("token=").unwrap();
        let token = token.to_owned();
        assert!(!shown.contains(&token));
        (token, link.expires_at)
    }

    #[tokio::test]
    async fn a_link_opens_its_artifact_until_its_end() {
        let (links, artifact) = (links("ours", &[]), record());
        let (token, end) = made(&links, &artifact).await;
        assert_eq!(links.open(&token, Utc::now()), Ok(artifact.id));
        let second = TimeDelta::seconds(1);
        assert_eq!(links.open(&token, end - second), Ok(artifact.id));
        assert_eq!(links.open(&token, end), Err(BadLink::Expired));
    }

    #[tokio::test]
    async fn nothing_of_a_link_can_be_changed() {
        let (ours, artifact) = (links("ours", &[]), record());
        let (token, end) = made(&ours, &artifact).await;
        let id = |id: ArtifactId| id.uuid().simple().to_string();
        let later = token.replace(&end.timestamp().to_string(), "99999999999");
        let other = token.replace(&id(artifact.id), &id(ArtifactId::generate()));
        let cut = &token[..token.len() - 1];
        for wrong in [&later, &other, cut, &format!("{token}."), "", "v1", "v1..."] {
            assert_eq!(
                ours.open(wrong, Utc::now()),
                Err(BadLink::Invalid),
                "{wrong}"
            );
        }
        let theirs = links("theirs", &[]);
        assert_eq!(theirs.open(&token, Utc::now()), Err(BadLink::Invalid));
        let rotated = links("new", &[SecretString::from("ours")]);
        assert_eq!(rotated.open(&token, Utc::now()), Ok(artifact.id));
    }
}
