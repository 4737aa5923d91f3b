//! A client and a server with one quirk.

use std::time::Duration;

use leo_model::chat::{
    Answer, Client, Endpoint, Finished, Message, ModelError, Part, Provider, Request, Timing,
};
use leo_tests::ModelServer;
use leo_tests::model_server::quirks::Quirk;

/// A text of some 1500 characters, of which no line is there twice.
pub(super) fn text() -> String {
    let lines = (0..30).map(|n| {
        format!(
            "<p>Line {n}: größer, {} and \"quoted\".</p>\n",
            "word ".repeat(n % 5)
        )
    });
    lines.collect()
}

/// A server that says [`text`] with this quirk.
pub(super) async fn server(quirk: Quirk) -> ModelServer {
    let text = text();
    ModelServer::start(move |asked| quirk(asked, &text)).await
}

/// Patience for tests: short where a test waits for its end.
pub(super) fn timing() -> Timing {
    Timing {
        first_token: Duration::from_secs(30),
        idle: Duration::from_secs(30),
        ..Timing::default()
    }
}

/// A client of `server`, with a key.
pub(super) fn client(server: &ModelServer, timing: Timing) -> Client {
    let key = Some("sk-test-secret".to_owned().into());
    let model = Some("scripted-model".to_owned());
    let endpoint = Endpoint::new(Provider::Openai, Some(&server.url()), key, model).unwrap();
    Client::new(endpoint, timing).unwrap()
}

/// An ordinary request.
pub(super) fn request() -> Request {
    Request {
        messages: vec![
            Message::System("You write pages.".into()),
            Message::User("Write one.".into()),
        ],
        max_tokens: Some(2000),
        temperature: Some(0.2),
        ..Request::default()
    }
}

/// All parts of an answer, and how it ended.
pub(super) async fn read(answer: &mut Answer) -> (Vec<Part>, Result<(), ModelError>) {
    let mut parts = Vec::new();
    loop {
        match answer.next().await {
            Ok(Some(part)) => parts.push(part),
            Ok(None) => return (parts, Ok(())),
            Err(error) => return (parts, Err(error)),
        }
    }
}

/// The text in some parts.
pub(super) fn said(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Asks `server` once, with the usual patience; the parts, and the whole.
pub(super) async fn ask(server: &ModelServer) -> (Vec<Part>, Result<Finished, ModelError>) {
    ask_with(server, timing()).await
}

/// Asks `server` once.
pub(super) async fn ask_with(
    server: &ModelServer,
    timing: Timing,
) -> (Vec<Part>, Result<Finished, ModelError>) {
    let mut answer = client(server, timing).answer(request());
    let (parts, ended) = read(&mut answer).await;
    match ended {
        Ok(()) => (parts, answer.finish().await),
        Err(error) => (parts, Err(error)),
    }
}

/// Asks a server with this quirk, and checks that the whole text comes, seamless.
pub(super) async fn whole(quirk: Quirk) -> (ModelServer, Vec<Part>, Finished) {
    let server = server(quirk).await;
    let (parts, finished) = ask(&server).await;
    let finished = finished.unwrap();
    assert_eq!(finished.text, text());
    assert_eq!(said(&parts), text());
    (server, parts, finished)
}

/// Asks a server with this quirk, and gives why there is no whole answer.
pub(super) async fn failure(quirk: Quirk) -> (ModelServer, ModelError) {
    let server = server(quirk).await;
    let (_, finished) = ask(&server).await;
    (server, finished.unwrap_err())
}

/// Asks `server` as LM Studio, without a key.
pub(super) async fn ask_without_key(server: &ModelServer) -> Finished {
    let endpoint = Endpoint::new(
        Provider::Lmstudio,
        Some(&server.url()),
        None,
        Some("m".into()),
    )
    .unwrap();
    let client = Client::new(endpoint, timing()).unwrap();
    client.answer(request()).finish().await.unwrap()
}
