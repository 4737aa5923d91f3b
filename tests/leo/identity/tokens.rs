//! Tokens of an identity provider, made by a library that is not Leo's.

use leo_protocol::http::Me;
use leo_protocol::repl::{CLOSE_UNAUTHENTICATED, ClientMessage, ServerMessage};
use leo_tests::client::Answer;
use leo_tests::identity_provider::Bad;
use leo_tests::{Client, IdentityProvider, Leo, Mode, Repl};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};

async fn with_provider(provider: &IdentityProvider) -> Leo {
    let wishes = provider.accepted_by(Leo::in_mode(Mode::Process));
    wishes.workers(0).start().await
}

#[tokio::test]
async fn good_tokens_are_accepted() {
    let provider = IdentityProvider::start().await;
    let leo = with_provider(&provider).await;
    let mut accounts = std::collections::HashMap::new();
    for good in &provider.tokens.good {
        let client = leo.client().with_token(&good.token);
        let answer = client.get("/api/auth/me").await;
        assert_eq!(answer.status, 200, "{}: {}", good.name, answer.text());
        let me: Me = answer.expect(200);
        assert!(!me.operator, "{}", good.name);
        let account = *accounts.entry(&good.subject).or_insert(me.user_id);
        assert_eq!(account, me.user_id, "{}", good.name);
        let mut socket = Repl::connect_unknown(&leo.client()).await;
        let token = good.token.clone();
        socket.send(&ClientMessage::Authenticate { token }).await;
        let known =
            |message: &ServerMessage| matches!(message, ServerMessage::Authenticated { .. });
        socket.message("authenticated", known).await;
    }
    assert_eq!(accounts.len(), 4);
}

#[tokio::test]
async fn bad_tokens_are_refused_and_told_why() {
    let provider = IdentityProvider::start().await;
    let leo = with_provider(&provider).await;
    let bad = &provider.tokens.bad;
    assert!(bad.len() > 100, "{}", bad.len());
    for bad in bad {
        refused_over_http(&leo.client(), bad).await;
        refused_over_websocket(&leo.client(), bad).await;
    }
    let mut database = leo.database().connection().await;
    let users = sqlx::query_scalar::<_, i64>("select count(*) from users");
    let users = users.fetch_one(&mut database).await.unwrap();
    assert_eq!(users, 0, "no account is made for any of them");
}

/// What a header cannot hold is sent over a WebSocket only.
async fn refused_over_http(client: &Client, bad: &Bad) {
    let Ok(value) = HeaderValue::from_bytes(format!("Bearer {}", bad.token).as_bytes()) else {
        return;
    };
    let request = client.request(Method::GET, "/api/sessions");
    let answer = Answer::of(request.header(AUTHORIZATION, value)).await;
    assert_eq!(answer.status, 401, "{}: {}", bad.name, answer.text());
    let problem = answer.problem();
    let said = problem.detail;
    let of_text = said.contains(&bad.reason) || (!bad.token.is_ascii() && said.contains("text"));
    assert!(of_text, "{}: {said}", bad.name);
    assert!(said.ends_with('.') && !said.contains(&bad.token), "{said}");
    assert_eq!(problem.code, code_of(bad), "{}", bad.name);
    let challenge = answer.headers.get("www-authenticate");
    assert!(challenge.is_some(), "{}", bad.name);
}

async fn refused_over_websocket(client: &Client, bad: &Bad) {
    let mut socket = Repl::connect_unknown(client).await;
    let token = bad.token.clone();
    socket.send(&ClientMessage::Authenticate { token }).await;
    let (code, said) = socket.error().await;
    assert!(said.contains(&bad.reason), "{}: {said}", bad.name);
    assert_eq!(code, code_of(bad), "{}", bad.name);
    assert_eq!(
        socket.closed().await,
        Some(CLOSE_UNAUTHENTICATED),
        "{}",
        bad.name
    );
}

fn code_of(bad: &Bad) -> &'static str {
    if bad.reason.contains("expired") {
        "token_expired"
    } else {
        "unauthorized"
    }
}

#[tokio::test]
async fn a_subject_is_one_account_and_its_address_follows_the_token() {
    let provider = IdentityProvider::start().await;
    let leo = with_provider(&provider).await;
    let tokens = &provider.tokens;
    let me = async |token: &str| {
        let client = leo.client().with_token(token);
        client.get("/api/auth/me").await.expect::<Me>(200)
    };
    let (before, after) = (me(&tokens.good[0].token).await, me(&tokens.renamed).await);
    assert_eq!(before.user_id, after.user_id);
    assert_eq!(before.email.as_deref(), Some("ada@example.org"));
    assert_eq!(after.email.as_deref(), Some("countess@example.org"));
}

/// Where people have accounts, being on the machine proves nothing; a token of Leo's own does.
#[tokio::test]
async fn a_provider_ends_the_developers_privilege() {
    let provider = IdentityProvider::start().await;
    let leo = with_provider(&provider).await;
    let answer = leo.client().get("/api/sessions").await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (401, "unauthorized")
    );
    assert_eq!(leo.user("anna").get("/api/sessions").await.status, 200);
}
