//! A server of models that is not ours: llama.cpp with a model drawn at random.

use leo_protocol::FailureReason;
use leo_tests::Agent;
use leo_tests::llama::Llama;
use leo_tests::model_server::{ModelServer, Reply};

/// How much the model reads; it never ends by itself.
const CONTEXT: u32 = 8192;

#[tokio::test]
async fn its_gibberish_ends_as_a_clear_error() {
    let nobody = ModelServer::start(|_| Reply::stream()).await;
    let llama = Llama::start(CONTEXT).await;
    let agent = Agent::new(&nobody).with("LLM_BASE_URL", &llama.url());
    let ended = agent.without("LLM_MODEL").run().await;
    let (message, reason) = ended.error().unwrap();
    assert_eq!(
        (ended.code, reason),
        (1, Some(FailureReason::ProviderError)),
        "{message}"
    );
    assert!(message.contains("leo provider test"), "{message}");
}
