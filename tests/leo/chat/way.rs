//! The ordinary way, as each kind of server goes it.

use leo_model::chat::Usage;
use leo_tests::model_server::quirks::plain;

use super::harness::{text, whole};

#[tokio::test]
async fn an_answer_as_it_should_be() {
    let (server, _, finished) = whole(plain::reply).await;
    assert_eq!(finished.model.as_deref(), Some("scripted-model"));
    let told = Usage {
        prompt_tokens: 6,
        completion_tokens: u64::try_from(text().len() / 4).unwrap(),
        cost_usd: None,
        estimated: false,
    };
    assert_eq!(finished.usage, told);
    assert!(finished.first_token <= finished.total);
    let asked = server.request(0).await;
    assert_eq!(asked.headers["authorization"], "Bearer sk-test-secret");
    assert_eq!(asked.body["stream_options"]["include_usage"], true);
    assert_eq!(asked.body["max_tokens"], 2000);
    assert_eq!(server.asked().len(), 1);
}
