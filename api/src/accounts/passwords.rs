//! Hashing passwords, with bounded memory and on threads of its own.
//!
//! Argon2id with the second of the settings that OWASP's cheat sheet on password storage calls
//! equally strong. Hashes carry their settings, so that those made with others still open and are
//! then made anew. An address that nobody has costs as much work as one with a password.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params};
use leo_protocol::account::Password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::AccountError;
use crate::error::ApiError;

/// Memory of one hash, in KiB.
const MEMORY: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes; more would need as many threads.
const LANES: u32 = 1;
/// Hashes in the making at once, of a process; together 38 MiB and two processors.
const AT_ONCE: usize = 2;
/// How long somebody waits for his turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// Shorter passwords are not accepted, in characters.
const MIN: usize = 8;
/// Longer ones neither, in characters.
const MAX: usize = 256;

/// Makes and checks hashes. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

/// What was found out about a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the one.
    Right,
    /// It is, and its hash is to be made anew.
    Outdated,
    /// It is not.
    Wrong,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The hash of a password, each time another.
    pub(super) async fn hash(&self, password: Password) -> Result<String, ApiError> {
        let hashed = self.apart(move || hash(&password)).await?;
        hashed.ok_or(ApiError::Internal("a password could not be hashed"))
    }

    /// Whether this is the password of the hash; `None` is the hash of nobody.
    pub(super) async fn judge(
        &self,
        password: Password,
        hash: Option<String>,
    ) -> Result<Verdict, ApiError> {
        let verdict = self.apart(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => verify(&password, &nobodys()).map(|_| Verdict::Wrong),
        });
        verdict
            .await?
            .ok_or(ApiError::Internal("a stored password cannot be read"))
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.place().await?;
        // The place is given back when the work has ended, not when a client hangs up.
        let done = spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await
            .map_err(|_| ApiError::Internal("hashing a password panicked"))
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        match timeout(PATIENCE, self.0.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("somebody could not be signed in: too many passwords to check");
                Err(AccountError::Busy.into())
            }
        }
    }
}

fn argon() -> Option<Argon2<'static>> {
    Params::new(MEMORY, PASSES, LANES, None)
        .ok()
        .map(Argon2::from)
}

fn hash(password: &Password) -> Option<String> {
    let hash = argon()?.hash_password(password.0.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// `None` where the hash is none.
fn verify(password: &Password, hash: &str) -> Option<Verdict> {
    let hash = PasswordHash::new(hash).ok()?;
    let right = argon()?.verify_password(password.0.as_bytes(), &hash);
    let settings = Params::try_from(&hash).ok()?;
    let settings = (settings.m_cost(), settings.t_cost(), settings.p_cost());
    Some(match right {
        Err(_) => Verdict::Wrong,
        Ok(()) if settings == (MEMORY, PASSES, LANES) => Verdict::Right,
        Ok(()) => Verdict::Outdated,
    })
}

/// The hash of nobody's password. Its text is not the hash of anything.
fn nobodys() -> String {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${hash}")
}

/// A password that an account may get.
///
/// # Errors
/// When it is too short, too long, or the account's address; names the field.
pub(super) fn fit(field: &str, password: &Password, email: &str) -> Result<(), ApiError> {
    bounded(field, password)?;
    if password.0.trim().to_lowercase() == email {
        return Err(ApiError::invalid(field, "must not be the address"));
    }
    Ok(())
}

/// A password that an account may have.
///
/// # Errors
/// When it is too short or too long; names the field.
pub(super) fn bounded(field: &str, password: &Password) -> Result<(), ApiError> {
    if (MIN..=MAX).contains(&password.0.chars().count()) {
        return Ok(());
    }
    let message = format!("must have from {MIN} to {MAX} characters");
    Err(ApiError::invalid(field, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash() {
        let passwords = Passwords::new();
        let hash = passwords.hash(password("correct horse")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(
            hash,
            passwords.hash(password("correct horse")).await.unwrap()
        );
        for (text, verdict) in [
            ("correct horse", Verdict::Right),
            ("correct horse ", Verdict::Wrong),
            ("", Verdict::Wrong),
        ] {
            let judged = passwords.judge(password(text), Some(hash.clone())).await;
            assert_eq!(judged.unwrap(), verdict, "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_other_settings_opens_and_is_outdated() {
        let weak = Argon2::from(Params::new(MEMORY / 2, 1, 1, None).unwrap());
        let hash = weak.hash_password(b"correct horse").unwrap().to_string();
        let passwords = Passwords::new();
        let judged = passwords.judge(password("correct horse"), Some(hash));
        assert_eq!(judged.await.unwrap(), Verdict::Outdated);
    }

    #[tokio::test]
    async fn nobody_is_judged_like_somebody() {
        let hash = PasswordHash::new(&nobodys()).unwrap();
        assert_eq!(hash.hash.map(|hash| hash.len()), Some(32));
        let passwords = Passwords::new();
        let judged = passwords.judge(password("correct horse"), None);
        assert_eq!(judged.await.unwrap(), Verdict::Wrong);
        let broken = passwords.judge(password("x"), Some("no hash".to_owned()));
        assert!(matches!(broken.await, Err(ApiError::Internal(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_cannot_be_served_in_time_is_told_so() {
        let passwords = Passwords::new();
        let _all = passwords.0.clone().acquire_many_owned(2).await.unwrap();
        let refused = passwords.hash(password("correct horse")).await.unwrap_err();
        assert_eq!(refused.code(), "busy");
    }

    #[test]
    fn passwords_have_bounds() {
        let email = "ada@example.org";
        assert!(fit("p", &password("12345678"), email).is_ok());
        assert!(fit("p", &password(&"ä".repeat(256)), email).is_ok());
        for wrong in ["1234567", &"ä".repeat(257), "Ada@Example.org"] {
            assert!(fit("p", &password(wrong), email).is_err(), "{wrong}");
        }
        assert!(!format!("{:?}", password("12345678")).contains("123"));
    }
}
