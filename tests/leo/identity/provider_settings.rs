//! A user's own model provider: kept encrypted, used for his jobs alone, and never seen again.

use leo_protocol::http::Job;
use leo_protocol::provider::ProviderSettings;
use leo_protocol::{FailureReason, JobStatus};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/settings/provider";
/// Whoever prints it has not been masked.
const KEY: &str = "sk-users-own/key-0123456789abcdef";
/// The installation's.
const COMMON_KEY: &str = "sk-common-key-0123456789abcdef";
/// A secret key after a rotation; no secret of anybody.
const NEXT_SECRET_KEY: &str = "another-key-that-everybody-may-read-in-this-file";
/// The harness's own.
const SECRET_KEY: &str = "a-key-that-everybody-may-read-in-this-file";

async fn set(client: &Client, body: &Value) -> Answer {
    Answer::of(client.request(Method::PUT, PATH).json(body)).await
}

async fn run(client: &Client, prompt: &str) -> (Job, Vec<String>) {
    let job = client.submit(prompt).await;
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    let lines = transcript.events().iter();
    let lines = lines.filter_map(leo_tests::transcript::line_of);
    (job, lines.map(str::to_owned).collect())
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

#[tokio::test]
async fn settings_are_kept_and_the_key_is_not_told() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let none: ProviderSettings = anna.get(PATH).await.expect(200);
    assert_eq!(none, ProviderSettings::default());
    let body = json!({"provider": "openai", "baseUrl": "https://llm.example/v1", "apiKey": KEY, "model": "large"});
    let answer = set(&anna, &body).await;
    assert!(!answer.text().contains(KEY));
    let told: ProviderSettings = answer.expect(200);
    let hint = told.key_hint.clone();
    assert_eq!((told.has_key, hint.as_deref()), (true, Some("cdef")));
    assert_eq!(anna.get(PATH).await.expect::<ProviderSettings>(200), told);
    assert_eq!(bob.get(PATH).await.expect::<ProviderSettings>(200), none);
    let mut database = leo.database().connection().await;
    let stored = sqlx::query_scalar::<_, Vec<u8>>("select secret from user_providers");
    let stored = stored.fetch_one(&mut database).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("users-own"));
    let deed = sqlx::query_scalar::<_, Value>(
        "select detail from audit_log where action = 'provider.changed'",
    );
    let deed = deed.fetch_one(&mut database).await.unwrap();
    assert_eq!(
        (&deed["host"], &deed["hasKey"]),
        (&json!("llm.example"), &json!(true))
    );
    assert!(!deed.to_string().contains("sk-"));
}

/// Else whoever gets hold of a session could have the key sent to a server of his own.
#[tokio::test]
async fn a_key_stays_with_its_server() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let has_key = async |body: Value| {
        let told: ProviderSettings = set(&anna, &body).await.expect(200);
        told.has_key
    };
    let home = "https://llm.example/v1";
    assert!(has_key(json!({"provider": "openai", "baseUrl": home, "apiKey": KEY})).await);
    assert!(has_key(json!({"provider": "openai", "baseUrl": home, "model": "small"})).await);
    let away = "https://evil.example/v1";
    assert!(!has_key(json!({"provider": "openai", "baseUrl": away})).await);
    assert!(!has_key(json!({"provider": "openai", "baseUrl": home})).await);
    assert!(has_key(json!({"provider": "openai", "baseUrl": home, "apiKey": KEY})).await);
    assert!(!has_key(json!({"provider": "openrouter", "baseUrl": home})).await);
    let removed = Answer::of(anna.request(Method::DELETE, PATH)).await;
    assert_eq!(removed.status, 204);
    assert_eq!(
        anna.get(PATH).await.expect::<Value>(200),
        json!({"hasKey": false})
    );
    assert!(!has_key(json!({"provider": "openrouter", "baseUrl": home})).await);
}

