//! Each operation of the API and each message of the WebSocket, tried by everybody: as the owner, as
//! somebody else, as nobody, with each kind of credential.
//!
//! What there is to try comes from the OpenAPI document and from the protocol; what is expected
//! stands in [`routes`] and [`messages`], and one without an entry there fails the test.

use std::collections::BTreeSet;

use leo_protocol::account::Scope;
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode};
use serde_json::Value;

mod messages;
mod people;
mod routes;

use people::{Credential, ORIGIN, Person, SUPABASE_SECRET, Things};
use routes::{Needs, ROUTES, Route};

/// Headers that differ from answer to answer, whatever is asked for.
const VOLATILE: [&str; 3] = ["date", "x-request-id", "ratelimit"];

async fn installation() -> Leo {
    Leo::in_mode(Mode::Process)
        .set("LEO_PUBLIC_URL", ORIGIN)
        .set("SUPABASE_URL", "https://project.supabase.example")
        .set("SUPABASE_JWT_SECRET", SUPABASE_SECRET)
        .set("RATE_LIMIT", "0")
        .set("RUST_LOG", "debug")
        .start()
        .await
}

/// What is told apart in an answer, without what belongs to the request alone.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| !VOLATILE.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), format!("{value:?}")))
        .collect();
    headers.sort();
    let mut problem = serde_json::to_value(answer.problem()).expect("write a problem");
    problem["requestId"].take();
    (answer.status, headers, problem)
}

async fn ask(client: &Client, who: &Credential, route: &Route, things: &Things) -> Answer {
    let path = things.fill(route.path);
    who.ask(client, route.method, &path, route.body).await
}

#[tokio::test]
async fn the_table_holds_every_operation() {
    let leo = installation().await;
    let document: Value = leo.client().get("/api/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths");
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path").keys();
            methods.map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let known: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    let missing: Vec<_> = documented.difference(&known).collect();
    let gone: Vec<_> = known.difference(&documented).collect();
    assert!(
        missing.is_empty(),
        "without an entry in the table: {missing:?}"
    );
    assert!(gone.is_empty(), "in the table and nowhere else: {gone:?}");
}

#[tokio::test]
async fn owners_may_what_their_credentials_are_good_for() {
    let leo = installation().await;
    let client = leo.client();
    for person in people::everybody(&leo).await {
        for route in ROUTES {
            let (credential, things) = provision(&client, &person, route).await;
            let answer = ask(&client, &credential, route, &things).await;
            let what = format!("{} {} as {}", route.method, route.path, person.name);
            let text = answer.text();
            match expected(&person, route) {
                Ok(()) => assert!(
                    route.good.contains(&answer.status),
                    "{what}: {} {text}",
                    answer.status
                ),
                Err(code) => assert_eq!(answer.problem().code, code, "{what}: {text}"),
            }
        }
    }
}

/// The credential to come with, and what to ask about: what will be gone afterwards is made anew.
async fn provision(client: &Client, person: &Person, route: &Route) -> (Credential, Things) {
    if !route.spends || expected(person, route).is_err() {
        return (person.credential.clone(), person.things);
    }
    let credential = match &person.credential {
        Credential::Cookie(_) => people::cookie(client, "carla@leo.example").await,
        other => other.clone(),
    };
    (credential, people::things(client, &person.all).await)
}

/// Whether somebody may do that to what is his, else the code of the refusal.
fn expected(person: &Person, route: &Route) -> Result<(), &'static str> {
    let within = |scope: Scope| match person.scope >= scope {
        true => Ok(()),
        false => Err("insufficient_scope"),
    };
    match route.needs {
        Needs::Nothing => Ok(()),
        Needs::Scope(scope) => within(scope),
        Needs::Operator(_) if !person.operator => Err("not_found"),
        Needs::Operator(scope) => within(scope),
        Needs::Runner => Err("bad_token"),
    }
}

#[tokio::test]
async fn what_is_somebody_elses_does_not_exist() {
    let leo = installation().await;
    let client = leo.client();
    let bob = leo.user("bob");
    let bob = Credential::Bearer(bob.token().expect("a token").to_owned());
    let bobs = people::things(&client, &bob).await;
    for person in people::everybody(&leo).await {
        for route in ROUTES.iter().filter(|route| route.is_about_something()) {
            let theirs = ask(&client, &person.credential, route, &bobs).await;
            let nobodys = ask(&client, &person.credential, route, &Things::nowhere()).await;
            let what = format!("{} {} as {}", route.method, route.path, person.name);
            assert_eq!(told(&theirs), told(&nobodys), "{what}");
            let code = expected(&person, route).err().unwrap_or("not_found");
            assert_eq!(theirs.problem().code, code, "{what}");
        }
    }
    // Nothing has happened to it.
    for route in ROUTES {
        if route.method == "get" && route.is_about_something() && route.needs != Needs::Runner {
            let answer = ask(&client, &bob, route, &bobs).await;
            assert_eq!(answer.status, 200, "{}", route.path);
        }
    }
}

#[tokio::test]
async fn whoever_proves_nothing_is_told_nothing() {
    let leo = installation().await;
    let client = leo.client();
    let anna = Credential::Bearer(leo.user("anna").token().expect("a token").to_owned());
    let annas = people::things(&client, &anna).await;
    for credential in unproven(&leo, &anna).await {
        for route in ROUTES.iter().filter(|route| route.needs != Needs::Nothing) {
            let there = ask(&client, &credential, route, &annas).await;
            let nowhere = ask(&client, &credential, route, &Things::nowhere()).await;
            let what = format!("{} {} with {credential:?}", route.method, route.path);
            assert_eq!(there.status, 401, "{what}: {}", there.text());
            assert_eq!(told(&there), told(&nowhere), "{what}");
        }
    }
    assert_eq!(ask(&client, &anna, &ROUTES[0], &annas).await.status, 200);
}

/// Credentials that are none, or none any more.
async fn unproven(leo: &Leo, anna: &Credential) -> Vec<Credential> {
    let client = leo.client();
    let (id, revoked) = people::key(&client, anna, Scope::Admin).await;
    let path = format!("/api/keys/{id}");
    assert_eq!(anna.ask(&client, "delete", &path, None).await.status, 204);
    let signed_out = people::cookie(&client, "dora@leo.example").await;
    let logout = signed_out
        .ask(&client, "post", "/api/auth/logout", None)
        .await;
    assert_eq!(logout.status, 204);
    let (_, key) = people::key(&client, anna, Scope::Admin).await;
    let mut tampered = key.into_bytes();
    let last = tampered.len() - 1;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let Credential::Bearer(token) = anna else {
        panic!("anna has a token");
    };
    let (body, _) = token.rsplit_once('.').expect("a signature");
    vec![
        Credential::None,
        Credential::Bearer("nonsense".to_owned()),
        Credential::Bearer(format!("{body}.AAAA")),
        Credential::Bearer(revoked),
        Credential::Bearer(String::from_utf8(tampered).expect("text")),
        Credential::Cookie("nonsense".to_owned()),
        signed_out,
    ]
}
