//! The ordinary way, as each kind of server goes it.

use leo_model::chat::{Part, Usage};
use leo_tests::model_server::quirks::{llama_cpp, lmstudio, no_done, openrouter, plain};

use super::harness::{ask_without_key, server, text, whole};

fn written() -> u64 {
    u64::try_from(text().len() / 4).unwrap()
}

#[tokio::test]
async fn an_answer_as_it_should_be() {
    let (server, _, finished) = whole(plain::reply).await;
    assert_eq!(finished.model.as_deref(), Some("scripted-model"));
    let told = Usage {
        prompt_tokens: 6,
        completion_tokens: written(),
        cost_usd: None,
        estimated: false,
    };
    assert_eq!(finished.usage, told);
    assert!(finished.first_token <= finished.total);
    assert_eq!(finished.warning, None);
    let asked = server.request(0).await;
    assert_eq!(asked.headers["authorization"], "Bearer sk-test-secret");
    assert_eq!(asked.body["stream_options"]["include_usage"], true);
    assert_eq!(asked.body["max_tokens"], 2000);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn openrouter_comments_are_life_and_its_last_chunk_has_the_cost() {
    let (_, parts, finished) = whole(openrouter::reply).await;
    assert_eq!(parts[..3], [Part::Alive, Part::Alive, Part::Alive]);
    assert_eq!(finished.usage.cost_usd, Some(0.0125));
    assert_eq!(finished.usage.completion_tokens, written());
    assert!(!finished.usage.estimated);
}

#[tokio::test]
async fn llama_cpp_counts_where_it_ends() {
    let (_, _, finished) = whole(llama_cpp::reply).await;
    assert_eq!(finished.usage.prompt_tokens, 9);
    assert!(!finished.usage.estimated);
}

#[tokio::test]
async fn lm_studio_gets_no_key_and_what_it_does_not_count_is_estimated() {
    let server = server(lmstudio::reply).await;
    let finished = ask_without_key(&server).await;
    assert_eq!(finished.text, text());
    assert!(finished.usage.estimated);
    assert!(
        finished.usage.completion_tokens.abs_diff(written()) <= 2,
        "{:?}",
        finished.usage
    );
    assert!(finished.usage.prompt_tokens > 0);
}

#[tokio::test]
async fn a_reason_is_an_end_without_done() {
    whole(no_done::reply).await;
}

#[tokio::test]
async fn a_stream_that_stays_open_behind_its_end_is_left() {
    let (server, _, _) = whole(no_done::and_no_end).await;
    server.hung_up(0).await;
}
