//! One way to GitHub and back, to sign in or to connect an account.
//!
//! The browser holds a random number, the time, where to go afterwards, and who connects an account, if
//! anybody does. State and PKCE verifier are
//! made of it with a key that only Leo has, so nothing is kept here, and whoever sees the cookie
//! cannot make the verifier. The state that comes back proves that this browser has begun this round.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use leo_protocol::UserId;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;

/// How long somebody may stay at GitHub.
pub(super) const LASTS: Duration = Duration::from_secs(600);
/// The same, for arithmetic of times.
const AGE: TimeDelta = TimeDelta::seconds(600);
/// What is signed first, so that no other signature made with the same key is a state.
const STATE: &str = "leo github state v1";
/// What is signed first, so that no other signature made with the same key is a verifier.
const VERIFIER: &str = "leo github verifier v1";
/// The random number, in bytes.
const NONCE: usize = 16;
/// The length of an HMAC-SHA256 key, in bytes.
const BLOCK: usize = 64;
/// The longest path to go to afterwards, in bytes.
const MAX_PATH: usize = 1024;

/// Makes rounds.
pub(super) struct Rounds(Hmac<Sha256>);

impl std::fmt::Debug for Rounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rounds")
    }
}

/// What a browser goes to GitHub for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be told who its person is.
    SignIn,
    /// To get a token, with which this user's results are pushed.
    Connect(UserId),
}

/// One of them.
pub(super) struct Round {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// What the browser holds.
    pub(super) cookie: String,
    /// What GitHub hands back.
    pub(super) state: String,
    /// What proves to GitHub that whoever has the code has begun the round.
    pub(super) verifier: SecretString,
    /// Where the browser goes afterwards.
    pub(super) return_to: String,
}

impl Round {
    /// What GitHub is told of the verifier.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose_secret()))
    }
}

impl Rounds {
    pub(super) fn new(key: &SecretString) -> Self {
        // The signing key has exactly the length that HMAC works with, so nothing here can fail.
        let mut block = [0; BLOCK];
        block[..32].copy_from_slice(&Sha256::digest(key.expose_secret()));
        Self(Hmac::new(&block.into()))
    }

    /// A round for this that leads to `return_to` in the end.
    pub(super) fn begin(&self, purpose: Purpose, return_to: String) -> Round {
        self.begin_at(purpose, return_to, Utc::now())
    }

    fn begin_at(&self, purpose: Purpose, return_to: String, now: DateTime<Utc>) -> Round {
        let nonce = URL_SAFE_NO_PAD.encode(rand::random::<[u8; NONCE]>());
        let path = URL_SAFE_NO_PAD.encode(&return_to);
        let mut cookie = format!("{nonce}.{}.{path}", now.timestamp());
        if let Purpose::Connect(user) = purpose {
            cookie.push('.');
            cookie.push_str(&user.to_string());
        }
        self.round(cookie, purpose, return_to)
    }

    /// The round of a cookie, if it began with this state and not too long ago.
    pub(super) fn resume(&self, cookie: &str, state: &str) -> Option<Round> {
        self.resume_at(cookie, state, Utc::now())
    }

    fn resume_at(&self, cookie: &str, state: &str, now: DateTime<Utc>) -> Option<Round> {
        let signature = URL_SAFE_NO_PAD.decode(state).ok()?;
        self.signed(STATE, cookie).verify_slice(&signature).ok()?;
        let mut parts = cookie.split('.').skip(1);
        let began = DateTime::from_timestamp(parts.next()?.parse().ok()?, 0)?;
        let path = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let return_to = String::from_utf8(path).ok()?;
        let purpose = match parts.next() {
            Some(user) => Purpose::Connect(user.parse().ok()?),
            None => Purpose::SignIn,
        };
        (now - began < AGE).then(|| self.round(cookie.to_owned(), purpose, return_to))
    }

    fn round(&self, cookie: String, purpose: Purpose, return_to: String) -> Round {
        let text = |purpose| {
            let signature = self.signed(purpose, &cookie).finalize().into_bytes();
            URL_SAFE_NO_PAD.encode(signature)
        };
        Round {
            state: text(STATE),
            verifier: text(VERIFIER).into(),
            purpose,
            cookie,
            return_to,
        }
    }

