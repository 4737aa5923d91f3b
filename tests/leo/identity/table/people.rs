//! Who comes: accounts, what they own, and by what each of them can prove who it is.

use leo_protocol::account::Scope;
use leo_protocol::http::Me;
use leo_protocol::webhooks::CreatedWebhook;
use leo_protocol::{DeliveryId, JobId, KeyId, SessionId, UserId, WebhookId};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, secrets};
use reqwest::Method;
use serde_json::{Value, json};

/// Under which name people know this installation; whatever is not sent from there and rests on a
/// cookie is refused.
pub(super) const ORIGIN: &str = "https://leo.example";
/// What Supabase signs with.
pub(super) const SUPABASE_SECRET: &str = "the-shared-secret-of-a-supabase-project";
/// The cookie of a sign-in, where the public address is https.
const COOKIE: &str = "__Host-leo_session";
const PASSWORD: &str = "correct horse battery staple";

/// By what somebody says who he is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// By nothing.
    None,
    /// By a token or key.
    Bearer(String),
    /// By the cookie of a browser, which also says where its page is from.
    Cookie(String),
}

impl Credential {
    /// The headers that carry it.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::None => Vec::new(),
            Self::Bearer(token) => vec![("authorization", format!("Bearer {token}"))],
            Self::Cookie(value) => vec![
                ("cookie", format!("{COOKIE}={value}")),
                ("origin", ORIGIN.to_owned()),
            ],
        }
    }

    /// The answer to a request that carries it.
    pub(super) async fn ask(
        &self,
        client: &Client,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let method: Method = method.to_uppercase().parse().expect("a method");
        let mut request = client.request(method, path);
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_owned());
        }
        Answer::of(request).await
    }
}

/// What an account owns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Things {
    pub(super) session: SessionId,
    /// It has ended and left files.
    pub(super) job: JobId,
    pub(super) key: KeyId,
    /// It deploys.
    pub(super) webhook: WebhookId,
    pub(super) user: UserId,
}

impl Things {
    /// Ids of nothing.
    pub(super) fn nowhere() -> Self {
        Self {
            session: SessionId::generate(),
            job: JobId::generate(),
            key: KeyId::generate(),
            webhook: WebhookId::generate(),
            user: UserId::generate(),
        }
    }

    /// A path with their ids in it.
    pub(super) fn fill(&self, path: &str) -> String {
        let id = match path.split('/').nth(2) {
            Some("sessions") => self.session.to_string(),
            Some("keys") => self.key.to_string(),
            Some("users") => self.user.to_string(),
            Some("webhooks") => self.webhook.to_string(),
            _ => self.job.to_string(),
        };
        path.replace("{id}", &id)
            .replace("{path}", "a.txt")
            .replace("{worker}", "worker-0")
            .replace("{delivery}", &DeliveryId::generate().to_string())
    }
}

/// Somebody who comes with one kind of credential.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// For messages of this test.
    pub(super) name: &'static str,
    pub(super) credential: Credential,
    pub(super) scope: Scope,
    pub(super) operator: bool,
    /// A credential of the same account that is good for everything.
    pub(super) all: Credential,
    pub(super) things: Things,
}

/// Everybody, with each kind of credential.
pub(super) async fn everybody(leo: &Leo) -> Vec<Person> {
    let client = leo.client();
    let anna = bearer(&leo.user("anna"));
    let annas = things(&client, &anna).await;
    let mut people = vec![person("anna with a token", &anna, annas)];
    for (name, scope) in [
        ("anna with a key to read", Scope::Read),
        ("anna with a key to run", Scope::Run),
        ("anna with a key for all", Scope::Admin),
    ] {
        let credential = Credential::Bearer(key(&client, &anna, scope).await.1);
        people.push(Person {
            name,
            credential,
            scope,
            ..person("", &anna, annas)
        });
    }
    let sam = Credential::Bearer(supabase("sam"));
    people.push(person("sam of supabase", &sam, things(&client, &sam).await));
    let olga = bearer(&leo.operator("olga"));
    people.push(Person {
        operator: true,
        ..person("olga, an operator", &olga, things(&client, &olga).await)
    });
    let (_, key) = key(&client, &olga, Scope::Read).await;
    let credential = Credential::Bearer(key);
    people.push(Person {
        name: "olga with a key to read",
        credential,
        scope: Scope::Read,
        ..people.last().expect("olga").clone()
    });
    let carla = cookie(&client, "carla@leo.example").await;
    people.push(person(
        "carla with a cookie",
        &carla,
        things(&client, &carla).await,
    ));
    people
}

