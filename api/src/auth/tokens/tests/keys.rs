//! Which keys of a set are used, and for what.

use jsonwebtoken::Algorithm::{ES256, EdDSA, HS256, RS256};
use serde_json::{Value, json};

use crate::auth::tokens::keys::{Keys, NoKey};

/// A point of P-256, from RFC 7517.
const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

fn keys(set: &Value) -> Keys {
    Keys::read(set.to_string().as_bytes()).unwrap()
}

fn p256(more: &Value) -> Value {
    let mut key = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "a"});
    key.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    key
}

#[test]
fn a_key_is_for_the_algorithm_of_its_type() {
    let keys = keys(&json!({"keys": [p256(&json!({"alg": "ES256", "use": "sig"}))]}));
    assert!(keys.find(Some("a"), ES256).is_ok());
    assert!(keys.find(None, ES256).is_ok());
    for other in [RS256, EdDSA, HS256] {
        assert_eq!(keys.find(Some("a"), other).err(), Some(NoKey::Unknown));
    }
    assert_eq!(keys.find(Some("b"), ES256).err(), Some(NoKey::Unknown));
}

#[test]
fn keys_for_something_else_are_not_used() {
    for key in [
        p256(&json!({"use": "enc"})),
        p256(&json!({"key_ops": ["sign"]})),
        p256(&json!({"alg": "ES384"})),
        p256(&json!({"alg": "HS256"})),
        p256(&json!({"crv": "P-384"})),
        p256(&json!({"x": "AAAA"})),
        p256(&json!({"kid": 7})),
        json!({"kty": "oct", "k": X, "kid": "a", "alg": "HS256"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "a"}),
        json!({"kty": "OKP", "crv": "X25519", "x": X, "kid": "a"}),
        json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "a"}),
        json!("a"),
        json!({}),
    ] {
        let keys = keys(&json!({"keys": [key]}));
        assert_eq!(keys.len(), 0, "{key}");
    }
}

#[test]
fn several_keys_need_a_name() {
    let other = p256(&json!({"kid": "b"}));
    let keys = keys(&json!({"keys": [p256(&json!({})), other]}));
    assert_eq!(keys.find(None, ES256).err(), Some(NoKey::Ambiguous));
    assert!(keys.find(Some("b"), ES256).is_ok());
}

#[test]
fn there_is_an_end_to_keys() {
    let many: Vec<_> = (0..1000)
        .map(|kid| p256(&json!({"kid": kid.to_string()})))
        .collect();
    assert_eq!(keys(&json!({"keys": many})).len(), 64);
    for nonsense in ["", "[]", "{}", "{\"keys\": {}}", "<html>"] {
        assert!(Keys::read(nonsense.as_bytes()).is_err(), "{nonsense}");
    }
}
