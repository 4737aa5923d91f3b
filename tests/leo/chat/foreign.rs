//! A server that is not ours: llama.cpp, with a model that says nothing that makes sense. All of it
//! ends as an error that says so, and none of it hangs.

use leo_model::chat::{
    Client, Endpoint, Message, ModelError, ModelInfo, Part, Provider, Request, Timing,
};
use leo_tests::llama::Llama;

use super::harness::{read, said};

fn client(server: &Llama, timing: Timing) -> Client {
    let endpoint = Endpoint::new(Provider::Openai, Some(&server.url()), None, None).unwrap();
    Client::new(endpoint, timing).unwrap()
}

fn request(max_tokens: Option<u32>) -> Request {
    let prompt = "Write a page about the sea.".to_owned();
    Request {
        messages: vec![Message::User(prompt)],
        max_tokens,
        ..Request::default()
    }
}

#[tokio::test]
async fn gibberish_is_streamed_counted_and_continued_by_the_server_itself() {
    let server = Llama::start(2048).await;
    let client = client(
        &server,
        Timing {
            continuations: 2,
            ..Timing::default()
        },
    );
    let listed = client.models().await.unwrap();
    let expected = ModelInfo {
        id: "gibberish".into(),
        context_length: Some(2048),
        loaded: Some(true),
        tools: None,
    };
    assert_eq!(listed, [expected]);
    let mut answer = client.answer(request(Some(40)));
    let (parts, ended) = read(&mut answer).await;
    assert!(
        matches!(ended, Err(ModelError::CutOff { continued: 2, .. })),
        "{ended:?}"
    );
    let texts = parts
        .iter()
        .filter(|part| matches!(part, Part::Text(_)))
        .count();
    assert!(texts > 60, "it is streamed: {texts}");
    assert!(!said(&parts).trim().is_empty());
    let usage = answer.usage_so_far();
    assert_eq!(
        (usage.completion_tokens, usage.estimated),
        (120, false),
        "three pieces of 40"
    );
    // Whoever asks for the rest in words, sends several hundred more.
    assert!(usage.prompt_tokens < 700, "{usage:?}");
}

#[tokio::test]
async fn a_context_that_fills_up_is_told_and_so_is_one_that_is_too_small() {
    let server = Llama::start(1024).await;
    let client = client(&server, Timing::default());
    let mut answer = client.answer(request(None));
    let (parts, ended) = read(&mut answer).await;
    assert_eq!(ended, Err(ModelError::ContextFull { context: 1024 }));
    assert!(!said(&parts).is_empty());
    let mut long = request(None);
    long.messages
        .push(Message::User("and the sea ".repeat(2000)));
    let error = client.answer(long).finish().await.unwrap_err();
    let ModelError::ContextTooSmall {
        needed: Some(needed),
        context: Some(1024),
        ..
    } = error
    else {
        panic!("{error}");
    };
    assert!(needed > 10_000, "{needed}");
}
