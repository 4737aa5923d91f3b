//! The health checks of the containers, as the template has them, beside real programs.

use std::process::{Command, Stdio};

use leo_tests::client::metrics::of_worker;
use leo_tests::{Client, Leo, Mode, wait_for};
use serde_json::Value;

use super::{entry, template};

/// Where nobody listens.
const NOBODY: &str = "9";

/// Whether the check of this container is content, with each text replaced by the other one.
fn is_healthy(template: &Value, task: &str, container: &str, with: &[(&str, &str)]) -> bool {
    let containers = &template["Resources"][task]["Properties"]["ContainerDefinitions"];
    let check = &entry(containers, "Name", container)["HealthCheck"]["Command"];
    let words: Vec<_> = check.as_array().unwrap().iter().collect();
    assert_eq!(words[0], "CMD", "{check}");
    let words = words[1..].iter().map(|word| word.as_str().unwrap());
    let words: Vec<_> = words
        .map(|word| {
            with.iter()
                .fold(word.to_owned(), |word, (from, to)| word.replace(from, to))
        })
        .collect();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stderr(Stdio::null());
    command.status().unwrap().success()
}

fn port(client: &Client) -> String {
    client.base().rsplit_once(':').unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn living_programs_are_healthy() {
    let template = template().await;
    let wishes = Leo::in_mode(Mode::Process).set("LEO_METRICS_BIND", "127.0.0.1:0");
    let mut leo = wishes.start().await;
    let api = port(&leo.client());
    let api_is = |with: &[(&str, &str)]| is_healthy(&template, "ApiTask", "api", with);
    assert!(api_is(&[("5013", &api)]));
    assert!(!api_is(&[("5013", NOBODY)]));
    assert!(!api_is(&[
        ("5013", &api),
        ("GET /health", "GET /health/nothing")
    ]));
    let worker = leo.worker(0);
    let worker = wait_for("metrics of the worker", async || of_worker(&worker.log())).await;
    let worker = port(&worker);
    let worker_is = |with: &[(&str, &str)]| is_healthy(&template, "WorkerTask", "worker", with);
    assert!(worker_is(&[("9464", &worker)]));
    assert!(!worker_is(&[("9464", NOBODY)]));
}
