//! Signing in by way of GitHub, which is a double that keeps the rules of OAuth.

use leo_protocol::account::SignInMethods;
use leo_protocol::http::Me;
use leo_tests::client::Answer;
use leo_tests::oauth::{Person, Play};
use leo_tests::{Browser, Builder, GitHub, Leo, Mode};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

const BEGIN: &str = "/api/auth/github";
const SESSION: &str = "leo_session";
const ROUND: &str = "leo_github";

fn ada() -> Person {
    Person::new(4711, "ada@leo.example")
}

fn wishes(github: &GitHub) -> Builder {
    // Its own address is the one to come back to, where no other is set.
    let leo = Leo::in_mode(Mode::Process).workers(0);
    let settings = github.settings();
    settings
        .iter()
        .fold(leo, |leo, (name, value)| leo.set(name, value))
}

/// As far as the browser is sent back by GitHub: the path that it is sent to.
async fn back(browser: &mut Browser, begin: &str) -> String {
    let begun = browser.get(begin).await;
    let there = browser.sent_to(&begun);
    let answer = browser.elsewhere(&there).await;
    let back = browser.sent_to(&answer);
    assert!(back.starts_with("/api/auth/github/callback?"), "{back}");
    back
}

/// The whole way; what the browser is answered when it comes back.
async fn sign_in(browser: &mut Browser) -> Answer {
    let back = back(browser, BEGIN).await;
    browser.get(&back).await
}

async fn me(browser: &mut Browser) -> Me {
    browser.get("/api/auth/me").await.expect(200)
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn whoever_github_knows_is_signed_in() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).start().await;
    let mut browser = Browser::at(&leo.client());
    let methods: SignInMethods = browser.get("/api/auth/methods").await.expect(200);
    assert!(methods.github);
    // Where people have accounts, being on the machine makes nobody the developer.
    let nobody = browser.get("/api/auth/me").await;
    assert_eq!(code(&nobody), refused(401, "unauthorized"));
    let path = back(&mut browser, "/api/auth/github?returnTo=/sessions%3Fx=1").await;
    let done = browser.get(&path).await;
    assert_eq!(browser.sent_to(&done), "/sessions?x=1");
    assert_eq!(browser.cookie(ROUND), None);
    let first = me(&mut browser).await;
    assert_eq!(first.email.as_deref(), Some("ada@leo.example"));
    assert!(first.operator, "the first account is the operator's");

    // Elsewhere, under another address, it is the same account; somebody else has another.
    let mut elsewhere = Browser::at(&leo.client());
    github.sign_in(Person::new(4711, "ada@new.example"));
    let done = sign_in(&mut elsewhere).await;
    assert_eq!(elsewhere.sent_to(&done), "/");
    let again = me(&mut elsewhere).await;
    assert_eq!(again.user_id, first.user_id);
    assert_eq!(again.email.as_deref(), Some("ada@new.example"));
    let mut second = Person::new(12, "bob@leo.example");
    second.emails[0].2 = false;
    github.sign_in(second);
    let mut bob = Browser::at(&leo.client());
    sign_in(&mut bob).await;
    let bob = me(&mut bob).await;
    assert_ne!(bob.user_id, first.user_id);
    assert_eq!(bob.email, None, "the address was not proved");
    assert!(!bob.operator);

    let deeds = leo.database().stores().deeds(None, None, 9).await.unwrap();
    let mut deeds: Vec<_> = deeds.into_iter().map(|deed| deed.action).collect();
    deeds.reverse();
    let (made, signed_in) = ("account.registered", "sign_in");
    assert_eq!(deeds, [made, signed_in, signed_in, made, signed_in]);
    assert!(github.refused().is_empty());
}

#[tokio::test]
async fn a_round_belongs_to_its_browser() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).start().await;
    let mut victim = Browser::at(&leo.client());
    let mut attacker = Browser::at(&leo.client());
    // He stops before the end and sends somebody else there.
    let path = back(&mut attacker, BEGIN).await;
    assert_eq!(code(&victim.get(&path).await), refused(400, "wrong_state"));
    back(&mut victim, BEGIN).await;
    assert_eq!(code(&victim.get(&path).await), refused(400, "wrong_state"));
    assert_eq!(victim.cookie(SESSION), None);
    assert_eq!(victim.cookie(ROUND), None, "what has failed is over");
    let none = victim.get("/api/auth/github/callback?code=x").await;
    assert_eq!(code(&none), refused(400, "wrong_state"));
    // It is his own, and once.
    let mut again = attacker.clone();
    assert_eq!(attacker.get(&path).await.status, 303);
    assert_eq!(code(&again.get(&path).await), refused(400, "code_refused"));
    assert_eq!(github.refused(), ["bad_verification_code"]);
}

