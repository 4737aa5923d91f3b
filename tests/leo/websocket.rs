//! The REPL's messages, good and bad.

use leo_protocol::http::Job;
use leo_protocol::repl::{CLOSE_NOT_FOUND, ClientMessage, ServerMessage};
use leo_protocol::{AgentState, JobStatus, SessionId};
use leo_tests::transcript::line_of;
use leo_tests::{Client, Leo, Mode, Repl};
use tokio_tungstenite::tungstenite::Message;

/// Message too big, as RFC 6455 numbers it.
const CLOSE_TOO_BIG: u16 = 1009;

fn start(prompt: &str) -> ClientMessage {
    ClientMessage::StartGeneration {
        session_id: None,
        prompt: prompt.to_owned(),
        mode: None,
        max_iterations: None,
        budget: None,
        model: None,
        idempotency_key: None,
    }
}

#[tokio::test]
async fn a_generation_is_started_followed_and_looked_at() {
    let leo = Leo::in_mode(Mode::Process).demo().start().await;
    let mut repl = Repl::connect(&leo.client()).await;
    repl.send(&start("A clock")).await;
    let joined = repl
        .message("session_joined", |message| {
            matches!(message, ServerMessage::SessionJoined { .. })
        })
        .await;
    let ServerMessage::SessionJoined {
        session_id,
        last_seq,
        jobs,
    } = joined
    else {
        panic!("{joined:?}");
    };
    assert!(last_seq >= 1);
    repl.end(session_id, jobs[0].id).await;
    assert_eq!(repl.transcript(session_id).events()[0].seq, 1);
    repl.transcript(session_id).assert_whole(jobs[0].id);

    repl.send(&ClientMessage::GetState { session_id }).await;
    let state = repl
        .message("state", |message| {
            matches!(message, ServerMessage::State { .. })
        })
        .await;
    let ServerMessage::State {
        last_seq,
        jobs,
        agent_state,
        files,
        ..
    } = state
    else {
        panic!("{state:?}");
    };
    assert_eq!(last_seq, repl.transcript(session_id).last_seq());
    assert_eq!(
        (jobs[0].status, agent_state),
        (JobStatus::Completed, AgentState::Complete)
    );
    let listed = leo.client().files(jobs[0].id).await.files;
    assert_eq!(files.len(), listed.len());
    assert!(
        listed
            .iter()
            .all(|file| files.get(&file.path) == Some(&file.size))
    );

    // The second one goes into the session that was joined.
    repl.send(&start("And a bell")).await;
    let queued = repl
        .event(session_id, "second job", |event| {
            event.seq > last_seq && event.raw["type"] == "job_queued"
        })
        .await;
    repl.end(session_id, queued.job_id.unwrap()).await;
}

/// One ended job with some events; the job.
async fn some_events(client: &Client) -> Job {
    let job = client.submit("lines 50; write a.txt x").await;
    client.ended(job.id).await
}

#[tokio::test]
async fn a_session_is_joined_from_any_place() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = some_events(&client).await;
    let session = job.session_id;
    let all = client.events(session, 1000).await;
    let head = all.last_seq();
    for batch in [false, true] {
        let mut repl = Repl::connect(&client).await;
        assert_eq!(repl.join(session, Some(20), batch).await, head);
        repl.end(session, job.id).await;
        assert_eq!(
            repl.transcript(session).raw(),
            all.raw()[20..],
            "batch: {batch}"
        );
        // Joined again at the head it gives what comes from there on.
        repl.send(&ClientMessage::LeaveSession {
            session_id: session,
        })
        .await;
        assert_eq!(
            repl.join(session, None, batch).await,
            repl.transcript(session).last_seq()
        );
        repl.send(&ClientMessage::LeaveSession {
            session_id: session,
        })
        .await;
        repl.send(&ClientMessage::LeaveSession {
            session_id: session,
        })
        .await;
        let refused = repl
            .message("error", |message| {
                matches!(message, ServerMessage::Error { .. })
            })
            .await;
        assert!(
            matches!(&refused, ServerMessage::Error { code, session_id: Some(about), job_id: None, .. }
                if code == "not_joined" && *about == session),
            "{refused:?}"
        );
    }
    let mut repl = Repl::connect(&client).await;
    let beyond = ClientMessage::JoinSession {
        session_id: session,
        after: Some(head + 1),
        batch: false,
    };
    repl.send(&beyond).await;
    let reset = repl
        .message("reset", |message| {
            matches!(message, ServerMessage::Reset { .. })
        })
        .await;
    assert_eq!(
        reset,
        ServerMessage::Reset {
            session_id: session,
            last_seq: head
        }
    );
}

