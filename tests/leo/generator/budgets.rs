//! A job does not spend more than it may.

use leo_protocol::{EventKind, FailureReason};
use leo_tests::agent::{Agent, Story, marker};
use leo_tests::model_server::{ModelServer, Reply, quirks};
use serde_json::json;

#[tokio::test]
async fn at_its_limit_it_stops_with_its_files() {
    let story = Story::board();
    let server = ModelServer::start(move |asked| {
        let answer = story.answer(asked);
        let stream = Reply::stream().pieces(&answer).finish("stop");
        stream.usage(1000, 100).done()
    })
    .await;
    let agent = Agent::new(&server).job("budget", json!({"tokens": 2500}));
    let ended = agent.run().await;
    assert_eq!(ended.code, 1);
    let (message, reason) = ended.error().unwrap();
    assert_eq!(reason, Some(FailureReason::BudgetExceeded));
    assert!(message.contains("2500 tokens"), "{message}");
    assert!(agent.path("styles.css").exists() && !agent.path("app.js").exists());
    // A design, files, a design: the fourth call is not made.
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_call_that_runs_away_is_broken_off() {
    let story = Story::board();
    let server = ModelServer::start(move |asked| {
        if asked.prompt().contains("Design phase") {
            quirks::plain::reply(asked, &story.answer(asked))
        } else {
            let marker = marker(asked);
            let lines: String = (0..2000).map(|n| format!("<p>{n} of many</p>\n")).collect();
            let text = format!("cat > index.html << '{marker}'\n{lines}");
            Reply::stream().pieces(&text).wait("never")
        }
    })
    .await;
    let agent = Agent::new(&server).job("budget", json!({"tokens": 4000}));
    let ended = agent.run().await;
    assert_eq!(
        ended.error().unwrap().1,
        Some(FailureReason::BudgetExceeded)
    );
    assert!(agent.read("index.html").contains("<p>0 of many</p>"));
    server.hung_up(1).await;
}

#[tokio::test]
async fn what_earlier_attempts_have_spent_counts() {
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let spent = json!({"promptTokens": 900, "completionTokens": 100});
    let agent = Agent::new(&server)
        .job("budget", json!({"tokens": 1000}))
        .job("spent", spent.clone());
    let ended = agent.run().await;
    assert_eq!(
        ended.error().unwrap().1,
        Some(FailureReason::BudgetExceeded)
    );
    assert!(server.asked().is_empty());

    let ended = Agent::new(&server).job("spent", spent).run().await.well();
    let first = ended.all(|event| match event {
        EventKind::Usage { prompt_tokens, .. } => Some(*prompt_tokens),
        _ => None,
    });
    assert!(first[0] > 900);
}

#[tokio::test]
async fn dollars_are_counted_by_what_the_provider_says_or_by_price() {
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::openrouter::reply(asked, &story.answer(asked)))
            .await;
    let agent = Agent::new(&server).job("budget", json!({"usd": 0.0000001}));
    let ended = agent.run().await;
    assert_eq!(
        ended.error().unwrap().1,
        Some(FailureReason::BudgetExceeded)
    );

    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let silent = Agent::new(&server).job("budget", json!({"usd": 1.0}));
    let (message, reason) = silent.run().await.error().unwrap();
    assert_eq!(reason, Some(FailureReason::ProviderError));
    assert!(message.contains("LLM_PRICE_PROMPT"), "{message}");
    let priced = silent
        .with("LLM_PRICE_PROMPT", "1")
        .with("LLM_PRICE_COMPLETION", "2");
    let ended = priced.run().await.well();
    let costs = ended.all(|event| match event {
        EventKind::Usage { cost_usd, .. } => *cost_usd,
        _ => None,
    });
    assert!(costs.last().is_some_and(|cost| *cost > 0.0), "{costs:?}");
}
