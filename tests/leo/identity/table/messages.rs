//! Each message of the WebSocket, sent by everybody.

use std::collections::BTreeSet;

use leo_protocol::account::Scope;
use leo_protocol::repl::{CLOSE_FORBIDDEN, ClientMessage};
use leo_tests::{Leo, Repl, secrets};
use serde_json::{Value, json};

use super::people::{self, Credential, Person, Things};

/// One message, and what it takes.
struct Row {
    kind: &'static str,
    /// What the credential must be good for; `None`: nobody is asked.
    needs: Option<Scope>,
    /// The code for what is somebody else's; `None` where it is about nothing, or not answered.
    others: Option<&'static str>,
}

const ROWS: &[Row] = &[
    row("authenticate", None, None),
    row("join_session", Some(Scope::Read), Some("not_found")),
    row("leave_session", Some(Scope::Read), Some("not_joined")),
    row("start_generation", Some(Scope::Run), Some("not_found")),
    row("cancel_generation", Some(Scope::Run), Some("not_found")),
    row("get_state", Some(Scope::Read), Some("not_found")),
    row("ack", Some(Scope::Read), None),
    row("ping", None, None),
];

const fn row(kind: &'static str, needs: Option<Scope>, others: Option<&'static str>) -> Row {
    Row {
        kind,
        needs,
        others,
    }
}

/// A message of that kind about these things.
fn message(kind: &str, things: &Things, token: &str) -> ClientMessage {
    let text = json!({
        "type": kind, "token": token, "sessionId": things.session, "jobId": things.job,
        "prompt": "lines 1", "seq": 1,
    });
    let text = only_known(text);
    serde_json::from_value(text).expect("a message")
}

/// The fields that a message of this kind has; others may be refused.
fn only_known(mut message: Value) -> Value {
    let fields: &[&str] = match message["type"].as_str().expect("a type") {
        "authenticate" => &["token"],
        "join_session" | "leave_session" | "get_state" => &["sessionId"],
        "start_generation" => &["sessionId", "prompt"],
        "cancel_generation" => &["jobId"],
        "ack" => &["sessionId", "seq"],
        _ => &[],
    };
    let object = message.as_object_mut().expect("an object");
    object.retain(|name, _| name == "type" || fields.contains(&name.as_str()));
    message
}

#[test]
fn the_table_holds_every_message() {
    // What the protocol knows is in its complaint about what it does not know.
    let error = serde_json::from_value::<ClientMessage>(json!({"type": "?"})).unwrap_err();
    let text = error.to_string();
    let (_, names) = text.split_once("expected one of ").expect("the names");
    let known: BTreeSet<_> = names.split('`').skip(1).step_by(2).collect();
    let listed: BTreeSet<_> = ROWS.iter().map(|row| row.kind).collect();
    assert_eq!(known, listed);
}

/// Sends a message; the code of the error that it is answered with, and the close code, if any.
async fn sent(repl: &mut Repl, message: &ClientMessage) -> (Option<(String, String)>, Option<u16>) {
    repl.send(message).await;
    repl.refusal().await
}

#[tokio::test]
async fn people_may_send_what_their_credentials_are_good_for() {
    let leo = super::installation().await;
    let client = leo.client();
    let bob = leo.user("bob").token().expect("a token").to_owned();
    let bobs = people::things(&client, &Credential::Bearer(bob)).await;
    for person in people::everybody(&leo).await {
        let token = match &person.credential {
            Credential::Bearer(token) => token.clone(),
            _ => String::new(),
        };
        for row in ROWS
            .iter()
            .filter(|row| !(row.kind == "authenticate" && token.is_empty()))
        {
            let what = format!("{} as {}", row.kind, person.name);
            let barred = row.needs.is_some_and(|scope| person.scope < scope);
            let mut told = Vec::new();
            for things in [&person.things, &bobs, &Things::nowhere()] {
                let mut repl = connect(&leo, &person).await;
                if row.kind == "leave_session" {
                    repl.join(person.things.session, None, false).await;
                }
                told.push(sent(&mut repl, &message(row.kind, things, &token)).await);
            }
            if barred {
                let (error, close) = &told[0];
                assert_eq!(
                    error.as_ref().expect("an error").0,
                    "insufficient_scope",
                    "{what}"
                );
                assert_eq!(*close, Some(CLOSE_FORBIDDEN), "{what}");
            } else {
                assert_eq!(told[0], (None, None), "{what}");
            }
            assert_eq!(told[1], told[2], "{what}: somebody else's and nobody's");
            let code = told[1].0.as_ref().map(|(code, _)| code.as_str());
            let expected = if barred {
                Some("insufficient_scope")
            } else {
                row.others
            };
            assert_eq!(code, expected, "{what}");
        }
    }
}

async fn connect(leo: &Leo, person: &Person) -> Repl {
    let headers = person.credential.headers();
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut repl = Repl::connect_with(&leo.client(), "", &headers).await;
    assert_eq!(repl.known().await, person.things.user, "{}", person.name);
    repl
}

#[tokio::test]
async fn nobody_may_send_anything_but_who_he_is() {
    let leo = super::installation().await;
    let things = Things::nowhere();
    for row in ROWS {
        let mut repl = Repl::connect_with(&leo.client(), "", &[]).await;
        let (error, close) = sent(&mut repl, &message(row.kind, &things, "nonsense")).await;
        let code = error.map(|(code, _)| code);
        match row.kind {
            "authenticate" => assert_eq!(code.as_deref(), Some("unauthorized")),
            "ping" => assert_eq!((code, close), (None, None)),
            _ => assert_eq!(
                (code.as_deref(), close),
                (Some("unauthenticated"), None),
                "{}",
                row.kind
            ),
        }
    }
}

#[tokio::test]
async fn each_way_to_say_who_one_is_leads_in() {
    let leo = super::installation().await;
    let client = leo.client();
    for person in people::everybody(&leo).await {
        let user = person.things.user;
        connect(&leo, &person).await;
        let ticket: Value = person
            .credential
            .ask(&client, "post", "/api/auth/ticket", None)
            .await
            .expect(201);
        let ticket = ticket["ticket"].as_str().expect("a ticket");
        secrets::remember(ticket);
        let mut repl = Repl::connect_with(&client, &format!("?ticket={ticket}"), &[]).await;
        assert_eq!(repl.known().await, user, "{} by a ticket", person.name);
        let Credential::Bearer(token) = &person.credential else {
            continue;
        };
        let mut repl = Repl::connect_with(&client, &format!("?token={token}"), &[]).await;
        assert_eq!(repl.known().await, user, "{} by the query", person.name);
        let mut repl = Repl::connect_with(&client, "", &[]).await;
        let token = token.clone();
        repl.send(&ClientMessage::Authenticate { token }).await;
        assert_eq!(repl.known().await, user, "{} by a message", person.name);
    }
}
