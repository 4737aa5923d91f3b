//! Secrets of users, at rest: encrypted with a key from `LEO_SECRET_KEY`.
//!
//! XChaCha20-Poly1305, whose nonces are long enough to be drawn at random. A sealed secret opens
//! for the user and the purpose that it was sealed for and for nothing else, so that nobody who can
//! write to the database makes one user's secret another's. It begins with the version of its form
//! and the id of its key, by which a rotation knows what to do.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::Mac as _;
use leo_protocol::UserId;
use secrecy::{ExposeSecret as _, SecretString};

/// The form of a sealed secret: version, key id, nonce, ciphertext with its tag.
const VERSION: u8 = 1;
/// What the encryption's key is derived with, so that it is none of the other keys.
const KEY_LABEL: &[u8] = b"leo vault key v1";
/// What the key's id is derived with.
const ID_LABEL: &[u8] = b"leo vault key id v1";
/// The length of a key's id, in bytes.
const ID: usize = 8;
/// The length of a nonce, in bytes.
const NONCE: usize = 24;
/// Where the ciphertext begins.
const HEAD: usize = 1 + ID + NONCE;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The key of a user's model provider.
    ProviderKey,
    /// The token of a user's account at GitHub.
    GitHubToken,
    /// What a user's webhook is signed with.
    WebhookSecret,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ProviderKey => "provider key",
            Self::GitHubToken => "github token",
            Self::WebhookSecret => "webhook secret",
        }
    }
}

/// Why a secret could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Sealed with a key that is not known here.
    #[error("the secret was encrypted with another LEO_SECRET_KEY")]
    UnknownKey,
    /// Not what was sealed, or not for whom.
    #[error("the stored secret is damaged")]
    Damaged,
    /// More than a cipher takes.
    #[error("the secret could not be encrypted")]
    NotSealed,
}

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Vec<Sealer>>);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.0.len())
    }
}

/// One key.
struct Sealer {
    id: [u8; ID],
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// Seals with `present` (`LEO_SECRET_KEY`) and opens with the `previous` ones too.
    #[must_use]
    pub fn new<'a>(
        present: &SecretString,
        previous: impl IntoIterator<Item = &'a SecretString>,
    ) -> Self {
        let previous = previous.into_iter().map(Sealer::new);
        Self(Arc::new(
            std::iter::once(Sealer::new(present))
                .chain(previous)
                .collect(),
        ))
    }

    /// Encrypts a user's secret.
    ///
    /// # Errors
    /// When the secret is too large, which is beyond any real one.
    pub fn seal(
        &self,
        user: UserId,
        purpose: Purpose,
        secret: &SecretString,
    ) -> Result<Vec<u8>, VaultError> {
        let sealer = self.0.first().ok_or(VaultError::NotSealed)?;
        let nonce: [u8; NONCE] = rand::random();
        let aad = bound_to(&sealer.id, user, purpose);
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: &aad,
        };
        let sealed = sealer.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| VaultError::NotSealed)?;
        Ok([&[VERSION], sealer.id.as_slice(), &nonce, &sealed].concat())
    }

    /// Decrypts a user's secret.
    ///
    /// # Errors
    /// When no key fits, or it was not sealed for this.
    pub fn open(
        &self,
        user: UserId,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<SecretString, VaultError> {
        let (head, text) = sealed.split_at_checked(HEAD).ok_or(VaultError::Damaged)?;
        let (id, nonce) = head[1..].split_at(ID);
        if head[0] != VERSION {
            return Err(VaultError::Damaged);
        }
        let sealer = self.0.iter().find(|sealer| sealer.id == id);
        let sealer = sealer.ok_or(VaultError::UnknownKey)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::Damaged)?;
        let aad = bound_to(&sealer.id, user, purpose);
        let payload = Payload {
            msg: text,
            aad: &aad,
        };
        let opened = sealer.cipher.decrypt(&XNonce::from(nonce), payload);
        let opened = opened.map_err(|_| VaultError::Damaged)?;
        let opened = String::from_utf8(opened).map_err(|_| VaultError::Damaged)?;
        Ok(opened.into())
    }

    /// Whether it was sealed with the present key.
    #[must_use]
    pub fn is_present(&self, sealed: &[u8]) -> bool {
        let present = self.0.first().map(|sealer| sealer.id.as_slice());
        present.is_some() && sealed.get(1..=ID) == present
    }
}

impl Sealer {
    fn new(key: &SecretString) -> Self {
        let derived = derive(key, KEY_LABEL);
        let mut id = [0; ID];
        id.copy_from_slice(&derive(key, ID_LABEL)[..ID]);
        Self {
            id,
            cipher: XChaCha20Poly1305::new(&Key::from(derived)),
        }
    }
}

fn derive(key: &SecretString, label: &[u8]) -> [u8; 32] {
    crate::runner_token::keyed(key)
        .chain_update(label)
        .finalize()
        .into_bytes()
        .into()
}

/// What is authenticated beside the secret.
fn bound_to(id: &[u8; ID], user: UserId, purpose: Purpose) -> Vec<u8> {
    let user = user.uuid();
    [
        &[VERSION],
        id.as_slice(),
        user.as_bytes(),
        purpose.as_str().as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOR: Purpose = Purpose::ProviderKey;

    fn key(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn opened(vault: &Vault, user: UserId, sealed: &[u8]) -> Result<String, VaultError> {
        let opened = vault.open(user, FOR, sealed);
        opened.map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn what_is_sealed_opens_for_its_user_alone() {
        let (vault, user) = (Vault::new(&key("a"), []), UserId::generate());
        let sealed = vault.seal(user, FOR, &key("sk-geheim")).unwrap();
        assert_eq!(opened(&vault, user, &sealed).as_deref(), Ok("sk-geheim"));
        let other = opened(&vault, UserId::generate(), &sealed);
        assert_eq!(other, Err(VaultError::Damaged));
        let again = vault.seal(user, FOR, &key("sk-geheim")).unwrap();
        assert_ne!(sealed, again, "whoever compares learns nothing");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"geheim"));
    }

    #[test]
    fn every_byte_counts() {
        let (vault, user) = (Vault::new(&key("a"), []), UserId::generate());
        let sealed = vault.seal(user, FOR, &key("x")).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(opened(&vault, user, &changed).is_err(), "byte {at}");
            assert!(opened(&vault, user, &sealed[..at]).is_err(), "up to {at}");
        }
    }

    #[test]
    fn previous_keys_open_and_the_present_one_seals() {
        let (old, user) = (Vault::new(&key("old"), []), UserId::generate());
        let sealed = old.seal(user, FOR, &key("x")).unwrap();
        let rotated = Vault::new(&key("new"), [&key("older"), &key("old")]);
        assert_eq!(opened(&rotated, user, &sealed).as_deref(), Ok("x"));
        assert!(old.is_present(&sealed) && !rotated.is_present(&sealed));
        let sealed = rotated.seal(user, FOR, &key("x")).unwrap();
        assert!(rotated.is_present(&sealed));
        assert_eq!(opened(&old, user, &sealed), Err(VaultError::UnknownKey));
    }
}
