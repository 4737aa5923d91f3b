//! The container that tells AWS what waits, as the template has it, beside a real api.

use std::process::Command;

use leo_tests::program::Program;
use leo_tests::{Leo, Mode, config, wait_for};
use serde_json::{Value, json};

use super::{entry, template};

#[tokio::test]
async fn the_queue_is_told_as_scaling_reads_it() {
    let template = template().await;
    let resources = &template["Resources"];
    let containers = &resources["ApiTask"]["Properties"]["ContainerDefinitions"];
    let meter = entry(containers, "Name", "queue-meter");

    let one = Leo::in_mode(Mode::Process).set("MAX_JOBS_PER_USER", "1");
    let leo = one.set("WORKER_CONCURRENCY", "7").workers(2).start().await;
    let client = leo.client();
    let running = client.submit("lines 1; hang").await;
    client
        .job_when(running.id, "start", |job| job.attempt == 1)
        .await;
    client.submit("lines 1").await;
    let folder = tempfile::tempdir().unwrap();
    let meter = Program::start("meter", command(meter, &leo), folder.path());
    let line: Value = wait_for("line of the meter", async || {
        let log = meter.log();
        log.lines().find_map(|line| serde_json::from_str(line).ok())
    })
    .await;
    assert_eq!(line["ready"], 1, "{line}");
    assert_eq!(line["generating"], 1, "{line}");
    assert_eq!(line["slots"], 14, "{line}");
    assert!(line["oldestWaitSeconds"].as_f64().unwrap() > 0.0, "{line}");
    read_by_filters(resources, &line);
    client.cancel(running.id).await;
}

/// The meter's own program, which finds `leo-api` beside this one.
fn command(meter: &Value, leo: &Leo) -> Command {
    assert_eq!(meter["EntryPoint"], json!(["bash", "-c"]));
    let client = leo.client();
    let (_, port) = client.base().rsplit_once(':').unwrap();
    // What it is told as every program of this installation, the key among it.
    let mut command = leo.command("leo-api");
    let told: Vec<_> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    let programs = config::binary("leo-api");
    command = Command::new("bash");
    command
        .args(["-c", meter["Command"][0].as_str().unwrap()])
        .env_clear()
        .envs(told)
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", programs.parent().unwrap().display()),
        )
        .env("PERIOD", "0.2")
        .env("API_PORT", port);
    command
}

/// Whether each metric filter finds its number in the line.
fn read_by_filters(resources: &Value, line: &Value) {
    let resources = resources.as_object().unwrap().values();
    let filters: Vec<_> = resources
        .filter(|resource| resource["Type"] == "AWS::Logs::MetricFilter")
        .map(|resource| &resource["Properties"])
        .collect();
    assert_eq!(filters.len(), 4);
    for filter in filters {
        assert_eq!(filter["FilterPattern"], "{ $.leo = \"queue\" }");
        assert_eq!(line["leo"], "queue");
        let value = filter["MetricTransformations"][0]["MetricValue"]
            .as_str()
            .unwrap();
        let field = value.strip_prefix("$.").unwrap();
        assert!(line[field].is_number(), "{value} in {line}");
    }
}
