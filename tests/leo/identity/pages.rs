//! Pages that open WebSockets with the cookie of a browser: ours may, those of other sites may not.

use leo_protocol::UserId;
use leo_protocol::http::{Me, Session};
use leo_protocol::repl::{CLOSE_UNAUTHENTICATED, ClientMessage};
use leo_tests::client::Answer;
use leo_tests::client::sse::Sse;
use leo_tests::{Client, Leo, Mode, Repl, secrets};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::sockets::end;

/// A site that is trusted.
const TRUSTED: &str = "https://console.example";
const PASSWORD: &str = "correct horse battery staple";

/// A browser that is signed in.
struct Browser {
    client: Client,
    cookie: String,
}

impl Browser {
    async fn sign_in(client: &Client, path: &str) -> Self {
        secrets::remember(PASSWORD);
        let body = json!({"email": "ada@leo.example", "password": PASSWORD});
        let answer = Answer::of(client.request(Method::POST, path).json(&body)).await;
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        secrets::remember(cookie.split_once('=').unwrap().1);
        Self {
            client: client.clone(),
            cookie,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, path);
        request.header("cookie", &self.cookie)
    }

    async fn who(&self) -> UserId {
        let answer = Answer::of(self.request(Method::GET, "/api/auth/me")).await;
        answer.expect::<Me>(200).user_id
    }

    /// Opens a socket, from a page of this origin.
    async fn open(&self, origin: Option<&str>) -> Repl {
        let mut headers = vec![("cookie", self.cookie.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        Repl::connect_with(&self.client, "", &headers).await
    }
}

async fn installation() -> Leo {
    Leo::in_mode(Mode::Process)
        .workers(0)
        .set("LEO_CORS_ORIGINS", TRUSTED)
        .start()
        .await
}

#[tokio::test]
async fn a_cookie_opens_a_socket_for_our_pages_alone() {
    let leo = installation().await;
    let browser = Browser::sign_in(&leo.client(), "/api/auth/register").await;
    let ada = browser.who().await;
    for own in [leo.client().base(), TRUSTED] {
        let mut repl = browser.open(Some(own)).await;
        assert_eq!(repl.known().await, ada, "{own}");
    }
    let anna = leo.user("anna");
    for (origin, why) in [
        (Some("https://elsewhere.example"), "Pages of other sites"),
        (Some("http://console.example"), "Pages of other sites"),
        (Some("null"), "Pages of other sites"),
        (Some("http://127.0.0.1"), "Pages of other sites"),
        (None, "A cookie opens a WebSocket only with the Origin"),
    ] {
        let mut repl = browser.open(origin).await;
        let session_id = leo_protocol::SessionId::generate();
        repl.send(&ClientMessage::GetState { session_id }).await;
        let (code, text) = repl.error().await;
        assert_eq!(code, "unauthenticated", "{origin:?}");
        assert!(text.starts_with(why), "{origin:?}: {text}");
        // Whoever knows a token needs no cookie.
        let token = anna.token().unwrap().to_owned();
        repl.send(&ClientMessage::Authenticate { token }).await;
        assert_ne!(repl.known().await, ada);
    }
}

#[tokio::test]
async fn what_a_browser_has_opened_ends_when_it_signs_out() {
    let leo = installation().await;
    let client = leo.client();
    let first = Browser::sign_in(&client, "/api/auth/register").await;
    let second = Browser::sign_in(&client, "/api/auth/login").await;
    let made = first
        .request(Method::POST, "/api/sessions")
        .json(&json!({}));
    let session = Answer::of(made).await.expect::<Session>(201).id;
    let own = Some(client.base());
    let mut socket = first.open(own).await;
    socket.known().await;
    let mut others = second.open(own).await;
    others.known().await;
    let events = format!("/api/sessions/{session}/events");
    let mut sse = Sse::of(first.request(Method::GET, &events), 0).await;
    let signed_out = Answer::of(first.request(Method::POST, "/api/auth/logout")).await;
    assert_eq!(signed_out.status, 204);
    let ended = ("signed_out".to_owned(), Some(CLOSE_UNAUTHENTICATED));
    assert_eq!(end(&mut socket).await, ended);
    let problem = sse.ended().await;
    assert_eq!((problem.status, problem.code.as_str()), (401, "signed_out"));
    let refused = ("unauthorized".to_owned(), Some(CLOSE_UNAUTHENTICATED));
    assert_eq!(end(&mut first.open(own).await).await, refused);
    assert_eq!(others.refusal().await, (None, None));
}