#[tokio::test]
async fn a_code_is_worth_nothing_in_another_round() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).start().await;
    let (mut one, mut other) = (Browser::at(&leo.client()), Browser::at(&leo.client()));
    let (stolen, own) = (back(&mut one, BEGIN).await, back(&mut other, BEGIN).await);
    let part = |path: &str, name: &str| {
        let query = path.split_once('?').unwrap().1.to_owned();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        pairs.find(|(known, _)| known == name).unwrap().1
    };
    let (code_of_one, state) = (part(&stolen, "code"), part(&own, "state"));
    let mixed = format!("/api/auth/github/callback?code={code_of_one}&state={state}");
    // The state is right, the verifier is not.
    assert_eq!(code(&other.get(&mixed).await), refused(400, "code_refused"));
    assert_eq!(github.refused(), ["bad_verification_code"]);
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).start().await;
    for (play, status, expected) in [
        (Play::Deny, 403, "sign_in_denied"),
        (Play::Down, 502, "github_unavailable"),
        (Play::Flood, 502, "github_unavailable"),
        (Play::Redirect, 502, "github_unavailable"),
        (Play::Nonsense, 502, "github_unavailable"),
        (Play::Silence, 502, "github_unavailable"),
    ] {
        github.plays(play);
        let mut browser = Browser::at(&leo.client());
        let answer = sign_in(&mut browser).await;
        assert_eq!(code(&answer), refused(status, expected), "{play:?}");
        assert_eq!(
            (browser.cookie(SESSION), browser.cookie(ROUND)),
            (None, None)
        );
    }
    github.plays(Play::Deny);
    let mut browser = Browser::at(&leo.client());
    let path = back(&mut browser, BEGIN).await;
    let page = browser.visit(&path).await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/html; charset=utf-8");
    let text = page.text();
    assert!(
        page.status == 403 && text.contains("sign_in_denied"),
        "{text}"
    );
    assert!(
        text.contains(page.headers["x-request-id"].to_str().unwrap()),
        "{text}"
    );
    assert!(!text.contains("<script"), "{text}");
}

#[tokio::test]
async fn an_app_with_another_secret_is_none() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).set("OAUTH_GITHUB_CLIENT_SECRET", "not the secret");
    let leo = leo.start().await;
    let answer = sign_in(&mut Browser::at(&leo.client())).await;
    assert_eq!(code(&answer), refused(502, "github_unavailable"));
    assert_eq!(github.refused(), ["incorrect_client_credentials"]);
}

#[tokio::test]
async fn closed_registration_bars_new_people_alone() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).set("REGISTRATION", "closed").start().await;
    let mut browser = Browser::at(&leo.client());
    assert_eq!(sign_in(&mut browser).await.status, 303);
    assert!(me(&mut browser).await.operator);
    github.sign_in(Person::new(12, "bob@leo.example"));
    let bob = sign_in(&mut Browser::at(&leo.client())).await;
    assert_eq!(code(&bob), refused(403, "registration_closed"));
    github.sign_in(ada());
    assert_eq!(sign_in(&mut Browser::at(&leo.client())).await.status, 303);
    let mut database = leo.database().connection().await;
    let close = sqlx::query("update users set closed_at = now()");
    close.execute(&mut database).await.unwrap();
    let closed = sign_in(&mut Browser::at(&leo.client())).await;
    assert_eq!(code(&closed), refused(403, "account_closed"));
}

#[tokio::test]
async fn a_sign_in_ends_on_this_site() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github).start().await;
    let mut browser = Browser::at(&leo.client());
    for elsewhere in [
        "//evil.example",
        "https://evil.example/",
        "/%5Cevil.example",
        "/%09/evil.example",
        "evil",
    ] {
        let begun = browser.get(&format!("{BEGIN}?returnTo={elsewhere}")).await;
        assert_eq!(code(&begun), refused(422, "invalid_field"), "{elsewhere}");
    }
}

#[tokio::test]
async fn people_come_back_to_the_address_that_they_use() {
    let github = GitHub::start(ada()).await;
    let leo = wishes(&github)
        .set("LEO_PUBLIC_URL", "https://leo.example")
        .start()
        .await;
    let mut browser = Browser::at(&leo.client());
    let begun = browser.get(BEGIN).await;
    let there = browser.sent_to(&begun);
    let answer = browser.elsewhere(&there).await;
    let back = browser.sent_to(&answer);
    let path = back
        .strip_prefix("https://leo.example")
        .expect("the public address");
    assert!(browser.cookie("__Host-leo_github").is_some());
    assert_eq!(browser.get(path).await.status, 303);
    assert!(browser.cookie("__Host-leo_session").is_some());
}

#[tokio::test]
async fn half_an_app_stops_the_start() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let mut browser = Browser::at(&leo.client());
    for path in [BEGIN, "/api/auth/github/callback?code=x&state=y"] {
        assert_eq!(code(&browser.get(path).await), refused(404, "not_found"));
    }
    let methods: Value = browser.get("/api/auth/methods").await.expect(200);
    assert_eq!(methods["github"], false);
    let half = [("OAUTH_GITHUB_CLIENT_ID", "leo".to_owned())];
    let said = leo.fails_to_start("leo-api", &half).await;
    let line = "OAUTH_GITHUB_CLIENT_SECRET: missing, but OAUTH_GITHUB_CLIENT_ID is set";
    assert!(said.contains(line), "{said}");
}
