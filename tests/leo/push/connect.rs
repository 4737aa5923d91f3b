//! Accounts at GitHub that are connected with a browser, by OAuth.

use leo_protocol::github::GitHubSettings;
use leo_protocol::keys::CreatedKey;
use leo_tests::client::Answer;
use leo_tests::github::{Hub, ORG};
use leo_tests::oauth::{Person, Play};
use leo_tests::{Browser, GitHub, secrets};
use reqwest::Method;

use super::*;

const SETTINGS: &str = "/api/settings/github";
const CONNECT: &str = "/api/settings/github/connect?returnTo=/settings/github";
const PASSWORD: &str = "a password of somebody who pushes";

/// A place of repositories, where people say yes, and an installation that knows both.
async fn places() -> (Hub, GitHub, Builder) {
    secrets::remember(PASSWORD);
    let hub = Hub::start().await;
    let github = GitHub::start(Person::new(4711, "octo@hub.example")).await;
    let leo = Leo::in_mode(Mode::Process);
    let leo = github
        .settings()
        .iter()
        .fold(leo, |leo, (name, value)| leo.set(name, value));
    let leo = leo.set("GITHUB_API_URL", &hub.api());
    (hub, github, leo)
}

/// Makes an account in this browser; whoever was signed in there is not any more.
async fn register(browser: &mut Browser, name: &str) {
    let body = json!({"email": format!("{name}@leo.example"), "password": PASSWORD});
    let made = browser.post("/api/auth/register", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
}

async fn person(leo: &Leo, name: &str) -> Browser {
    let mut browser = Browser::at(&leo.client());
    register(&mut browser, name).await;
    browser
}

/// The same somebody without a browser.
async fn client_of(leo: &Leo, browser: &mut Browser) -> Client {
    let body = json!({"name": "a key", "scope": "admin"});
    let made: CreatedKey = browser.post("/api/keys", &body).await.expect(201);
    leo.client().with_token(&made.key)
}

/// As far as the browser is sent back by GitHub: the path that it is sent to.
async fn back(browser: &mut Browser) -> String {
    let begun = browser.get(CONNECT).await;
    let there = browser.sent_to(&begun);
    let answer = browser.elsewhere(&there).await;
    browser.sent_to(&answer)
}

/// The whole way, with this token in the end; what the browser is answered when it comes back.
async fn connect(browser: &mut Browser, github: &GitHub, token: &str) -> Answer {
    github.gives(token);
    let back = back(browser).await;
    browser.get(&back).await
}

async fn settings(browser: &mut Browser) -> GitHubSettings {
    browser.get(SETTINGS).await.expect(200)
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn an_account_is_connected_with_a_browser_and_pushed_to() {
    let (hub, github, leo) = places().await;
    let leo = leo.start().await;
    let mut ada = person(&leo, "ada").await;
    let client = client_of(&leo, &mut ada).await;
    let none = settings(&mut ada).await;
    assert!(none.connectable && none.login.is_none());
    let done = connect(&mut ada, &github, &hub.token()).await;
    assert_eq!(ada.sent_to(&done), "/settings/github");
    assert_eq!(ada.cookie("leo_github"), None, "the round is over");
    let connected = settings(&mut ada).await;
    assert_eq!(connected.login.as_deref(), Some(LOGIN));
    assert!(!connected.auto_push, "nobody has asked for that");
    let deeds = leo.database().stores().deeds(None, None, 1).await.unwrap();
    assert_eq!(deeds[0].action, "github.connected");

    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!(job.github_url, None);
    let push = format!("/api/jobs/{}/push", job.id);
    assert_eq!(client.post(&push, &json!({})).await.status, 202);
    let told = published_when(&client, session, 1).await;
    assert_eq!(told[0].0, Some(hub.page(LOGIN, "house")));
    let (_folder, files) = cloned(&hub, "house", "main").await;
    assert_eq!(files["index.html"], b"<h1>two</h1>");

    // Connected again, what is done with it stays.
    let body = json!({"owner": ORG, "autoPush": true});
    let wished = ada.write(Method::PUT, SETTINGS, Some(&body)).await;
    assert_eq!(wished.status, 200);
    assert_eq!(connect(&mut ada, &github, &hub.token()).await.status, 303);
    let again = settings(&mut ada).await;
    assert!(again.auto_push && again.owner.as_deref() == Some(ORG));

    // At GitHub the right is taken back; connecting again is the way out.
    hub.revoke();
    let job = generated(&client, session, "write index.html again").await;
    assert_eq!(job.github_url, None);
    let said = notes(&client, &job).await;
    assert!(said.contains("not pushed to GitHub"), "{said}");
    assert_eq!(connect(&mut ada, &github, &hub.token()).await.status, 303);
    let job = generated(&client, session, "write index.html third").await;
    assert_eq!(job.github_url, Some(hub.page(LOGIN, "house")));
    leo.cleared().await;
}

#[tokio::test]
async fn what_goes_wrong_changes_nothing_and_is_told() {
    let (hub, github, leo) = places().await;
    let leo = leo.workers(0).start().await;
    let mut ada = person(&leo, "ada").await;
    assert_eq!(connect(&mut ada, &github, &hub.token()).await.status, 303);
    let before = settings(&mut ada).await;
    github.plays(Play::Deny);
    let path = back(&mut ada).await;
    let page = ada.visit(&path).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("connect_denied"), "{}", page.text());
    hub.set_weak(true);
    let weak = connect(&mut ada, &github, &hub.token()).await;
    assert_eq!(code(&weak), refused(403, "scope_refused"));
    hub.set_weak(false);
    let unknown = connect(&mut ada, &github, "gho_that-nobody-knows").await;
    assert_eq!(code(&unknown), refused(400, "code_refused"));
    hub.set_down(true);
    let away = connect(&mut ada, &github, &hub.token()).await;
    assert_eq!(code(&away), refused(502, "github_unavailable"));
    github.plays(Play::Down);
    let away = connect(&mut ada, &github, &hub.token()).await;
    assert_eq!(code(&away), refused(502, "github_unavailable"));
    let elsewhere = format!("{SETTINGS}/connect?returnTo=//evil.example");
    let elsewhere = ada.get(&elsewhere).await;
    assert_eq!(code(&elsewhere), refused(422, "invalid_field"));
    assert_eq!(settings(&mut ada).await, before);
    // The round that is answered last has ended, however it did.
    assert_eq!(ada.cookie("leo_github"), None);
}

#[tokio::test]
async fn a_round_is_of_one_browser_and_one_user() {
    let (hub, github, leo) = places().await;
    let leo = leo.workers(0).start().await;
    let (mut ada, mut eve) = (person(&leo, "ada").await, person(&leo, "eve").await);
    // What somebody else has begun, with his own account at GitHub, is not finished here.
    github.gives(&hub.token());
    let of_eve = back(&mut eve).await;
    assert_eq!(code(&ada.get(&of_eve).await), refused(400, "wrong_state"));
    let own = back(&mut ada).await;
    assert_eq!(code(&ada.get(&of_eve).await), refused(400, "wrong_state"));
    assert_eq!(code(&ada.get(&own).await), refused(400, "wrong_state"));

    // Whoever signs in at the browser meanwhile gets nobody else's account.
    let own = back(&mut ada).await;
    register(&mut ada, "bob").await;
    assert_eq!(code(&ada.get(&own).await), refused(400, "wrong_state"));
    assert_eq!(settings(&mut ada).await.login, None);
    let own = back(&mut ada).await;
    assert_eq!(ada.post("/api/auth/logout", &json!({})).await.status, 204);
    assert_eq!(code(&ada.get(&own).await), refused(400, "wrong_state"));
    let asked = ada.get(CONNECT).await;
    assert_eq!(code(&asked), refused(401, "unauthorized"));

    // A key is nothing to begin with, nor is a link of another site.
    let key = client_of(&leo, &mut eve).await;
    assert_eq!(
        code(&key.get(CONNECT).await),
        refused(403, "browser_needed")
    );
    let link = leo.client().request(Method::GET, CONNECT);
    let link = link
        .header("cookie", eve.cookies())
        .header("sec-fetch-site", "cross-site");
    let link = Answer::of(link).await;
    assert_eq!(code(&link), refused(403, "cross_origin"));
    assert_eq!(settings(&mut eve).await.login, None);
}

#[tokio::test]
async fn without_an_app_it_is_said_that_a_token_will_do() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let shown: GitHubSettings = client.get(SETTINGS).await.expect(200);
    assert!(!shown.connectable);
    let answer = client.get(CONNECT).await;
    assert_eq!(code(&answer), refused(409, "no_oauth_app"));
}
