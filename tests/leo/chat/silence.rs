//! Servers that say nothing: at all, or not in time.

use std::time::Duration;

use leo_model::chat::{ErrorKind, ModelError, Timing};
use leo_tests::model_server::quirks::{lmstudio, slow};

use super::harness::{ask_with, failure, server, text, timing};

#[tokio::test]
async fn an_empty_stream_names_the_likely_cause() {
    for quirk in [lmstudio::nothing, lmstudio::not_a_byte] {
        let (server, error) = failure(quirk).await;
        assert_eq!(error.kind(), ErrorKind::Answer);
        let said = error.to_string();
        assert!(
            said.contains("answered nothing at all") && said.contains("larger than the context"),
            "{said}"
        );
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn the_first_word_has_a_time_of_its_own() {
    let first_token = Duration::from_millis(400);
    let hasty = Timing {
        first_token,
        idle: Duration::from_secs(30),
        ..timing()
    };
    for quirk in [slow::first_token, slow::first_token_after_head] {
        let server = server(quirk).await;
        let (_, finished) = ask_with(&server, hasty).await;
        assert_eq!(
            finished,
            Err(ModelError::FirstToken {
                waited: first_token
            })
        );
        server.hung_up(0).await;
        assert_eq!(
            server.asked().len(),
            1,
            "a model that is slow is not asked twice"
        );
    }
}

#[tokio::test]
async fn whoever_waits_long_enough_is_answered() {
    for quirk in [slow::first_token, slow::first_token_after_head] {
        let server = server(quirk).await;
        let patient = Timing {
            idle: Duration::from_millis(300),
            ..timing()
        };
        let asking = ask_with(&server, patient);
        let going_on = async {
            server.reached(slow::BEFORE).await;
            server.go_on(slow::BEFORE);
        };
        let ((_, finished), ()) = tokio::join!(asking, going_on);
        assert_eq!(finished.unwrap().text, text());
    }
}

#[tokio::test]
async fn the_whole_has_a_time_too() {
    let server = server(slow::stall).await;
    let total = Duration::from_millis(500);
    let (_, finished) = ask_with(&server, Timing { total, ..timing() }).await;
    assert_eq!(finished, Err(ModelError::TooSlow { waited: total }));
    server.hung_up(0).await;
}
