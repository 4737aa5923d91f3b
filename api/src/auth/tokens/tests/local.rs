//! What is accepted as a local token, and above all what is not.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::auth::AuthError;
use crate::auth::tokens::{LOCAL_ISSUER as ISSUER, LocalTokens, Tokens};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const ALGORITHM: Algorithm = Algorithm::HS256;

const HOUR: Duration = Duration::from_secs(3600);

fn tokens(key: &str) -> LocalTokens {
    LocalTokens::new(&SecretString::from(key))
}

fn ours() -> LocalTokens {
    tokens(KEY)
}

fn all() -> Tokens {
    Tokens::new(ours(), None)
}

fn signing() -> EncodingKey {
    EncodingKey::from_secret(KEY.as_bytes())
}

/// A token with any claims, under our key.
fn signed(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::new(ALGORITHM), claims, &signing()).unwrap()
}

async fn refused(token: &str) -> AuthError {
    all().verify(token).await.unwrap_err()
}

fn in_seconds(seconds: i64) -> i64 {
    Utc::now().timestamp() + seconds
}

#[tokio::test]
async fn what_is_signed_is_accepted() {
    let token = ours().sign("ada", Some("ada@x.org"), true, HOUR).unwrap();
    let identity = all().verify(&token).await.unwrap();
    assert_eq!(
        (
            identity.subject.as_str(),
            identity.email.as_deref(),
            identity.operator
        ),
        ("ada", Some("ada@x.org"), true)
    );
    assert!(identity.expires_at.unwrap() > Utc::now());
}

#[tokio::test]
async fn another_key_is_refused() {
    let token = tokens("another key of thirty-two letters").sign("ada", None, true, HOUR);
    assert!(matches!(
        refused(&token.unwrap()).await,
        AuthError::Invalid(_)
    ));
}

#[tokio::test]
async fn tokens_outlive_a_change_of_the_key() {
    let token = ours().sign("ada", None, false, HOUR).unwrap();
    let rotated = || tokens("another key of thirty-two letters");
    assert!(Tokens::new(rotated(), None).verify(&token).await.is_err());
    let accepting = rotated().accepting([&SecretString::from(KEY)]);
    assert!(Tokens::new(accepting, None).verify(&token).await.is_ok());
    let renewed = rotated().sign("ada", None, false, HOUR).unwrap();
    assert!(matches!(refused(&renewed).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn the_algorithm_is_pinned() {
    let encode = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": ISSUER, "sub": "ada", "exp": in_seconds(60)});
    let none = format!(
        "{}.{}.",
        encode(json!({"alg": "none"})),
        encode(claims.clone())
    );
    assert!(matches!(refused(&none).await, AuthError::Invalid(_)));
    let other = Header::new(Algorithm::HS512);
    let other = jsonwebtoken::encode(&other, &claims, &signing()).unwrap();
    assert!(matches!(refused(&other).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn time_counts() {
    let old = signed(&json!({"iss": ISSUER, "sub": "ada", "exp": in_seconds(-60)}));
    assert!(matches!(refused(&old).await, AuthError::Expired));
    let early =
        json!({"iss": ISSUER, "sub": "ada", "exp": in_seconds(600), "nbf": in_seconds(300)});
    assert!(matches!(
        refused(&signed(&early)).await,
        AuthError::Invalid(_)
    ));
    let skewed = signed(&json!({"iss": ISSUER, "sub": "ada", "exp": in_seconds(-10)}));
    assert!(all().verify(&skewed).await.is_ok());
}

#[tokio::test]
async fn claims_must_be_there_and_fit() {
    let exp = in_seconds(60);
    for claims in [
        json!({"iss": ISSUER, "sub": "ada"}),
        json!({"sub": "ada", "exp": exp}),
        json!({"iss": "somebody", "sub": "ada", "exp": exp}),
        json!({"iss": ISSUER, "exp": exp}),
        json!({"iss": ISSUER, "sub": "", "exp": exp}),
        json!({"iss": ISSUER, "sub": "a\u{0}b", "exp": exp}),
        json!({"iss": ISSUER, "sub": "a".repeat(256), "exp": exp}),
        json!({"iss": ISSUER, "sub": "ada", "exp": exp, "aud": "another service"}),
    ] {
        assert!(
            matches!(refused(&signed(&claims)).await, AuthError::Invalid(_)),
            "{claims}"
        );
    }
    for nonsense in ["", "x", "a.b.c", "..", "é.é.é"] {
        assert!(
            matches!(refused(nonsense).await, AuthError::Invalid(_)),
            "{nonsense}"
        );
    }
}
