//! The keys of an identity provider: replaced, out of reach, and asked for by strangers.

use std::time::{Duration, Instant};

use leo_tests::identity_provider::Keys;
use leo_tests::{Client, IdentityProvider, Leo, Mode, Repl, wait_for};

/// As the server closes a socket that may be opened again later.
const TRY_LATER: u16 = 1013;
/// At most once in so long may strangers have the keys fetched.
const PAUSE: Duration = Duration::from_secs(10);

/// A token that has to be checked with a public key.
fn by_public_key(provider: &IdentityProvider) -> &str {
    let good = &provider.tokens.good;
    let good = good.iter().find(|good| good.name == "ES256");
    &good.expect("a good token").token
}

async fn status(client: &Client, token: &str) -> u16 {
    client.with_token(token).get("/api/auth/me").await.status
}

async fn accepted(client: &Client, token: &str) {
    wait_for("acceptance", async || {
        (status(client, token).await == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn new_keys_are_found_and_old_ones_forgotten() {
    let provider = IdentityProvider::start().await;
    let wishes = provider.accepted_by(Leo::in_mode(Mode::Process));
    let leo = wishes.workers(0).start().await;
    let client = leo.client();
    let old = by_public_key(&provider);
    assert_eq!(status(&client, old).await, 200);
    provider.answers(Keys::Set(provider.tokens.second.clone()));
    accepted(&client, &provider.tokens.rotated).await;
    assert_eq!(status(&client, old).await, 401);
    // While the provider is away, what is known serves on.
    provider.answers(Keys::Away);
    assert_eq!(status(&client, &provider.tokens.rotated).await, 200);
}

#[tokio::test]
async fn strangers_cannot_have_the_keys_fetched_again_and_again() {
    let provider = IdentityProvider::start().await;
    let wishes = provider.accepted_by(Leo::in_mode(Mode::Process));
    // Else another limit would keep the strangers away.
    let wishes = wishes.set("RATE_LIMIT", "0");
    let leo = wishes.workers(0).start().await;
    let client = leo.client();
    assert_eq!(status(&client, by_public_key(&provider)).await, 200);
    let (before, begin) = (provider.asked(), Instant::now());
    wait_for("a fetch for an unknown key", async || {
        let flood = provider.tokens.flood.iter();
        let flood = flood.map(async |token| status(&client, token).await);
        let answers = futures_util::future::join_all(flood).await;
        // Who guesses too often is refused before his token is looked at.
        let refused = |status: &u16| [401, 429].contains(status);
        assert!(answers.iter().all(refused), "{answers:?}");
        (provider.asked() > before).then_some(())
    })
    .await;
    let asked = provider.asked() - before;
    let most = begin.elapsed().as_secs() / PAUSE.as_secs() + 1;
    assert!(asked as u64 <= most, "{asked} in {:?}", begin.elapsed());
}

#[tokio::test]
async fn without_keys_nobody_is_told_that_his_token_is_bad() {
    let provider = IdentityProvider::start().await;
    let wishes = provider.accepted_by(Leo::in_mode(Mode::Process));
    let mut leo = wishes.workers(0).start().await;
    let away = [
        Keys::Away,
        Keys::Status(500),
        Keys::Rubbish,
        Keys::Huge,
        Keys::Slow,
    ];
    for (keys, api) in away.into_iter().zip(1..) {
        provider.answers(keys.clone());
        leo.start_api().await;
        let client = leo.client_of(api).with_token(by_public_key(&provider));
        let answer = client.get("/api/auth/me").await;
        assert_eq!(answer.status, 503, "{keys:?}: {}", answer.text());
        assert_eq!(answer.problem().code, "unavailable", "{keys:?}");
        assert!(answer.headers.contains_key("retry-after"), "{keys:?}");
        let mut socket = Repl::connect_unknown(&client).await;
        assert_eq!(socket.error().await.0, "unavailable", "{keys:?}");
        assert_eq!(socket.closed().await, Some(TRY_LATER), "{keys:?}");
        // What needs no key of the provider works.
        let own = leo.user("anna").token().expect("a token").to_owned();
        assert_eq!(status(&leo.client_of(api), &own).await, 200, "{keys:?}");
    }
    provider.answers(Keys::Set(provider.tokens.first.clone()));
    accepted(&leo.client_of(5), by_public_key(&provider)).await;
}

#[tokio::test]
async fn wrong_settings_stop_the_start() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    for (name, value, said) in [
        ("JWT_ALGORITHMS", "HS257", "HS257"),
        ("JWT_ALGORITHMS", "HS256", "SUPABASE_JWT_SECRET"),
        ("SUPABASE_URL", "ftp://id.example", "http://"),
        ("SUPABASE_JWKS_URL", "keys", "SUPABASE_JWKS_URL"),
        ("SUPABASE_JWT_SECRET", "short", "32"),
    ] {
        let log = leo
            .fails_to_start("leo-api", &[(name, value.to_owned())])
            .await;
        // Earlier lines are of earlier tries.
        let own = log.lines().last().unwrap_or_default();
        assert!(own.starts_with("leo-api:"), "{log}");
        assert!(own.contains(name) && own.contains(said), "{log}");
    }
}
