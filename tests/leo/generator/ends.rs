//! What is left of a generation that is stopped or killed, and how another goes on from it.

use std::time::{Duration, Instant};

use leo_protocol::{AgentState, EventKind};
use leo_tests::agent::{Agent, Story, marker};
use leo_tests::model_server::{ModelServer, Reply, quirks};
use nix::sys::signal::Signal;

/// What a cancel may take until the provider sees the end of its request.
const PROMPTLY: Duration = Duration::from_secs(1);

/// A model that stops in the middle of the second phase's first file until it is told to go on.
async fn hanging() -> ModelServer {
    let story = Story::board();
    ModelServer::start(move |asked| {
        if asked.prompt().contains("This is phase 2:") {
            let marker = marker(asked);
            let text = format!("cat > index.html << '{marker}'\n<!doctype html>\n<p>half of ");
            Reply::stream().pieces(&text).wait("half")
        } else {
            quirks::plain::reply(asked, &story.answer(asked))
        }
    })
    .await
}

#[tokio::test]
async fn a_cancel_ends_the_request_at_once_and_keeps_the_half_written_file() {
    let server = hanging().await;
    let agent = Agent::new(&server);
    let mut running = agent.start();
    running
        .until("half a file", |event| {
            matches!(event, EventKind::FileChunk { chunk, .. } if chunk.contains("doctype"))
        })
        .await;
    server.reached("half").await;
    let began = Instant::now();
    running.signal(Signal::SIGTERM);
    let number = server.asked().len() - 1;
    let seen = server.hung_up(number).await;
    assert!(seen.duration_since(began) < PROMPTLY, "{:?}", seen - began);
    let ended = running.end().await;
    assert_eq!(ended.code, 143);
    assert!(ended.files().contains(&("index.html".to_owned(), false)));
    assert!(
        agent
            .read("index.html")
            .starts_with("<!doctype html>\n<p>half of")
    );
    let last = ended.events.last();
    let cancelled = AgentState::Cancelled;
    assert_eq!(last, Some(&EventKind::StateChange { state: cancelled }));
    // The provider may bill what it has said until then.
    let estimated = ended.all(|event| match event {
        EventKind::Usage { call, .. } => call.as_ref().map(|call| call.estimated),
        _ => None,
    });
    assert_eq!(estimated.last(), Some(&true));
}

#[tokio::test]
async fn a_later_attempt_goes_on_at_the_second_phase_with_the_files_of_the_first() {
    let server = hanging().await;
    let agent = Agent::new(&server);
    let mut running = agent.start();
    running
        .until("half a file", |event| {
            matches!(event, EventKind::FileChunk { chunk, .. } if chunk.contains("doctype"))
        })
        .await;
    server.reached("half").await;
    running.signal(Signal::SIGTERM);
    let first = running.end().await;
    assert_ne!(agent.read("index.html"), first_page());

    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let agent = agent
        .with("LLM_BASE_URL", &server.url())
        .job("attempt", 2.into())
        .job("resume", first.checkpoint().unwrap());
    let second = agent.run().await.well();
    let phases = second.all(|event| match event {
        EventKind::PhaseDesigning { phase_number } => Some(*phase_number),
        _ => None,
    });
    assert_eq!(phases, [2]);
    // What the broken-off phase had done to the page was undone before the model saw it.
    let design = server.asked()[0].prompt().to_owned();
    assert!(
        design.contains("<h1>Bakery</h1>") && !design.contains("half of"),
        "{design}"
    );
    for path in ["index.html", "styles.css", "app.js"] {
        assert_eq!(agent.read(path), Story::board().file(path));
    }
}

fn first_page() -> String {
    Story::board().file("index.html").to_owned()
}

#[tokio::test]
async fn what_was_lost_of_finished_phases_is_written_again() {
    let server = hanging().await;
    let agent = Agent::new(&server);
    let mut running = agent.start();
    running
        .until("the first phase", |event| {
            matches!(event, EventKind::Checkpoint { .. })
        })
        .await;
    running.signal(Signal::SIGKILL);
    let first = running.end().await;

    // Another machine: the files came back from the events, but for one that was too large for them.
    let story = Story::board();
    let server = ModelServer::start(move |asked| {
        let prompt = asked.prompt();
        let text = if prompt.contains("Write lost files again") {
            let marker = marker(asked);
            format!("cat > styles.css << '{marker}'\nh1 {{ color: brown; }}\n{marker}\n")
        } else {
            story.answer(asked)
        };
        quirks::plain::reply(asked, &text)
    })
    .await;
    let elsewhere = Agent::new(&server)
        .job("attempt", 2.into())
        .job("resume", first.checkpoint().unwrap());
    elsewhere.write("index.html", &agent.read("index.html"));
    let second = elsewhere.run().await.well();
    assert!(
        second.infos().contains("written again"),
        "{}",
        second.infos()
    );
    assert!(elsewhere.path("styles.css").exists());
    assert_eq!(elsewhere.read("app.js"), Story::board().file("app.js"));
}
