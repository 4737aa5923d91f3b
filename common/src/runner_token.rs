//! The token with which a container opens its own socket.
//!
//! It is a signature over job, attempt and deadline, and no random number: whoever starts the same
//! attempt again, even another worker, hands out the same token. Its text is
//! `v1.<attempt>.<deadline in unix seconds>.<signature>` and stands in a URL as it is. It opens that
//! attempt and nothing else; whether the attempt is still the present one, the store says.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use leo_protocol::JobId;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// What is signed first, so that no other signature made with the same key is a token.
const PURPOSE: &str = "leo runner v1";
/// The form of the text.
const VERSION: &str = "v1";
/// How long after the job's deadline the token still opens: the last words of a generator that is
/// being stopped, and clocks that differ.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// The length of an HMAC-SHA256 key, in bytes.
const BLOCK: usize = 64;

/// Signs and checks tokens. Cheap to clone.
#[derive(Clone)]
pub struct RunnerTokens {
    key: Hmac<Sha256>,
    /// Keys of earlier times.
    previous: Arc<[Hmac<Sha256>]>,
}

impl std::fmt::Debug for RunnerTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunnerTokens")
    }
}

/// Why a token opens nothing. The texts are for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRunnerToken {
    /// It was not signed for this job with this key.
    #[error("The token does not open this job.")]
    Invalid,
    /// Its time is over.
    #[error("The token has expired.")]
    Expired,
}

impl RunnerTokens {
    /// Uses `LEO_SECRET_KEY`.
    #[must_use]
    pub fn new(key: &SecretString) -> Self {
        Self {
            key: keyed(key),
            previous: Arc::default(),
        }
    }

    /// Accepts what keys of earlier times have signed, too: containers outlive a change of the key.
    #[must_use]
    pub fn accepting<'a>(self, previous: impl IntoIterator<Item = &'a SecretString>) -> Self {
        Self {
            previous: previous.into_iter().map(keyed).collect(),
            ..self
        }
    }

    /// The token of an attempt.
    #[must_use]
    pub fn issue(&self, job: JobId, attempt: u32, deadline: DateTime<Utc>) -> SecretString {
        token(&self.key, job, attempt, deadline)
    }

    /// Every token that opens the attempt: which of them its container was given depends on the
    /// key of that time.
    pub fn all(
        &self,
        job: JobId,
        attempt: u32,
        deadline: DateTime<Utc>,
    ) -> impl Iterator<Item = SecretString> {
        self.keys()
            .map(move |key| token(key, job, attempt, deadline))
    }

    /// The attempt that a token opens.
    ///
    /// # Errors
    /// When it opens nothing of this job at this time.
    pub fn check(
        &self,
        job: JobId,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<u32, BadRunnerToken> {
        let (attempt, deadline, signature) = parts(token).ok_or(BadRunnerToken::Invalid)?;
        let fits = |key| signed(key, job, attempt, deadline).verify_slice(&signature);
        if !self.keys().any(|key| fits(key).is_ok()) {
            return Err(BadRunnerToken::Invalid);
        }
        let end = DateTime::from_timestamp(deadline, 0).ok_or(BadRunnerToken::Invalid)?;
        if now > end + LEEWAY {
            return Err(BadRunnerToken::Expired);
        }
        Ok(attempt)
    }

    fn keys(&self) -> impl Iterator<Item = &Hmac<Sha256>> {
        std::iter::once(&self.key).chain(self.previous.iter())
    }
}

/// An HMAC under `LEO_SECRET_KEY`.
pub(crate) fn keyed(key: &SecretString) -> Hmac<Sha256> {
    // The key has exactly the length that HMAC works with, so nothing here can fail.
    let mut block = [0; BLOCK];
    block[..32].copy_from_slice(&Sha256::digest(key.expose_secret()));
    Hmac::new(&block.into())
}

fn token(key: &Hmac<Sha256>, job: JobId, attempt: u32, deadline: DateTime<Utc>) -> SecretString {
    let deadline = deadline.timestamp();
    let signature = signed(key, job, attempt, deadline).finalize().into_bytes();
    let signature = URL_SAFE_NO_PAD.encode(signature);
    format!("{VERSION}.{attempt}.{deadline}.{signature}").into()
}

fn signed(key: &Hmac<Sha256>, job: JobId, attempt: u32, deadline: i64) -> Hmac<Sha256> {
    let text = format!("{PURPOSE}\n{job}\n{attempt}\n{deadline}");
    key.clone().chain_update(text)
}

fn parts(token: &str) -> Option<(u32, i64, Vec<u8>)> {
    let mut words = token.split('.');
    let version = words.next()?;
    let (attempt, deadline, signature) = (words.next()?, words.next()?, words.next()?);
    if version != VERSION || words.next().is_some() {
        return None;
    }
    Some((
        attempt.parse().ok()?,
        deadline.parse().ok()?,
        URL_SAFE_NO_PAD.decode(signature).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(key: &str) -> RunnerTokens {
        RunnerTokens::new(&SecretString::from(key))
    }

    #[test]
    fn a_token_opens_its_attempt_and_nothing_else() {
        let (ours, job, now) = (tokens("ours"), JobId::generate(), Utc::now());
        let token = ours.issue(job, 3, now);
        let token = token.expose_secret();
        assert_eq!(ours.check(job, token, now), Ok(3));
        assert_eq!(
            ours.issue(job, 3, now).expose_secret(),
            token,
            "on every retry"
        );
        assert!(
            token
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        );
        let other = token.replacen(".3.", ".4.", 1);
        let later = token.replacen(&now.timestamp().to_string(), "99999999999", 1);
        for wrong in [other.as_str(), &later, "", "v1", "v1.3.0.", &token[1..]] {
            assert_eq!(
                ours.check(job, wrong, now),
                Err(BadRunnerToken::Invalid),
                "{wrong}"
            );
        }
        assert!(ours.check(JobId::generate(), token, now).is_err());
        assert!(tokens("theirs").check(job, token, now).is_err());
    }

    #[test]
    fn tokens_outlive_a_change_of_the_key() {
        let (old, job, now) = (tokens("old"), JobId::generate(), Utc::now());
        let given = old.issue(job, 1, now);
        let rotated = tokens("new").accepting([&SecretString::from("old")]);
        assert_eq!(rotated.check(job, given.expose_secret(), now), Ok(1));
        let all: Vec<_> = rotated.all(job, 1, now).collect();
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .any(|one| one.expose_secret() == given.expose_secret())
        );
        let issued = rotated.issue(job, 1, now);
        assert!(old.check(job, issued.expose_secret(), now).is_err());
    }

    #[test]
    fn it_ends_some_time_after_the_job() {
        let (tokens, job, now) = (tokens("k"), JobId::generate(), Utc::now());
        let token = tokens.issue(job, 1, now);
        let check = |at| tokens.check(job, token.expose_secret(), at);
        assert_eq!(check(now + TimeDelta::minutes(4)), Ok(1));
        assert_eq!(
            check(now + TimeDelta::minutes(6)),
            Err(BadRunnerToken::Expired)
        );
    }
}