fn person(name: &'static str, all: &Credential, things: Things) -> Person {
    Person {
        name,
        credential: all.clone(),
        scope: Scope::Admin,
        operator: false,
        all: all.clone(),
        things,
    }
}

fn bearer(client: &Client) -> Credential {
    Credential::Bearer(client.token().expect("a token").to_owned())
}

/// What an account is given to own.
pub(super) async fn things(client: &Client, who: &Credential) -> Things {
    let me: Me = who
        .ask(client, "get", "/api/auth/me", None)
        .await
        .expect(200);
    let prompt = json!({"prompt": "write a.txt x"}).to_string();
    let job = who.ask(client, "post", "/api/jobs", Some(&prompt)).await;
    let job: leo_protocol::http::Job = job.expect(202);
    leo_tests::wait_for("the end of a job", async || {
        let path = format!("/api/jobs/{}", job.id);
        let job: leo_protocol::http::Job = who.ask(client, "get", &path, None).await.expect(200);
        job.status.is_terminal().then_some(())
    })
    .await;
    Things {
        session: job.session_id,
        job: job.id,
        key: key(client, who, Scope::Read).await.0,
        webhook: webhook(client, who).await,
        user: me.user_id,
    }
}

/// A new webhook of this account that deploys.
async fn webhook(client: &Client, who: &Credential) -> WebhookId {
    let body =
        json!({"url": "https://hooks.invalid/x", "events": ["deploy.requested"]}).to_string();
    let made = who.ask(client, "post", "/api/webhooks", Some(&body)).await;
    let made: CreatedWebhook = made.expect(201);
    secrets::remember(&made.secret);
    made.webhook.id
}

/// A new key of this account.
pub(super) async fn key(client: &Client, who: &Credential, scope: Scope) -> (KeyId, String) {
    let body = json!({"name": "of a test", "scope": scope}).to_string();
    let made: Value = who
        .ask(client, "post", "/api/keys", Some(&body))
        .await
        .expect(201);
    let key = made["key"].as_str().expect("a key").to_owned();
    secrets::remember(&key);
    let id = made["id"].as_str().expect("an id").parse();
    (id.expect("an id"), key)
}

/// A new sign-in of the account with this address, which is made where it is not there.
pub(super) async fn cookie(client: &Client, email: &str) -> Credential {
    secrets::remember(PASSWORD);
    let body = json!({"email": email, "password": PASSWORD}).to_string();
    let page = Credential::None;
    let mut answer = page
        .ask(client, "post", "/api/auth/login", Some(&body))
        .await;
    if answer.status == 401 {
        answer = page
            .ask(client, "post", "/api/auth/register", Some(&body))
            .await;
    }
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    let set = answer.headers["set-cookie"].to_str().expect("a cookie");
    let value = set
        .strip_prefix(&format!("{COOKIE}="))
        .expect("the cookie of a sign-in");
    let value = value.split(';').next().expect("a value").to_owned();
    secrets::remember(&value);
    Credential::Cookie(value)
}

/// A token of somebody at Supabase.
fn supabase(subject: &str) -> String {
    let claims = json!({
        "iss": "https://project.supabase.example/auth/v1", "aud": "authenticated", "sub": subject,
        "email": format!("{subject}@leo.example"), "role": "authenticated",
        "exp": chrono::Utc::now().timestamp() + 3600,
    });
    let key = jsonwebtoken::EncodingKey::from_secret(SUPABASE_SECRET.as_bytes());
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key);
    let token = token.expect("sign a token");
    secrets::remember(&token);
    token
}
