//! API keys: what they open, for how long, and who may have them.

use chrono::{TimeDelta, Utc};
use futures_util::stream::{self, StreamExt as _};
use leo_protocol::KeyId;
use leo_protocol::account::Scope;
use leo_protocol::http::{Me, Page};
use leo_protocol::keys::{ApiKey, CreatedKey};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

/// Keys that a user may have at once.
const MAX_KEYS: usize = 100;

/// A key of this client's user.
pub(super) async fn key(client: &Client, scope: Scope) -> CreatedKey {
    let body = json!({"name": format!("to {scope}"), "scope": scope});
    client.post("/api/keys", &body).await.expect(201)
}

/// The same way, by a key.
pub(super) async fn by_key(client: &Client, scope: Scope) -> Client {
    client.with_token(&key(client, scope).await.key)
}

pub(super) async fn revoke(client: &Client, key: KeyId) -> Answer {
    Answer::of(client.request(Method::DELETE, &format!("/api/keys/{key}"))).await
}

async fn keys(client: &Client) -> Vec<ApiKey> {
    client
        .get("/api/keys")
        .await
        .expect::<Page<ApiKey>>(200)
        .items
}

fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Every value in the tables of credentials and deeds, as text.
async fn stored(leo: &Leo) -> String {
    let mut database = leo.database().connection().await;
    let mut all = String::new();
    for table in ["api_keys", "tickets", "audit_log"] {
        let sql = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        let rows = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
        all.push_str(&rows.fetch_one(&mut database).await.unwrap());
    }
    all
}

async fn deeds(leo: &Leo) -> Vec<(String, Value)> {
    let mut database = leo.database().connection().await;
    let deeds = sqlx::query_as("select action, detail from audit_log order by id");
    deeds.fetch_all(&mut database).await.unwrap()
}

#[tokio::test]
async fn a_key_is_shown_once_works_and_is_revoked_at_once() {
    let leo = Leo::in_mode(Mode::Process).apis(2).workers(0).start().await;
    let anna = leo.user("anna");
    let made = key(&anna, Scope::Run).await;
    let secret = made.key.strip_prefix("leo_key_").unwrap();
    assert_eq!(secret.len(), 40);
    assert!(secret.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    assert_eq!(made.hint, made.key[..12]);
    assert!(!anna.get("/api/keys").await.text().contains(secret));
    assert!(!stored(&leo).await.contains(secret));

    let holder = leo.client_of(1).with_token(&made.key);
    let (me, herself): (Me, Me) = (
        holder.get("/api/auth/me").await.expect(200),
        anna.get("/api/auth/me").await.expect(200),
    );
    assert_eq!(me, herself);
    wait_for("time of use", async || keys(&anna).await[0].used_at).await;

    assert_eq!(revoke(&anna, made.id).await.status, 204);
    // On the other replica too, with the very next request.
    let answer = holder.get("/api/auth/me").await;
    assert_eq!(refusal(&answer), refused(401, "unauthorized"));
    assert!(answer.problem().detail.contains("revoked"));
    assert_eq!(
        refusal(&revoke(&anna, made.id).await),
        refused(404, "not_found")
    );
    assert_eq!(keys(&anna).await, []);
    let actions: Vec<_> = deeds(&leo).await;
    let named: Vec<_> = actions.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(named, ["key.created", "key.revoked"]);
    assert!(
        actions
            .iter()
            .all(|(_, detail)| detail["key"] == json!(made.id))
    );
}

#[tokio::test]
async fn a_key_is_good_for_its_scope() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let none = refused(403, "insufficient_scope");
    let prompt = json!({"prompt": "lines 1"});
    let reader = by_key(&anna, Scope::Read).await;
    assert_eq!(reader.get("/api/sessions").await.status, 200);
    assert_eq!(refusal(&reader.post("/api/jobs", &prompt).await), none);
    assert_eq!(refusal(&reader.get("/api/keys").await), none);
    let runner = by_key(&anna, Scope::Run).await;
    assert_eq!(runner.post("/api/jobs", &prompt).await.status, 202);
    let asked = json!({"name": "more", "scope": "read"});
    assert_eq!(refusal(&runner.post("/api/keys", &asked).await), none);
    let own = keys(&anna).await[0].id;
    assert_eq!(refusal(&revoke(&runner, own).await), none);
    let admin = by_key(&anna, Scope::Admin).await;
    assert_eq!(admin.post("/api/keys", &asked).await.status, 201);
    assert_eq!(revoke(&admin, own).await.status, 204);
}

#[tokio::test]
async fn an_operators_key_does_what_its_scope_lets_it() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let drain = "/api/fleet/worker-0/drain";
    let operator = leo.client();
    let reader = by_key(&operator, Scope::Read).await;
    assert_eq!(reader.get("/api/fleet").await.status, 200);
    let answer = reader.post(drain, &json!({})).await;
    assert_eq!(refusal(&answer), refused(403, "insufficient_scope"));
    let admin = by_key(&operator, Scope::Admin).await;
    assert_eq!(admin.post(drain, &json!({})).await.status, 200);
    let others = by_key(&leo.user("anna"), Scope::Admin).await;
    assert_eq!(
        refusal(&others.get("/api/fleet").await),
        refused(404, "not_found")
    );
}

