//! Answers that are cut off come whole all the same, or as an error that says why not.

use leo_model::chat::{ErrorKind, ModelError, Part, Timing};
use leo_tests::ModelServer;
use leo_tests::model_server::Reply;
use leo_tests::model_server::quirks::{
    bare_end, cut_connection, endless, error_after_200, length, ollama, plain, slow, vllm,
};
use serde_json::json;

use super::harness::{ask, ask_with, failure, said, server, text, timing, whole};

fn continuations(parts: &[Part]) -> usize {
    parts
        .iter()
        .filter(|part| matches!(part, Part::Continuing { .. }))
        .count()
}

#[tokio::test]
async fn an_answer_that_is_too_long_comes_in_pieces() {
    let (server, parts, finished) = whole(length::reply).await;
    assert_eq!(continuations(&parts), server.asked().len() - 1);
    assert!(continuations(&parts) >= 3, "{}", text().len());
    assert!(!finished.usage.estimated, "all pieces are counted");
    let prompts: u64 = server
        .asked()
        .iter()
        .map(|asked| u64::try_from(asked.tokens()).unwrap())
        .sum();
    assert_eq!(finished.usage.prompt_tokens, prompts);
    let second = server.request(1).await;
    assert!(second.prompt().contains("cut off"), "it is asked to go on");
    assert!(text().starts_with(second.said().unwrap()));
}

#[tokio::test]
async fn a_model_that_says_its_last_line_again_is_not_heard_twice() {
    whole(length::with_overlap).await;
}

#[tokio::test]
async fn a_bare_end_is_no_success() {
    let (_, parts, _) = whole(bare_end::reply).await;
    let why = "the stream ended before the model had finished".to_owned();
    assert!(parts.contains(&Part::Continuing { why }));
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let (_, parts, _) = whole(cut_connection::reply).await;
    assert_eq!(continuations(&parts), 1);
    let (_, parts, _) = whole(cut_connection::at_once).await;
    assert!(matches!(parts[0], Part::Retrying { .. }), "{:?}", parts[0]);
    assert_eq!(continuations(&parts), 0, "nothing had been said");
}

#[tokio::test]
async fn an_error_within_an_answer_is_overcome() {
    for quirk in [error_after_200::reply, vllm::reply] {
        let (_, parts, _) = whole(quirk).await;
        let why = parts.iter().find_map(|part| match part {
            Part::Continuing { why } => Some(why.clone()),
            _ => None,
        });
        let why = why.unwrap();
        assert!(
            why.contains("upstream died") || why.contains("EngineCore"),
            "{why}"
        );
    }
    let (_, parts, _) = whole(error_after_200::at_once).await;
    assert!(
        parts
            .iter()
            .any(|part| matches!(part, Part::Retrying { .. }))
    );
}

#[tokio::test]
async fn a_stall_is_left_and_the_rest_asked_for() {
    let server = server(slow::stall).await;
    let idle = std::time::Duration::from_millis(300);
    let (parts, finished) = ask_with(&server, Timing { idle, ..timing() }).await;
    assert_eq!(finished.unwrap().text, text());
    let why = "nothing came for 300 ms".to_owned();
    assert!(parts.contains(&Part::Continuing { why }));
    server.hung_up(0).await;
}

