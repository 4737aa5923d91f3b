//! A second prompt on an app that is there.

use leo_tests::agent::{Agent, Story};
use leo_tests::model_server::{ModelServer, quirks};
use serde_json::json;

#[tokio::test]
async fn it_knows_the_files_and_what_was_said() {
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let agent = Agent::new(&server);
    let _ = agent.run().await.well();

    let story = Story::default().chapter("Prices", &[("prices.js", "export const rye = 4;\n")]);
    let server =
        ModelServer::start(move |asked| quirks::plain::reply(asked, &story.answer(asked))).await;
    let other = "01890000-0000-7000-8000-000000000002";
    let said = |role: &str, content: &str| json!({"role": role, "content": content, "jobId": other, "timestamp": "2026-01-01T00:00:00Z"});
    let agent = agent
        .with("LLM_BASE_URL", &server.url())
        .job("mode", "edit".into())
        .job("prompt", "add prices".into())
        .job(
            "conversation",
            json!([
                said("user", "a bakery board"),
                said("assistant", "Wrote an app of 3 files.")
            ]),
        );
    let _ = agent.run().await.well();
    assert_eq!(agent.read("prices.js"), "export const rye = 4;\n");
    assert_eq!(agent.read("app.js"), Story::board().file("app.js"));
    for asked in server.asked() {
        let prompt = asked.prompt();
        for known in [
            "a bakery board",
            "Wrote an app of 3 files",
            "const orders",
            "add prices",
        ] {
            assert!(prompt.contains(known), "{known}: {prompt}");
        }
    }
}