#[tokio::test]
async fn what_is_no_good_key_opens_nothing() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let made = key(&anna, Scope::Admin).await;
    let mut mistyped = made.key.clone();
    let last = mistyped.pop();
    mistyped.push(if last == Some('x') { 'y' } else { 'x' });
    let others = Leo::in_mode(Mode::Process).workers(0).start().await;
    let foreign = key(&others.user("anna"), Scope::Admin).await.key;
    for (wrong, why) in [
        (mistyped.as_str(), "mistyped"),
        ("leo_key_", "mistyped"),
        (&made.hint, "mistyped"),
        (&foreign, "no such API key"),
    ] {
        let answer = leo.client().with_token(wrong).get("/api/auth/me").await;
        assert_eq!(refusal(&answer), refused(401, "unauthorized"));
        assert!(answer.problem().detail.contains(why), "{}", answer.text());
    }
    let mut database = leo.database().connection().await;
    let holder = leo.client().with_token(&made.key);
    sqlx::query("update api_keys set expires_at = now()")
        .execute(&mut database)
        .await
        .unwrap();
    let answer = holder.get("/api/auth/me").await;
    assert_eq!(refusal(&answer), refused(401, "token_expired"));
    sqlx::query("update api_keys set expires_at = null")
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(holder.get("/api/auth/me").await.status, 200);
    sqlx::query("update users set closed_at = now()")
        .execute(&mut database)
        .await
        .unwrap();
    let answer = holder.get("/api/auth/me").await;
    assert_eq!(refusal(&answer), refused(403, "account_closed"));
}

#[tokio::test]
async fn nobody_has_more_keys_than_he_may_have() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    // The account is made by its first request.
    anna.get("/api/auth/me").await;
    let body = json!({"name": "one of many", "scope": "read"});
    let asked = (0..MAX_KEYS + 5).map(|_| anna.post("/api/keys", &body));
    let made: Vec<_> = stream::iter(asked).buffer_unordered(8).collect().await;
    let good = made.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(good, MAX_KEYS);
    for answer in made.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refusal(answer), refused(409, "too_many_keys"));
    }
    let page: Page<ApiKey> = anna.get("/api/keys?limit=60").await.expect(200);
    let next = page.next_cursor.unwrap();
    let path = format!("/api/keys?limit=60&cursor={next}");
    let rest: Page<ApiKey> = anna.get(&path).await.expect(200);
    assert_eq!((page.items.len(), rest.items.len()), (60, 40));
    assert!(rest.next_cursor.is_none());
    // One that is revoked, and one that has expired, make room.
    revoke(&anna, page.items[0].id).await;
    assert_eq!(anna.post("/api/keys", &body).await.status, 201);
    assert_eq!(anna.post("/api/keys", &body).await.status, 409);
    assert_eq!(leo.user("bob").post("/api/keys", &body).await.status, 201);
}

#[tokio::test]
async fn wrong_requests_are_refused_and_others_keys_do_not_exist() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let past = Utc::now() - TimeDelta::seconds(1);
    for (wrong, code) in [
        (json!({"scope": "run"}), "invalid_field"),
        (json!({"name": "x"}), "invalid_field"),
        (json!({"name": " ", "scope": "run"}), "invalid_field"),
        (json!({"name": "a\nb", "scope": "run"}), "invalid_field"),
        (
            json!({"name": "x".repeat(101), "scope": "run"}),
            "invalid_field",
        ),
        (json!({"name": "x", "scope": "root"}), "invalid_field"),
        (
            json!({"name": "x", "scope": "run", "expiresAt": past}),
            "invalid_field",
        ),
        (
            json!({"name": "x", "scope": "run", "key": "mine"}),
            "unknown_field",
        ),
    ] {
        let answer = anna.post("/api/keys", &wrong).await;
        assert_eq!(refusal(&answer), refused(422, code), "{wrong}");
    }
    let hers = key(&anna, Scope::Read).await;
    assert_eq!(keys(&bob).await, []);
    let (others, nobodys) = (
        revoke(&bob, hers.id).await,
        revoke(&bob, KeyId::generate()).await,
    );
    assert_eq!(refusal(&others), refused(404, "not_found"));
    assert_eq!(others.problem().detail, nobodys.problem().detail);
    assert_eq!(keys(&anna).await.len(), 1);
}

#[tokio::test]
async fn the_command_line_makes_lists_and_revokes() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let run = |token: &str, arguments: &[&str]| {
        let mut command = leo.command("leo");
        let url = leo.client().base().to_owned();
        command.env("LEO_URL", url).env("LEO_TOKEN", token);
        let output = command.args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let token = anna.token().unwrap();
    let (good, made, remark) = run(token, &["keys", "create", "ci", "--expires", "30d"]);
    assert!(good && remark.contains("shown this once"), "{remark}");
    let made = made.trim();
    let known = keys(&anna).await;
    let life = known[0].expires_at.unwrap() - known[0].created_at;
    assert!(known[0].scope == Scope::Run && life.num_hours() >= 30 * 24 - 1);
    let (good, _, _) = run(made, &["jobs"]);
    assert!(good);
    let (good, list, _) = run(token, &["keys"]);
    assert!(
        good && list.contains("ci") && !list.contains(made),
        "{list}"
    );
    let id = known[0].id.to_string();
    assert!(run(token, &["keys", "revoke", &id]).0);
    let (good, _, why) = run(made, &["jobs"]);
    assert!(!good && why.contains("revoked"), "{why}");
}
