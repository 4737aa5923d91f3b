//! What becomes of answers that are not as they were asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use leo_protocol::FailureReason;
use leo_tests::agent::{Agent, Ended, Story, marker};
use leo_tests::model_server::{Asked, ModelServer, Reply, quirks};

/// A model that follows the story, but answers its `wrong`th question (from 0) as told.
async fn with_one_wrong(
    wrong: usize,
    answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
) -> (ModelServer, Agent) {
    let (story, count) = (Story::board(), Arc::new(AtomicUsize::new(0)));
    let server = ModelServer::start(move |asked| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let text = if number == wrong {
            answer(asked)
        } else {
            story.answer(asked)
        };
        quirks::plain::reply(asked, &text)
    })
    .await;
    let agent = Agent::new(&server);
    (server, agent)
}

fn assert_board(agent: &Agent) {
    let story = Story::board();
    for path in ["index.html", "styles.css", "app.js"] {
        assert_eq!(agent.read(path), story.file(path), "{path}");
    }
}

async fn mended(wrong: usize, answer: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Ended {
    let (_server, agent) = with_one_wrong(wrong, answer).await;
    let ended = agent.run().await.well();
    assert_board(&agent);
    ended
}

#[tokio::test]
async fn a_design_that_is_none_is_asked_for_again() {
    let ended = mended(0, |_| "I would love to build that for you!".to_owned()).await;
    assert!(ended.infos().contains("FILE: "), "{}", ended.infos());
}

#[tokio::test]
async fn files_that_are_missing_are_asked_for_again() {
    let story = Story::board();
    let ended = mended(1, move |asked| {
        let all = story.answer(asked);
        let end = all.find("cat > styles.css").unwrap();
        all[..end].to_owned()
    })
    .await;
    assert!(
        ended.infos().contains("missing: styles.css"),
        "{}",
        ended.infos()
    );
}

#[tokio::test]
async fn prose_instead_of_files_is_asked_for_again() {
    let ended = mended(3, |_| "The app is ready. Enjoy!".to_owned()).await;
    assert!(ended.infos().contains("holds no file"), "{}", ended.infos());
}

#[tokio::test]
async fn fences_are_understood() {
    let story = Story::board();
    mended(1, move |_| {
        let page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Board</title>\n\n<link rel=\"stylesheet\" href=\"styles.css\">\n</head>\n<body>\n<h1>Bakery</h1>\n</body>\n</html>\n";
        format!(
            "index.html\n```html\n{page}```\n\nstyles.css\n```css\n{}```\n",
            story.file("styles.css")
        )
    })
    .await;
}

#[tokio::test]
async fn paths_out_of_the_app_are_refused() {
    let story = Story::board();
    let ended = mended(1, move |asked| {
        let marker = marker(asked);
        format!(
            "cat > ../../evil.txt << '{marker}'\nx\n{marker}\n{}",
            story.answer(asked)
        )
    })
    .await;
    assert!(ended.infos().contains("evil.txt"), "{}", ended.infos());
}

#[tokio::test]
async fn a_patch_is_applied_and_a_wrong_one_becomes_a_whole_file() {
    let patch = |asked: &Asked, old: &str| {
        let marker = marker(asked);
        format!(
            "cat << '{marker}' | patch index.html\n--- a/index.html\n+++ b/index.html\n@@ -9,3 +9,5 @@\n <body>\n-{old}\n+<h1>Bakery</h1>\n+<ul id=\"orders\"></ul>\n+<script type=\"module\" src=\"app.js\"></script>\n </body>\n{marker}\n\
             cat > app.js << '{marker}'\n{}{marker}\n",
            Story::board().file("app.js")
        )
    };
    let (_server, agent) = with_one_wrong(3, move |asked| patch(asked, "<h1>Bakery</h1>")).await;
    let ended = agent.run().await.well();
    assert!(agent.read("index.html").contains("<ul id=\"orders\">"));
    assert!(
        !ended.infos().contains("could not be applied"),
        "{}",
        ended.infos()
    );

    let ended = mended(3, move |asked| patch(asked, "<h1>Butcher</h1>")).await;
    assert!(
        ended.infos().contains("could not be applied"),
        "{}",
        ended.infos()
    );
}

#[tokio::test]
async fn gibberish_ends_as_a_clear_error() {
    for design in [true, false] {
        let story = Story::board();
        let server = ModelServer::start(move |asked| {
            let text = if !design && asked.prompt().contains("Design phase") {
                story.answer(asked)
            } else {
                "lorem qwz 77 \u{fffd} ipsum".to_owned()
            };
            quirks::plain::reply(asked, &text)
        })
        .await;
        let ended = Agent::new(&server).run().await;
        assert_eq!(ended.code, 1);
        let (message, reason) = ended.error().unwrap();
        assert_eq!(reason, Some(FailureReason::ProviderError));
        assert!(
            message.contains("scripted-model") && message.contains("leo provider test"),
            "{message}"
        );
        assert!(server.asked().len() <= 10, "{}", server.asked().len());
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_dead_server_say_what_to_change() {
    let server = ModelServer::start(|asked| quirks::wrong_key::reply(asked, "")).await;
    let ended = Agent::new(&server).run().await;
    let (message, reason) = ended.error().unwrap();
    assert_eq!(
        (ended.code, reason),
        (1, Some(FailureReason::ProviderError))
    );
    assert!(
        message.contains("key") && !message.contains("sk-agent"),
        "{message}"
    );

    let mut server = ModelServer::start(|_| Reply::stream()).await;
    let agent = Agent::new(&server);
    server.kill().await;
    let ended = agent.run().await;
    let (message, reason) = ended.error().unwrap();
    assert_eq!(
        (ended.code, reason),
        (1, Some(FailureReason::ProviderError))
    );
    assert!(message.contains("cannot be reached"), "{message}");
}

#[tokio::test]
async fn what_a_model_cannot_mend_is_kept_and_told() {
    let broken = "<!doctype html>\n<title>Board</title>\n<script src=\"gone.js\"></script>\n";
    let story = Story::default().chapter("Page", &[("index.html", broken)]);
    let server = ModelServer::start(move |asked| {
        let text = if asked.prompt().contains("Design phase")
            || asked.prompt().contains("This is phase")
        {
            story.answer(asked)
        } else {
            "I do not know how.".to_owned()
        };
        quirks::plain::reply(asked, &text)
    })
    .await;
    let agent = Agent::new(&server);
    let ended = agent.run().await.well();
    assert_eq!(agent.read("index.html"), broken);
    let infos = ended.infos();
    assert!(
        infos.contains("nothing was mended") && infos.contains("gone.js"),
        "{infos}"
    );
}

#[tokio::test]
async fn what_a_check_finds_is_mended() {
    let broken = "<!doctype html>\n<title>Board</title>\n<script src=\"gone.js\"></script>\n";
    let story = Story::default().chapter("Page", &[("index.html", broken)]);
    let server = ModelServer::start(move |asked| {
        let text = if asked.prompt().contains("The check of the app says") {
            assert!(asked.prompt().contains("gone.js"));
            format!(
                "cat > gone.js << '{0}'\nconsole.log(1);\n{0}\n",
                marker(asked)
            )
        } else {
            story.answer(asked)
        };
        quirks::plain::reply(asked, &text)
    })
    .await;
    let agent = Agent::new(&server);
    let ended = agent.run().await.well();
    assert_eq!(agent.read("gone.js"), "console.log(1);\n");
    assert!(!ended.infos().contains("still finds"), "{}", ended.infos());
}
