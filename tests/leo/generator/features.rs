//! Long work by a list of features.

use leo_protocol::EventKind;
use leo_protocol::event::AgentRole;
use leo_tests::agent::{Agent, marker};
use leo_tests::model_server::{Asked, ModelServer, quirks};
use serde_json::Value;

const LIST: &str =
    "FEATURE: Show orders\n- open the page\n- see the orders\nFEATURE: Add an order\n- press add\n";

/// A model whose second feature fails its first review, and is mended.
fn answer(asked: &Asked) -> String {
    let prompt = asked.prompt();
    if prompt.contains("Split this into features") {
        return LIST.to_owned();
    }
    if prompt.contains("Does the app do this?") {
        let adds = prompt.contains("Feature: Add an order");
        let mended = prompt.contains("<button>");
        return if adds && !mended {
            "FAIL: there is no button".to_owned()
        } else {
            "PASS".to_owned()
        };
    }
    let marker = marker(asked);
    let page = if prompt.contains("there is no button") {
        "<h1>Orders</h1><button>Add</button>"
    } else {
        "<h1>Orders</h1>"
    };
    format!("cat > index.html << '{marker}'\n{page}\n{marker}\n")
}

#[tokio::test]
async fn each_feature_is_built_and_reviewed_until_all_pass() {
    let server = ModelServer::start(|asked| quirks::plain::reply(asked, &answer(asked))).await;
    let agent = Agent::new(&server).job("mode", "features".into());
    let ended = agent.run().await.well();
    let progress = ended.all(|event| match event {
        EventKind::Progress { passing, total } => Some((*passing, *total)),
        _ => None,
    });
    assert_eq!(progress, [(0, 2), (1, 2), (2, 2)]);
    let sessions = ended.all(|event| match event {
        EventKind::SessionStart { iteration, agent } => Some((*iteration, *agent)),
        _ => None,
    });
    assert_eq!(
        sessions,
        [(1, AgentRole::Initializer), (2, AgentRole::Coding)]
    );
    let list: Value = serde_json::from_str(&agent.read("features.json")).unwrap();
    assert!(
        list["features"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["passes"] == true),
        "{list}"
    );
    assert!(agent.read("index.html").contains("<button>"));
    assert!(
        ended.infos().contains("2 of 2 features pass"),
        "{}",
        ended.infos()
    );
}

#[tokio::test]
async fn a_feature_that_never_passes_does_not_hold_the_job_up_for_ever() {
    let server = ModelServer::start(|asked| {
        let text = if asked.prompt().contains("Feature: Add an order") {
            "FAIL: still not".to_owned()
        } else {
            answer(asked)
        };
        quirks::plain::reply(asked, &text)
    })
    .await;
    let ended = Agent::new(&server)
        .job("mode", "features".into())
        .run()
        .await
        .well();
    assert!(
        ended.infos().contains("1 of 2 features pass"),
        "{}",
        ended.infos()
    );
    let last = ended.events.last();
    assert!(
        matches!(last, Some(EventKind::GenerationComplete { phases: 3, .. })),
        "{last:?}"
    );
}