#[tokio::test]
async fn a_server_that_can_go_on_by_itself_is_let() {
    let server = server(length::reply).await;
    server.tells(
        "/v1/models",
        json!({"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 4096}]}),
    );
    let (_, finished) = ask(&server).await;
    assert_eq!(finished.unwrap().text, text());
    let asked = server.request(1).await;
    assert_eq!(asked.messages().last().unwrap()["role"], "assistant");
    assert_eq!(asked.body["continue_final_message"], true);
    assert_eq!(asked.body["add_generation_prompt"], false);
}

#[tokio::test]
async fn a_server_that_cannot_after_all_is_asked() {
    let words = text();
    let server = ModelServer::start(
        move |asked| match asked.body.get("continue_final_message") {
            Some(_) => Reply::error(400, "invalid_request_error", "Cannot set both"),
            None => length::reply(asked, &words),
        },
    );
    let server = server.await;
    server.tells(
        "/v1/models",
        json!({"data": [{"id": "m", "owned_by": "llamacpp"}]}),
    );
    let (_, finished) = ask(&server).await;
    assert_eq!(finished.unwrap().text, text());
    let tried = server
        .asked()
        .iter()
        .filter(|asked| asked.body.get("continue_final_message").is_some())
        .count();
    assert_eq!(tried, 1, "it is remembered");
}

#[tokio::test]
async fn whoever_says_nothing_more_is_not_asked_for_ever() {
    let (server, error) = failure(length::without_progress).await;
    assert_eq!(server.asked().len(), 2);
    assert_eq!(error.kind(), ErrorKind::Answer);
    assert!(
        error
            .to_string()
            .contains("it has nothing to add; its context may be full"),
        "{error}"
    );
}

#[tokio::test]
async fn the_number_of_continuations_has_a_limit() {
    let server = server(length::reply).await;
    let (parts, finished) = ask_with(
        &server,
        Timing {
            continuations: 1,
            ..timing()
        },
    )
    .await;
    assert!(
        matches!(finished, Err(ModelError::CutOff { continued: 1, .. })),
        "{finished:?}"
    );
    assert_eq!(
        said(&parts),
        &text()[..said(&parts).len()],
        "what came was given"
    );
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_context_that_is_full_is_told_and_not_overrun() {
    let long: String = (0..3000).map(|n| format!("word {n}, ")).collect();
    let server =
        ModelServer::start(move |asked| ollama::reply(asked, &format!("{long}{}", asked.number)));
    let server = server.await;
    let unlimited = leo_model::chat::Request {
        max_tokens: None,
        ..super::harness::request()
    };
    let mut answer = super::harness::client(&server, timing()).answer(unlimited);
    let (_, ended) = super::harness::read(&mut answer).await;
    assert_eq!(ended, Err(ModelError::ContextFull { context: 4096 }));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_prompt_that_was_not_read_whole_is_a_warning() {
    let server = server(ollama::reply).await;
    let mut request = super::harness::request();
    request
        .messages
        .push(leo_model::chat::Message::User("a long story ".repeat(5000)));
    let finished = super::harness::client(&server, timing())
        .answer(request)
        .finish()
        .await
        .unwrap();
    let warning = finished.warning.unwrap();
    assert!(
        warning.contains("only 2048 of the prompt's about 162"),
        "{warning}"
    );
}

#[tokio::test]
async fn a_model_that_repeats_itself_is_stopped() {
    let server = server(endless::reply).await;
    let (parts, finished) = ask(&server).await;
    let error = finished.unwrap_err();
    assert!(matches!(error, ModelError::Runaway { .. }), "{error}");
    assert!(error.to_string().contains("One more item"), "{error}");
    assert!(said(&parts).len() < 20_000, "{}", said(&parts).len());
    server.hung_up(0).await;
}

#[tokio::test]
async fn an_answer_has_an_end() {
    let endless: String = (0..400_000).map(|n| format!("line {n}\n")).collect();
    let server =
        ModelServer::start(move |_| Reply::stream().text(&endless).text(&endless).finish("stop"))
            .await;
    let (_, finished) = ask(&server).await;
    assert!(
        matches!(finished, Err(ModelError::TooLong { .. })),
        "it is too long"
    );
}

#[tokio::test]
async fn what_is_rightly_there_twice_stays() {
    let table = format!("<table>\n{}</table>\n", "  <tr><td></td></tr>\n".repeat(60));
    let expected = table.clone();
    let server = ModelServer::start(move |asked| length::reply(asked, &table)).await;
    let (_, finished) = ask_with(
        &server,
        Timing {
            continuations: 9,
            ..timing()
        },
    )
    .await;
    assert_eq!(finished.unwrap().text, expected);
    let plain = ModelServer::start(|asked| plain::reply(asked, "")).await;
    assert!(ask(&plain).await.1.is_err(), "an empty answer is none");
}
