//! Calls of tools, as servers send them.

use leo_model::chat::{Finished, Message, ModelError, Request, ToolCall};
use leo_tests::ModelServer;
use leo_tests::model_server::quirks::{plain, tool_calls};
use leo_tests::model_server::{Asked, Reply};

use super::harness::{client, request, timing};

async fn asked(reply: fn(&Asked) -> Reply) -> Result<Finished, ModelError> {
    let server = ModelServer::start(reply).await;
    let tool = leo_model::chat::Tool {
        name: "write_file".into(),
        description: "writes a file".into(),
        parameters: serde_json::json!({"type": "object"}),
    };
    let asked = Request {
        tools: vec![tool],
        ..request()
    };
    client(&server, timing()).answer(asked).finish().await
}

#[tokio::test]
async fn a_call_comes_whole_however_it_is_sent() {
    for reply in [
        tool_calls::in_pieces,
        tool_calls::in_one,
        tool_calls::as_object,
    ] {
        let finished = asked(reply).await.unwrap();
        let [call] = finished.tool_calls.as_slice() else {
            panic!("one call: {finished:?}")
        };
        assert_eq!(call.name, "write_file");
        assert_eq!(call.arguments, tool_calls::arguments());
        assert!(!call.id.is_empty());
        assert!(!finished.without_tools);
    }
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_not_guessed_at() {
    let error = asked(tool_calls::cut_by_length).await.unwrap_err();
    let ModelError::ToolCall { name, why } = &error else {
        panic!("{error}")
    };
    assert_eq!(name, "write_file");
    assert!(why.contains("cut off"), "{why}");
}

#[tokio::test]
async fn a_call_that_was_lost_with_its_stream_is_asked_for_again() {
    let finished = asked(|asked| match asked.number {
        0 => tool_calls::cut_by_end(asked),
        _ => tool_calls::in_pieces(asked),
    });
    let finished = finished.await.unwrap();
    assert_eq!(finished.tool_calls.len(), 1);
    assert_eq!(finished.tool_calls[0].arguments, tool_calls::arguments());
}

#[tokio::test]
async fn a_result_goes_back_with_its_call() {
    let server = ModelServer::start(|asked| plain::reply(asked, "done")).await;
    let call = ToolCall {
        id: "call_abc".into(),
        name: "write_file".into(),
        arguments: tool_calls::arguments(),
    };
    let mut conversation = request();
    conversation.messages.push(Message::Assistant {
        text: String::new(),
        tool_calls: vec![call],
    });
    conversation.messages.push(Message::Tool {
        call_id: "call_abc".into(),
        text: "written".into(),
    });
    client(&server, timing())
        .answer(conversation)
        .finish()
        .await
        .unwrap();
    let asked = server.request(0).await;
    let messages = asked.messages();
    assert_eq!(messages[2]["tool_calls"][0]["id"], "call_abc");
    let arguments = messages[2]["tool_calls"][0]["function"]["arguments"]
        .as_str()
        .unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(arguments).unwrap(),
        tool_calls::arguments()
    );
    assert_eq!(messages[3]["tool_call_id"], "call_abc");
}