#[tokio::test]
async fn a_client_that_acknowledges_is_sent_what_it_can_hold() {
    const WINDOW: usize = 1 << 20;
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    // About 3 MiB of lines.
    let job = client
        .submit(&format!("{}write a.txt x", "long 60000;".repeat(50)))
        .await;
    client.ended(job.id).await;
    let session = job.session_id;
    let mut repl = Repl::connect(&client).await;
    repl.send(&ClientMessage::Ack {
        session_id: session,
        seq: 0,
    })
    .await;
    repl.join(session, Some(0), false).await;
    repl.send(&ClientMessage::Ack {
        session_id: session,
        seq: 0,
    })
    .await;
    // What answers comes behind what was on its way: then all that fits the window has come.
    let mut acknowledged = 0;
    loop {
        repl.send(&ClientMessage::Ping {}).await;
        repl.message("pong", |message| matches!(message, ServerMessage::Pong {}))
            .await;
        let transcript = repl.transcript(session);
        let new = transcript
            .events()
            .iter()
            .filter(|event| event.seq > acknowledged);
        let bytes: usize = new.map(|event| line_of(event).map_or(0, str::len)).sum();
        assert!(bytes <= WINDOW + (64 << 10), "{bytes} bytes unacknowledged");
        if transcript.end(job.id).is_some() {
            break;
        }
        acknowledged = transcript.last_seq();
        repl.send(&ClientMessage::Ack {
            session_id: session,
            seq: acknowledged,
        })
        .await;
    }
    assert_eq!(
        repl.transcript(session).raw(),
        client.events(session, 1000).await.raw()
    );
}

#[tokio::test]
async fn nonsense_is_answered_and_the_connection_goes_on() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let mut repl = Repl::connect(&leo.client()).await;
    let id = SessionId::generate();
    let nonsense = [
        "".to_owned(),
        "hello".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        "{\"type\":7}".to_owned(),
        "{\"type\":\"dance\"}".to_owned(),
        "{\"type\":\"join_session\"}".to_owned(),
        "{\"type\":\"join_session\",\"sessionId\":\"x\"}".to_owned(),
        format!("{{\"type\":\"join_session\",\"sessionId\":\"{id}\",\"after\":-1}}"),
        format!("{{\"type\":\"join_session\",\"sessionId\":\"{id}\",\"batch\":\"yes\"}}"),
        "{\"type\":\"start_generation\"}".to_owned(),
        "{\"type\":\"start_generation\",\"prompt\":{}}".to_owned(),
        "[".repeat(100_000),
    ];
    for text in nonsense {
        repl.send_frame(Message::text(text.clone())).await;
        let (code, told) = repl.error().await;
        assert_eq!(code, "bad_message", "{text:.80}");
        assert!(
            told.starts_with("The message is not understood") && told.len() < 500,
            "{told}"
        );
    }
    repl.send_frame(Message::binary(vec![0, 1, 2])).await;
    assert_eq!(repl.error().await.0, "binary_not_supported");
    repl.send(&start("")).await;
    assert_eq!(repl.error().await.0, "invalid_field");
    repl.send(&start(&"x".repeat(100_000))).await;
    assert_eq!(repl.error().await.0, "prompt_too_long");
    repl.send(&ClientMessage::GetState { session_id: id }).await;
    assert_eq!(repl.error().await.0, "not_found");
    repl.send(&ClientMessage::Ping {}).await;
    repl.message("pong", |message| matches!(message, ServerMessage::Pong {}))
        .await;
    assert_eq!(leo.client().get("/health").await.status, 200);
}

#[tokio::test]
async fn what_ends_a_connection_is_said_first() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let mut repl = Repl::connect(&client).await;
    let session_id = SessionId::generate();
    repl.send(&ClientMessage::JoinSession {
        session_id,
        after: None,
        batch: false,
    })
    .await;
    assert_eq!(repl.error().await.0, "not_found");
    assert_eq!(repl.closed().await, Some(CLOSE_NOT_FOUND));
    for size in [300 << 10, 2 << 20] {
        let mut repl = Repl::connect(&client).await;
        repl.send_frame(Message::text("x".repeat(size))).await;
        assert_eq!(repl.error().await.0, "message_too_big");
        assert_eq!(repl.closed().await, Some(CLOSE_TOO_BIG));
    }
    assert_eq!(client.get("/health").await.status, 200);
}
