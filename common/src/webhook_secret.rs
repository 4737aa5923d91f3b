//! What webhooks are signed with, as standard webhooks (standardwebhooks.com) have it.
//!
//! A secret is written `whsec_` and its bytes in base64. The signature is an HMAC with SHA-256 over
//! `id.timestamp.body`, so that neither an id nor a time can be put on another body, and whoever
//! receives one can refuse what is old.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

/// How a secret begins.
const PREFIX: &str = "whsec_";
/// The bytes of a secret made here.
const MADE: usize = 32;
/// The length of an HMAC-SHA256 key, in bytes; shorter ones are filled up with zeros.
const BLOCK: usize = 64;
/// The bytes that a secret may have.
const SIZES: std::ops::RangeInclusive<usize> = 24..=BLOCK;
/// The version of the signatures made here.
const VERSION: &str = "v1";

/// A secret of a webhook. Never shown.
#[derive(Clone)]
pub struct WebhookSecret(SecretSlice<u8>);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// A text is no secret of a webhook. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `whsec_` and 24 to 64 bytes in base64")]
pub struct NoSecret;

impl WebhookSecret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        let bytes: [u8; MADE] = rand::random();
        Self(bytes.to_vec().into())
    }

    /// Reads what [`Self::text`] writes.
    ///
    /// # Errors
    /// When the text is none.
    pub fn read(text: &SecretString) -> Result<Self, NoSecret> {
        let text = text.expose_secret();
        let bytes = text.strip_prefix(PREFIX).ok_or(NoSecret)?;
        let bytes = BASE64_STANDARD.decode(bytes).map_err(|_| NoSecret)?;
        if !SIZES.contains(&bytes.len()) {
            return Err(NoSecret);
        }
        Ok(Self(bytes.into()))
    }

    /// As whoever receives the webhook is told it.
    #[must_use]
    pub fn text(&self) -> SecretString {
        let bytes = BASE64_STANDARD.encode(self.0.expose_secret());
        format!("{PREFIX}{bytes}").into()
    }

    /// One signature, as the header `webhook-signature` has it. `timestamp` is in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mac = self.keyed().chain_update(format!("{id}.{timestamp}."));
        let mac = mac.chain_update(body).finalize();
        format!("{VERSION},{}", BASE64_STANDARD.encode(mac.into_bytes()))
    }

    /// The secret is no longer than a block, so nothing here can fail.
    fn keyed(&self) -> Hmac<Sha256> {
        let mut block = [0; BLOCK];
        for (byte, secret) in block.iter_mut().zip(self.0.expose_secret()) {
            *byte = *secret;
        }
        Hmac::new(&block.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // The example of the specification's own libraries.
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let secret = WebhookSecret::read(&secret).unwrap();
        let signature = secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_reads_back_and_is_never_shown() {
        let secret = WebhookSecret::generate();
        let text = secret.text();
        let again = WebhookSecret::read(&text).unwrap();
        assert_eq!(again.sign("a", 1, b"x"), secret.sign("a", 1, b"x"));
        assert_ne!(secret.sign("a", 2, b"x"), secret.sign("a", 1, b"x"));
        assert_eq!(format!("{secret:?}"), "WebhookSecret");
    }

    #[test]
    fn short_and_foreign_texts_are_no_secrets() {
        for wrong in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_%%%",
        ] {
            let read = WebhookSecret::read(&SecretString::from(wrong));
            assert_eq!(read.err(), Some(NoSecret), "{wrong}");
        }
    }
}
