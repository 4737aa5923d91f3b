//! Tools for models that know them.

use leo_protocol::EventKind;
use leo_protocol::event::ToolStatus;
use leo_tests::agent::{Agent, Story, marker};
use leo_tests::model_server::{Asked, MODEL, ModelServer, Reply, quirks};
use serde_json::{Value, json};

/// An answer that calls a tool.
fn call(id: &str, name: &str, arguments: &Value) -> Reply {
    let call = json!({"index": 0, "id": id, "type": "function",
        "function": {"name": name, "arguments": arguments.to_string()}});
    let stream = Reply::stream()
        .text("Let me look.")
        .delta(&json!({"tool_calls": [call]}));
    stream.finish("tool_calls").usage(10, 10).done()
}

/// How many results of tools the model has been given in this conversation.
fn results(asked: &Asked) -> Vec<String> {
    let messages = asked.messages().iter();
    let tools = messages.filter(|message| message["role"] == "tool");
    tools
        .filter_map(|message| message["content"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn calls_are_carried_out_and_told() {
    let story = Story::default().chapter("Page", &[("index.html", "<h1>Hi</h1>\n")]);
    let server = ModelServer::start(move |asked| {
        if asked.prompt().contains("Design phase") {
            return quirks::plain::reply(asked, &story.answer(asked));
        }
        match results(asked).len() {
            0 => call(
                "a",
                "write_file",
                &json!({"path": "data.js", "content": "export {};\n"}),
            ),
            1 => call("b", "read_file", &json!({"path": "data.js"})),
            2 => call("c", "read_file", &json!({"path": "../../etc/passwd"})),
            3 => call("d", "fly", &json!({})),
            _ => {
                let marker = marker(asked);
                let text = format!("cat > index.html << '{marker}'\n<h1>Hi</h1>\n{marker}\n");
                quirks::plain::reply(asked, &text)
            }
        }
    })
    .await;
    let agent = Agent::new(&server).with("LLM_TOOLS", "on");
    let ended = agent.run().await.well();
    assert_eq!(agent.read("data.js"), "export {};\n");
    assert_eq!(agent.read("index.html"), "<h1>Hi</h1>\n");
    let statuses = ended.all(|event| match event {
        EventKind::ToolResult {
            tool_use_id,
            status,
            ..
        } => Some((tool_use_id.clone(), *status)),
        _ => None,
    });
    let expected = [
        ("a", ToolStatus::Success),
        ("b", ToolStatus::Success),
        ("c", ToolStatus::Blocked),
        ("d", ToolStatus::Error),
    ];
    assert_eq!(
        statuses,
        expected.map(|(id, status)| (id.to_owned(), status))
    );
    let last = server.asked().last().cloned().unwrap();
    assert_eq!(results(&last)[1], "export {};\n");
    let uses = ended.all(|event| match event {
        EventKind::ToolUse { name, .. } => Some(name.clone()),
        _ => None,
    });
    assert_eq!(uses, ["write_file", "read_file", "read_file", "fly"]);
}

#[tokio::test]
async fn a_model_that_goes_round_in_circles_is_stopped() {
    let story = Story::default().chapter("Page", &[("index.html", "<h1>Hi</h1>\n")]);
    let server = ModelServer::start(move |asked| {
        if asked.prompt().contains("Design phase") {
            return quirks::plain::reply(asked, &story.answer(asked));
        }
        if asked.body.get("tools").is_some() {
            call("x", "list_files", &json!({}))
        } else {
            quirks::plain::reply(asked, &story.answer(asked))
        }
    })
    .await;
    let agent = Agent::new(&server).with("LLM_TOOLS", "on");
    let ended = agent.run().await.well();
    let blocked = ended.all(|event| match event {
        EventKind::ToolResult {
            status: ToolStatus::Blocked,
            ..
        } => Some(()),
        _ => None,
    });
    assert!(!blocked.is_empty());
    assert_eq!(agent.read("index.html"), "<h1>Hi</h1>\n");
}

#[tokio::test]
async fn the_provider_tells_whether_the_model_knows_them() {
    for (known, offered) in [(json!(["tools"]), true), (json!(["max_tokens"]), false)] {
        let story = Story::default().chapter("Page", &[("index.html", "<h1>Hi</h1>\n")]);
        let server =
            ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked)))
                .await;
        let listed = json!({"id": MODEL, "context_length": 32768, "supported_parameters": known});
        server.tells("/v1/models", json!({"data": [listed]}));
        let ended = Agent::new(&server).run().await.well();
        assert!(
            ended.infos().contains("it reads 32768 tokens"),
            "{}",
            ended.infos()
        );
        let last = server.asked().last().cloned().unwrap();
        assert_eq!(last.body.get("tools").is_some(), offered);
    }
}
