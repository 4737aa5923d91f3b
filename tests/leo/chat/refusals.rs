//! What a user has to change is said in words, with figures, and without the key.

use leo_model::chat::{Client, Endpoint, ErrorKind, ModelError, Provider, Timing};
use leo_tests::model_server::quirks::{error_after_200, llama_cpp, redirect, wrong_key};

use super::harness::{client, failure, request, server, timing};

#[tokio::test]
async fn a_context_that_is_too_small() {
    for quirk in [
        llama_cpp::exceed_context,
        llama_cpp::exceed_context_after_200,
    ] {
        let (server, error) = failure(quirk).await;
        assert_eq!(error.kind(), ErrorKind::Context);
        let said = error.to_string();
        assert!(
            said.starts_with("the prompt has 5012 tokens and the model's context is 4096"),
            "{said}"
        );
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_error_after_200_for_which_nothing_helps() {
    let (server, error) = failure(error_after_200::for_good).await;
    assert!(
        matches!(error, ModelError::Credit { status: 402, .. }),
        "{error}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_wrong_key_is_named_and_not_shown() {
    let server = server(wrong_key::reply).await;
    let client = client(&server, timing());
    let mut answer = client.answer(request());
    let error = answer.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert!(
        error.to_string().contains("refuses the API key (401)"),
        "{error}"
    );
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        format!("{client:?}"),
        format!("{answer:?}"),
    ] {
        assert!(!shown.contains("sk-test-secret"), "{shown}");
    }
    assert_eq!(answer.next().await, Err(error), "it stays so");
}

#[tokio::test]
async fn the_key_goes_nowhere_else() {
    let (_, error) = failure(redirect::reply).await;
    assert!(error.to_string().contains("307, a redirect"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_is_refused() {
    // What answers is no TLS at all; what matters is that the client insists.
    let server = server(wrong_key::reply).await;
    let url = server.url().replace("http:", "https:");
    let endpoint = Endpoint::new(Provider::Openai, Some(&url), None, Some("m".into())).unwrap();
    let client = Client::new(
        endpoint,
        Timing {
            attempts: 1,
            ..timing()
        },
    )
    .unwrap();
    let error = client.answer(request()).finish().await.unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. }), "{error}");
    assert!(server.asked().is_empty());
}
