//! The generator of a task, told what the overrides say and nothing else.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::Program;

/// Where generators find what they call.
const PATH: &str = "/usr/bin:/bin";

/// What a container is told: names and values.
pub(crate) type Told = Vec<(String, String)>;

/// What the overrides of a task tell its container.
pub(crate) fn told(task: &Value) -> Told {
    let overrides = &task["overrides"]["containerOverrides"][0]["environment"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = overrides.as_array().into_iter().flatten();
    pairs
        .map(|pair| (text(&pair["name"]), text(&pair["value"])))
        .collect()
}

/// Starts the generator of a task as a plain process, with a workspace below `folder`.
pub(crate) fn run(generator: &Path, number: usize, told: Told, folder: &Path) -> Program {
    let name = format!("task-{number}");
    let workspace = folder.join(&name).join("app");
    std::fs::create_dir_all(&workspace).expect("make a workspace");
    let mut command = Command::new(generator);
    command
        .env_clear()
        .env("PATH", PATH)
        .env("WORKSPACE", &workspace)
        .envs(told)
        .current_dir(&workspace);
    Program::start(&name, command, folder)
}
