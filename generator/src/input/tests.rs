//! Tests of [`super`]: where the job comes from and what is refused.

use std::fs;

use serde_json::json;

use super::*;
use crate::config::Maker;

const JOB: &str = "01890000-0000-7000-8000-000000000001";
const OTHER: &str = "01890000-0000-7000-8000-000000000002";

fn job_json() -> Value {
    json!({
        "version": 1, "jobId": JOB, "sessionId": OTHER, "attempt": 1,
        "prompt": "from the file", "mode": "edit", "maxIterations": 4,
        "conversation": [
            {"role": "user", "content": "first", "jobId": OTHER, "timestamp": "2026-01-01T00:00:00Z"},
            {"role": "assistant", "content": "done", "jobId": OTHER, "timestamp": "2026-01-01T00:00:01Z"},
            {"role": "user", "content": "from the file", "jobId": JOB, "timestamp": "2026-01-01T00:00:02Z"}
        ],
    })
}

fn env_job() -> EnvJob {
    EnvJob {
        id: Some(JOB.into()),
        prompt: Some("from the environment".into()),
        ..EnvJob::default()
    }
}

fn load(job_file: Option<&Value>, job: EnvJob) -> Result<Task, String> {
    let root = tempfile::tempdir().unwrap();
    if let Some(value) = job_file {
        fs::write(root.path().join(JOB_FILE), value.to_string()).unwrap();
    }
    let config = Config {
        workspace: root.path().join("app"),
        leo_dir: root.path().to_owned(),
        maker: Maker::Demo { unused: Vec::new() },
        path: None,
        speed: 0.0,
        job,
    };
    Task::load(&config).map_err(|error| error.to_string())
}

#[test]
fn the_file_is_preferred_and_gives_the_earlier_prompts() {
    let task = load(Some(&job_json()), env_job()).unwrap();
    assert_eq!(
        (task.prompt.as_str(), task.mode, task.max_iterations),
        ("from the file", Mode::Edit, 4)
    );
    let earlier: Vec<_> = task.earlier().map(|turn| turn.text.as_str()).collect();
    assert_eq!(earlier, ["first"]);
}

#[test]
fn without_a_file_the_environment_counts() {
    let task = load(None, env_job()).unwrap();
    assert_eq!(
        (task.prompt.as_str(), task.mode, task.max_iterations),
        ("from the environment", Mode::Autonomous, 10)
    );
}

#[test]
fn a_long_prompt_comes_from_its_file() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("prompt.txt");
    fs::write(&path, "a long prompt").unwrap();
    let job = EnvJob {
        prompt: None,
        prompt_file: Some(path),
        ..env_job()
    };
    assert_eq!(load(None, job).unwrap().prompt, "a long prompt");
}

#[test]
fn what_does_not_fit_is_refused() {
    let with = |name: &str, value: Value| {
        let mut file = job_json();
        file[name] = value;
        load(Some(&file), env_job()).unwrap_err()
    };
    assert!(with("version", json!(2)).contains("version 2"));
    assert!(with("jobId", json!(OTHER)).contains("JOB_ID"));
    assert!(with("mode", json!("dream")).contains("dream"));
    assert!(with("prompt", json!(" \n")).contains("empty"));
    assert!(with("maxIterations", json!(0)).contains("MAX_ITERATIONS"));
}

#[test]
fn a_wrong_environment_is_refused_by_name() {
    let cases = [
        (
            EnvJob {
                id: None,
                ..env_job()
            },
            "JOB_ID",
        ),
        (
            EnvJob {
                prompt: None,
                ..env_job()
            },
            "PROMPT",
        ),
        (
            EnvJob {
                mode: Some("dream".into()),
                ..env_job()
            },
            "MODE",
        ),
        (
            EnvJob {
                max_iterations: Some("many".into()),
                ..env_job()
            },
            "MAX_ITERATIONS",
        ),
    ];
    for (job, name) in cases {
        let error = load(None, job).unwrap_err();
        assert!(error.contains(name), "{error}");
    }
}
