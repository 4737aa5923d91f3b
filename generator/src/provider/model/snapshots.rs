//! What the model is really given, kept as snapshots: a change of a prompt is seen in review.
//!
//! After a change on purpose: `INSTA_UPDATE=always cargo test -p leo-generator`, and a new version of the
//! prompts where models would make something else of it.

use leo_model::chat::Message;
use leo_protocol::event::{Phase, PlannedFile};
use leo_protocol::runner::Role;
use serde_json::json;

use super::Model;
use crate::config::Config;
use crate::input::Task;
use crate::kind::{Kind, Problem};
use crate::testing::{Bench, job};
use crate::workspace::{RelPath, Workspace};

const MARKER: &str = "LEO_EOF_0000";

fn config(bench: &Bench, node: bool) -> Config {
    let settings = |name: &str| match name {
        "LLM_PROVIDER" => Some("ollama".to_owned()),
        "LLM_MODEL" => Some("small".to_owned()),
        "WORKSPACE" => Some(bench.path("").display().to_string()),
        _ => None,
    };
    let mut config = Config::read(settings).unwrap();
    config.path = node.then(|| node_path(bench));
    config
}

/// A folder in which node and npm seem to be.
fn node_path(bench: &Bench) -> String {
    let folder = bench.path("../bin-of-tests");
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["node", "npm"] {
        std::fs::write(folder.join(name), "").unwrap();
    }
    folder.display().to_string()
}

fn model(bench: &Bench, mode: &str, prompts: &[&str], node: bool) -> Model {
    bench.write_job(&job(mode, prompts));
    let config = config(bench, node);
    let mut task = Task::load(&config).unwrap();
    for turn in &mut task.conversation {
        turn.role = Role::User;
    }
    let crate::config::Maker::Model(settings) = &config.maker else {
        panic!("no model");
    };
    let workspace = Workspace::open(&config.workspace).unwrap();
    Model::open(settings, &config, &task, &workspace).unwrap()
}

fn phase() -> Phase {
    let file = |path: &str, purpose: &str| PlannedFile {
        path: path.to_owned(),
        purpose: purpose.to_owned(),
    };
    Phase {
        name: "The board".to_owned(),
        description: "Shows the orders of the day.".to_owned(),
        files: vec![
            file("index.html", "the page"),
            file("app.js", "what it does"),
        ],
        is_last_phase: false,
    }
}

fn with_app(bench: &Bench) -> Workspace {
    let workspace = Workspace::open(&bench.path("")).unwrap();
    let path = RelPath::new("index.html").unwrap();
    workspace.write(&path, "<h1>Board</h1>\n").unwrap();
    workspace
}

fn system(model: &Model) -> String {
    let Message::System(text) = model.system() else {
        panic!("it is told to somebody else");
    };
    text
}

#[test]
fn a_new_app() {
    let bench = Bench::new();
    let workspace = Workspace::open(&bench.path("")).unwrap();
    let model = model(&bench, "autonomous", &["a bakery board"], false);
    insta::assert_snapshot!("system_static", system(&model));
    insta::assert_snapshot!("design_first", model.design_prompt(1, &workspace));
    insta::assert_snapshot!(
        "implement_static",
        model.implement_prompt(&workspace, 1, &phase(), MARKER)
    );
}

#[test]
fn a_choice_of_kinds() {
    let bench = Bench::new();
    let workspace = Workspace::open(&bench.path("")).unwrap();
    let mut model = model(&bench, "autonomous", &["a bakery board"], true);
    insta::assert_snapshot!("system_open", system(&model));
    insta::assert_snapshot!("design_kinds", model.design_prompt(1, &workspace));
    model.settle_kind(Some(Kind::Node));
    model.uses_tools = true;
    insta::assert_snapshot!("system_node", system(&model));
    insta::assert_snapshot!("format_node_tools", model.format(MARKER));
}

#[test]
fn a_change_of_an_app() {
    let bench = Bench::new();
    let workspace = with_app(&bench);
    let mut model = model(&bench, "edit", &["a bakery board", "add prices"], false);
    model.recall(&json!({"phases": [{"name": "The board", "description": "Shows orders."}]}));
    insta::assert_snapshot!("design_edit", model.design_prompt(2, &workspace));
    insta::assert_snapshot!("design_last", model.design_prompt(10, &workspace));
    let problem = Problem {
        path: Some("index.html".to_owned()),
        line: Some(1),
        message: "prices.js does not exist".to_owned(),
    };
    let fix = model.fix_prompt(&workspace, "The check of the app", &[problem], MARKER);
    insta::assert_snapshot!("fix", fix);
    let again = model.again("the answer holds no file", "Sure!", &phase().files, MARKER);
    insta::assert_snapshot!("again", format!("{again:#?}").replace("\\n", "\n"));
}

#[test]
fn what_is_kept_is_known_again() {
    let bench = Bench::new();
    let mut model = model(&bench, "autonomous", &["a bakery board"], true);
    model.settle_kind(Some(Kind::Node));
    let kept = model.memory();
    let mut later = self::model(&bench, "autonomous", &["a bakery board"], false);
    later.recall(&kept);
    assert_eq!(later.kind(), Kind::Node);
}
