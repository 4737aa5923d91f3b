//! The public keys of a JWK set (RFC 7517), as far as they can sign tokens.
//!
//! A key is used with the one algorithm of its type, and not at all where it says that it is for
//! something else. Symmetric keys are never taken from a set. What is not understood is passed
//! over, since a set may hold keys for other purposes.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::AuthError;

/// Keys of one set that are looked at; real ones have two or three.
const MAX_KEYS: usize = 64;
/// The modulus of an RSA key, in bytes: 2048 to 4096 bits.
const RSA_MODULUS: std::ops::RangeInclusive<usize> = 256..=512;
/// The longest exponent of an RSA key, in bytes; real ones have three.
const RSA_EXPONENT: usize = 8;
/// A coordinate of P-256, and a key of Ed25519, in bytes.
const COORDINATE: usize = 32;

/// A key that can prove tokens.
#[derive(Clone)]
struct Key {
    name: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// The keys of a provider.
#[derive(Clone, Default)]
pub(super) struct Keys(Vec<Key>);

/// Which key a token asks for, and there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// A later set may have it.
    Unknown,
    /// It could be one of several.
    Ambiguous,
}

impl From<NoKey> for AuthError {
    fn from(none: NoKey) -> Self {
        Self::Invalid(match none {
            NoKey::Unknown => "the key that it is signed with is not known here",
            NoKey::Ambiguous => "it does not name its key (`kid`), and it could be one of several",
        })
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Keys {
    /// Reads a set.
    ///
    /// # Errors
    /// When it is not one.
    pub(super) fn read(set: &[u8]) -> Result<Self, serde_json::Error> {
        let set: Set = serde_json::from_slice(set)?;
        let keys = set.keys.into_iter().take(MAX_KEYS);
        let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key).ok()?.into_key());
        Ok(Self(keys.collect()))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The key of that name, or the only one there is for the algorithm where none is named.
    pub(super) fn find(
        &self,
        name: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&DecodingKey, NoKey> {
        let fits = |key: &&Key| {
            key.algorithm == algorithm && (name.is_none() || key.name.as_deref() == name)
        };
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.next().ok_or(NoKey::Unknown)?;
        match fitting.next() {
            Some(_) if name.is_none() => Err(NoKey::Ambiguous),
            Some(_) | None => Ok(&first.key),
        }
    }
}

impl Jwk {
    fn into_key(self) -> Option<Key> {
        let signs = self
            .purpose
            .as_deref()
            .is_none_or(|purpose| purpose == "sig");
        let ops = self.key_ops.as_ref();
        let verifies = ops.is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        let (algorithm, names, key) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => (Algorithm::RS256, &["RS256"][..], self.rsa()?),
            ("EC", Some("P-256")) => (Algorithm::ES256, &["ES256"][..], self.p256()?),
            ("OKP", Some("Ed25519")) => (Algorithm::EdDSA, &["EdDSA", "Ed25519"][..], self.ed()?),
            _ => return None,
        };
        let fits = self.alg.as_deref().is_none_or(|alg| names.contains(&alg));
        (signs && verifies && fits).then_some(Key {
            name: self.kid,
            algorithm,
            key,
        })
    }

    fn rsa(&self) -> Option<DecodingKey> {
        let (modulus, exponent) = (bytes(self.n.as_ref())?, bytes(self.e.as_ref())?);
        let fits = RSA_MODULUS.contains(&modulus.len()) && exponent.len() <= RSA_EXPONENT;
        fits.then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
    }

    fn p256(&self) -> Option<DecodingKey> {
        let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
        let fits = x.len() == COORDINATE && y.len() == COORDINATE;
        // The uncompressed form of SEC 1.
        fits.then(|| DecodingKey::from_ec_der(&[&[4], x.as_slice(), y.as_slice()].concat()))
    }

    fn ed(&self) -> Option<DecodingKey> {
        let x = bytes(self.x.as_ref())?;
        // The library looks at 32 bytes, and trusts that they are there.
        (x.len() == COORDINATE).then(|| DecodingKey::from_ed_der(&x))
    }
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text?).ok()
}