    fn signed(&self, purpose: &str, cookie: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(cookie.as_bytes());
        mac
    }
}

/// A path of this site, with its query; `None` for what leads elsewhere. Browsers take `\` for `/` and
/// leave out tabs and line breaks, so nothing of that kind is accepted.
pub(super) fn path(given: &str) -> Option<String> {
    let printable = given
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let inside = given.starts_with('/') && !given.starts_with("//");
    if !printable || !inside || given.len() > MAX_PATH {
        return None;
    }
    let here = Url::parse("http://leo.invalid").ok()?;
    let there = here.join(given).ok()?;
    (there.origin() == here.origin()).then(|| given.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(key: &str) -> Rounds {
        Rounds::new(&SecretString::from(key))
    }

    #[test]
    fn a_round_is_resumed_as_it_began() {
        let rounds = rounds("key");
        let begun = rounds.begin(Purpose::SignIn, "/sessions?x=1".to_owned());
        let resumed = rounds.resume(&begun.cookie, &begun.state).unwrap();
        assert_eq!(resumed.return_to, "/sessions?x=1");
        assert_eq!(resumed.purpose, Purpose::SignIn);
        let (one, other) = (&begun.verifier, &resumed.verifier);
        assert_eq!(one.expose_secret(), other.expose_secret());
        assert_eq!(begun.challenge(), resumed.challenge());
        // As RFC 7636 wants it: 43 to 128 letters, and nothing of it in the cookie.
        assert_eq!(one.expose_secret().len(), 43);
        assert!(!begun.cookie.contains(one.expose_secret()));
        assert_ne!(begun.state, one.expose_secret());
    }

    #[test]
    fn a_round_is_for_one_thing_and_one_user() {
        let rounds = rounds("key");
        let user = UserId::generate();
        let connect = rounds.begin(Purpose::Connect(user), "/".into());
        let resumed = rounds.resume(&connect.cookie, &connect.state).unwrap();
        assert_eq!(resumed.purpose, Purpose::Connect(user));
        let bare = connect.cookie.rsplit_once('.').unwrap().0;
        assert!(rounds.resume(bare, &connect.state).is_none());
        let sign_in = rounds.begin(Purpose::SignIn, "/".into());
        let forged = format!("{}.{user}", sign_in.cookie);
        assert!(rounds.resume(&forged, &sign_in.state).is_none());
    }

    #[test]
    fn no_other_state_fits() {
        let rounds = rounds("key");
        let begin = || rounds.begin(Purpose::SignIn, "/".into());
        let (one, other) = (begin(), begin());
        assert!(rounds.resume(&one.cookie, &other.state).is_none());
        assert!(rounds.resume(&one.cookie, "").is_none());
        assert!(rounds.resume("", &one.state).is_none());
        let elsewhere = format!("{}x", one.cookie);
        assert!(rounds.resume(&elsewhere, &one.state).is_none());
        let foreign = self::rounds("another key").resume(&one.cookie, &one.state);
        assert!(foreign.is_none());
        assert!(
            rounds
                .resume(&one.cookie, one.verifier.expose_secret())
                .is_none()
        );
    }

    #[test]
    fn a_round_ends_by_itself() {
        let rounds = rounds("key");
        let now = Utc::now();
        let round = rounds.begin_at(Purpose::SignIn, "/".to_owned(), now);
        let at = |seconds| now + TimeDelta::seconds(seconds);
        let resume = |seconds| rounds.resume_at(&round.cookie, &round.state, at(seconds));
        assert!(resume(590).is_some());
        assert!(resume(610).is_none());
    }

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for fine in ["/", "/a/b?c=d#e", "/a//b", "/@x", "/x:y"] {
            assert_eq!(path(fine).as_deref(), Some(fine));
        }
        let long = format!("/{}", "a".repeat(MAX_PATH));
        for wrong in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/ä",
            "/a b",
            &long,
        ] {
            assert_eq!(path(wrong), None, "{wrong:?}");
        }
    }
}