#[tokio::test]
async fn what_cannot_be_a_provider_is_refused() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    for (body, code) in [
        (json!({"provider": "skynet"}), "invalid_field"),
        (
            json!({"provider": "openai", "baseUrl": "file:///etc/passwd"}),
            "invalid_field",
        ),
        (
            json!({"provider": "openai", "baseUrl": "https://me:pw@llm.example"}),
            "invalid_field",
        ),
        (
            json!({"provider": "openai", "apiKey": "with space 123"}),
            "invalid_field",
        ),
        (json!({"provider": "openai", "model": ""}), "invalid_field"),
        (
            json!({"provider": "openai", "secret": KEY}),
            "unknown_field",
        ),
        (json!({}), "invalid_field"),
    ] {
        let answer = set(&anna, &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
        assert_eq!(answer.problem().code, code, "{body}");
        assert!(!answer.text().contains("me:pw") && !answer.text().contains("space 123"));
    }
}

#[tokio::test]
async fn jobs_use_the_provider_of_their_user() {
    let wishes = Leo::in_mode(Mode::Process)
        .set("LLM_PROVIDER", "demo")
        .set("LLM_API_KEY", COMMON_KEY);
    let leo = wishes.start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let body = json!({"provider": "openai", "baseUrl": "http://llm.example/v1", "apiKey": KEY, "model": "large"});
    assert_eq!(set(&anna, &body).await.status, 200);
    let script = "reveal reversed; env LLM_PROVIDER; env LLM_BASE_URL; env LLM_MODEL";
    let (_, lines) = run(&anna, script).await;
    let expected = [
        "LLM_PROVIDER=openai",
        "LLM_BASE_URL=http://llm.example/v1",
        "LLM_MODEL=large",
    ];
    assert_eq!(lines[0], reversed(KEY));
    assert_eq!(lines[1..], expected);
    let (_, lines) = run(&bob, script).await;
    assert_eq!(lines[0], reversed(COMMON_KEY));
    assert_eq!(
        lines[1..],
        ["LLM_PROVIDER=demo", "LLM_BASE_URL", "LLM_MODEL"]
    );
    // Without a key of his own nobody is given another's.
    let body = json!({"provider": "openrouter"});
    assert_eq!(set(&anna, &body).await.status, 200);
    let (_, lines) = run(&anna, "env LLM_API_KEY").await;
    assert_eq!(lines, ["LLM_API_KEY"]);
}

#[tokio::test]
async fn keys_survive_a_change_of_the_secret_key() {
    let mut leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let body = json!({"provider": "openai", "apiKey": KEY});
    assert_eq!(set(&anna, &body).await.status, 200);
    let token = anna.token().expect("a token").to_owned();
    // A key that is lost: the job fails, and says why.
    leo.restart_with(&[("LEO_SECRET_KEY", NEXT_SECRET_KEY)])
        .await;
    leo.start_worker().await;
    let anna = leo.user("anna");
    let (job, _) = run(&anna, "reveal reversed").await;
    let error = job.error.expect("an error");
    assert_eq!(
        (job.status, error.reason),
        (JobStatus::Failed, FailureReason::ProviderError)
    );
    assert!(error.message.contains("decrypted"), "{}", error.message);
    // One that is known serves on, for tokens too.
    let both = [
        ("LEO_SECRET_KEY", NEXT_SECRET_KEY),
        ("LEO_SECRET_KEY_PREVIOUS", SECRET_KEY),
    ];
    leo.restart_with(&both).await;
    leo.start_worker().await;
    let anna = leo.client().with_token(&token);
    assert_eq!(run(&anna, "reveal reversed").await.1, [reversed(KEY)]);
    let said = leo.reencrypt();
    assert!(
        said.contains("re-encrypted 1, already under the present key 0"),
        "{said}"
    );
    let said = leo.reencrypt();
    assert!(
        said.contains("re-encrypted 0, already under the present key 1"),
        "{said}"
    );
    leo.restart_with(&[("LEO_SECRET_KEY_PREVIOUS", "")]).await;
    leo.start_worker().await;
    let anna = leo.user("anna");
    assert_eq!(run(&anna, "reveal reversed").await.1, [reversed(KEY)]);
}
