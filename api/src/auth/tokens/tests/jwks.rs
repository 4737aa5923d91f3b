//! When keys are fetched, and what serves meanwhile. Time is the test's.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonwebtoken::Algorithm::ES256;
use serde_json::json;
use tokio::time::{advance, sleep};
use tokio_util::sync::CancellationToken;

use crate::auth::AuthError;
use crate::auth::tokens::fetch::FetchError;
use crate::auth::tokens::jwks::Jwks;
use crate::auth::tokens::keys::Keys;

const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

/// A provider that takes a second to answer, or does not.
#[derive(Clone, Default)]
struct Provider {
    asked: Arc<AtomicUsize>,
    key: Arc<Mutex<Option<&'static str>>>,
}

impl Provider {
    fn with(key: &'static str) -> Self {
        let provider = Self::default();
        provider.has(Some(key));
        provider
    }

    fn has(&self, key: Option<&'static str>) {
        *self.key.lock().unwrap() = key;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn keys(&self) -> Jwks {
        let provider = self.clone();
        let fetch = move || {
            let provider = provider.clone();
            async move {
                provider.asked.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_secs(1)).await;
                let key = *provider.key.lock().unwrap();
                let kid = key.ok_or(FetchError::Status(500))?;
                let set =
                    json!({"keys": [{"kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": kid}]});
                Keys::read(set.to_string().as_bytes()).map_err(FetchError::NotASet)
            }
        };
        Jwks::start(fetch, CancellationToken::new())
    }
}

async fn good(keys: &Jwks, name: &str) -> bool {
    keys.find(Some(name), ES256).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn the_first_token_waits_for_the_keys() {
    let provider = Provider::with("a");
    let keys = provider.keys();
    let (one, other) = tokio::join!(good(&keys, "a"), good(&keys, "a"));
    assert!(one && other);
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn unknown_names_ask_once_in_ten_seconds() {
    let provider = Provider::with("a");
    let keys = provider.keys();
    assert!(good(&keys, "a").await);
    for _ in 0..100 {
        assert!(!good(&keys, "nobody").await);
    }
    assert_eq!(provider.asked(), 1);
    sleep(Duration::from_secs(10)).await;
    let flood = (0..100).map(|_| good(&keys, "nobody"));
    assert!(!futures_util::future::join_all(flood).await.contains(&true));
    assert_eq!(provider.asked(), 2);
    assert!(!good(&keys, "nobody").await);
    assert_eq!(provider.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_and_an_old_one_forgotten() {
    let provider = Provider::with("a");
    let keys = provider.keys();
    assert!(good(&keys, "a").await);
    provider.has(Some("b"));
    sleep(Duration::from_secs(10)).await;
    assert!(good(&keys, "b").await);
    assert!(!good(&keys, "a").await);
}

#[tokio::test(start_paused = true)]
async fn keys_are_renewed_unasked() {
    let provider = Provider::with("a");
    let keys = provider.keys();
    assert!(good(&keys, "a").await);
    provider.has(Some("b"));
    sleep(Duration::from_secs(605)).await;
    assert_eq!(provider.asked(), 2);
    assert!(good(&keys, "b").await);
    assert_eq!(provider.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_any_key_nobody_is_refused_for_good() {
    let provider = Provider::default();
    let keys = provider.keys();
    let found = keys.find(Some("a"), ES256).await;
    assert!(matches!(found, Err(AuthError::KeysAway)));
    provider.has(Some("a"));
    sleep(Duration::from_secs(10)).await;
    assert!(good(&keys, "a").await);
}

#[tokio::test(start_paused = true)]
async fn old_keys_serve_while_the_provider_is_away_but_not_forever() {
    let provider = Provider::with("a");
    let keys = provider.keys();
    assert!(good(&keys, "a").await);
    provider.has(None);
    sleep(Duration::from_secs(3600)).await;
    assert!(provider.asked() > 50, "it is asked again and again");
    assert!(good(&keys, "a").await);
    let unknown = keys.find(Some("b"), ES256).await;
    assert!(matches!(unknown, Err(AuthError::KeysAway)));
    advance(Duration::from_secs(24 * 3600)).await;
    assert!(!good(&keys, "a").await);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_server_ends_the_waiting() {
    let shutdown = CancellationToken::new();
    let keys = Jwks::start(std::future::pending, shutdown.clone());
    shutdown.cancel();
    let found = keys.find(Some("a"), ES256).await;
    assert!(matches!(found, Err(AuthError::KeysAway)));
}
