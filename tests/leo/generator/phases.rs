//! A whole generation, however the model's server puts its answers.

use leo_protocol::{AgentState, EventKind};
use leo_tests::agent::{Agent, Story};
use leo_tests::model_server::{Asked, ModelServer, Reply, quirks};

async fn generate(reply: fn(&Asked, &str) -> Reply) {
    generate_by(reply, |agent| agent).await;
}

async fn generate_by(reply: fn(&Asked, &str) -> Reply, set: impl Fn(Agent) -> Agent) {
    let story = Story::board();
    let told = story.clone();
    let server = ModelServer::start(move |asked| reply(asked, &told.answer(asked))).await;
    let agent = set(Agent::new(&server));
    let ended = agent.run().await.well();
    for path in ["index.html", "styles.css", "app.js"] {
        assert_eq!(agent.read(path), story.file(path), "{path}");
    }
    let last = ended.events.last();
    assert!(
        matches!(last, Some(EventKind::GenerationComplete { files, phases: 2 })
            if *files == ["app.js", "index.html", "styles.css"]),
        "{last:?}"
    );
}

macro_rules! servers {
    ($($quirk:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $quirk() {
            generate(quirks::$quirk::reply).await;
        })*
    };
}

servers!(
    plain,
    openrouter,
    ollama,
    llama_cpp,
    vllm,
    no_done,
    length,
    bare_end,
    cut_connection,
    rate_limited,
    unavailable,
    parameters,
);

#[tokio::test]
async fn lmstudio() {
    let set = |agent: Agent| {
        agent
            .with("LLM_PROVIDER", "lmstudio")
            .without("LLM_API_KEY")
    };
    generate_by(quirks::lmstudio::reply, set).await;
}

#[tokio::test]
async fn every_step_is_told() {
    use AgentState::{
        Complete, DesigningPhase, Idle, ImplementingPhase, InstallingDeps, StartingServer,
    };
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let ended = Agent::new(&server).run().await.well();
    let states = ended.all(|event| match event {
        EventKind::StateChange { state } => Some(*state),
        _ => None,
    });
    let phase = [
        DesigningPhase,
        ImplementingPhase,
        InstallingDeps,
        StartingServer,
    ];
    assert_eq!(
        states,
        [&[Idle], phase.repeat(2).as_slice(), &[Complete]].concat()
    );
    let names = ended.all(|event| match event {
        EventKind::PhaseDesigned { phase } => Some((phase.name.clone(), phase.is_last_phase)),
        _ => None,
    });
    assert_eq!(
        names,
        [("The page".to_owned(), false), ("Orders".to_owned(), true)]
    );
    let usages = ended.all(|event| match event {
        EventKind::Usage {
            prompt_tokens,
            call,
            ..
        } => Some((
            *prompt_tokens,
            call.as_ref().map_or(0, |call| call.prompt_tokens),
        )),
        _ => None,
    });
    assert_eq!(usages.len(), 4);
    let sum: u64 = usages.iter().map(|(_, call)| call).sum();
    assert_eq!(usages.last().map(|(total, _)| *total), Some(sum));
    let thoughts = ended.all(|event| match event {
        EventKind::Thought { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert!(
        thoughts
            .iter()
            .any(|text| text.contains("Here is The page")),
        "{thoughts:?}"
    );
    let chunks: String = ended
        .all(|event| match event {
            EventKind::FileChunk { path, chunk } if path == "app.js" => Some(chunk.clone()),
            _ => None,
        })
        .concat();
    assert_eq!(chunks, Story::board().file("app.js"));
    for line in &ended.lines {
        assert!(!line.contains("sk-agent-of-the-tests"), "{line}");
        assert!(
            !line.contains("LEO_EOF_") || line.contains("thought"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn max_iterations_bounds_the_phases_and_a_plan_writes_nothing() {
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let agent = Agent::new(&server).job("maxIterations", 1.into());
    let ended = agent.run().await.well();
    assert!(matches!(
        ended.events.last(),
        Some(EventKind::GenerationComplete { phases: 1, .. })
    ));
    assert!(!agent.path("app.js").exists());

    let agent = Agent::new(&server).job("mode", "plan".into());
    let ended = agent.run().await.well();
    assert!(matches!(
        ended.events.last(),
        Some(EventKind::GenerationComplete { phases: 2, files }) if files.is_empty()
    ));
    assert_eq!(std::fs::read_dir(agent.path("")).unwrap().count(), 0);
}
