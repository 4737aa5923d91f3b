//! What the template says and the stand-in forgets.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use leo_tests::config;
use serde_json::{Value, json};

use super::{TEMPLATE, entry, template};

/// The largest template that can be deployed without a bucket to put it into, in bytes.
const MAX_SIZE: u64 = 51_200;
/// An idle WebSocket or event stream says something each 15 s.
const PING_SECONDS: u64 = 15;
/// Settings that nobody may read in the description of a task.
const SECRETS: [&str; 6] = [
    "DATABASE_URL",
    "DEPLOY_HOOK_SECRET",
    "GITHUB_TOKEN",
    "LEO_SECRET_KEY",
    "LLM_API_KEY",
    "REDIS_URL",
];

fn properties<'a>(template: &'a Value, name: &str) -> &'a Value {
    let resource = &template["Resources"][name];
    assert!(resource.is_object(), "no {name}");
    &resource["Properties"]
}

fn attribute(template: &Value, name: &str, list: &str, key: &str) -> u64 {
    let attributes = &properties(template, name)[list];
    let value = entry(attributes, "Key", key)["Value"].as_str().unwrap();
    value.parse().unwrap()
}

#[test]
fn the_template_needs_no_bucket() {
    let size = fs::metadata(config::repository().join(TEMPLATE))
        .unwrap()
        .len();
    assert!(size < MAX_SIZE, "{size} bytes");
}

#[tokio::test]
async fn deploys_drain() {
    let template = template().await;
    for service in ["ApiService", "WorkerService"] {
        let how = &properties(&template, service)["DeploymentConfiguration"];
        assert_eq!(how["MinimumHealthyPercent"], 100, "{service}");
        let breaker = json!({"Enable": true, "Rollback": true});
        assert_eq!(how["DeploymentCircuitBreaker"], breaker, "{service}");
    }
    // Else an update would undo what scaling has done.
    assert_eq!(
        properties(&template, "WorkerService").get("DesiredCount"),
        None
    );
    // The api brings the schema up to date.
    let after = &template["Resources"]["WorkerService"]["DependsOn"];
    assert!(
        after.as_array().unwrap().contains(&json!("ApiService")),
        "{after}"
    );
    // ECS takes no target group that nothing forwards to; with a certificate only this one does.
    let tag = &properties(&template, "ApiService")["Tags"][0]["Value"]["Fn::If"];
    let listeners = json!(["HasCertificate", {"Ref": "HttpsListener"}, {"Ref": "HttpListener"}]);
    assert_eq!(tag, &listeners);
    let idle = attribute(
        &template,
        "LoadBalancer",
        "LoadBalancerAttributes",
        "idle_timeout.timeout_seconds",
    );
    assert!(idle > 3 * PING_SECONDS, "{idle} s");
    let delay = "deregistration_delay.timeout_seconds";
    let delay = attribute(&template, "ApiTargets", "TargetGroupAttributes", delay);
    assert!(delay <= 30, "WebSockets hold up each deploy for {delay} s");
}

#[tokio::test]
async fn generated_code_gets_out_on_two_ports() {
    let template = template().await;
    let group = properties(&template, "GeneratorSecurityGroup");
    let rules = group["SecurityGroupEgress"].as_array().unwrap().iter();
    let out: BTreeSet<_> = rules
        .map(|rule| (rule["FromPort"].as_u64(), rule["ToPort"].as_u64()))
        .collect();
    assert_eq!(
        out,
        BTreeSet::from([(Some(443), Some(443)), (Some(5014), Some(5014))])
    );
}

#[tokio::test]
async fn what_must_not_be_lost_outlives_the_stack() {
    let template = template().await;
    for (name, policy) in [
        ("Bucket", "Retain"),
        ("SecretKey", "Retain"),
        ("Database", "Snapshot"),
    ] {
        let resource = &template["Resources"][name];
        assert_eq!(resource["DeletionPolicy"], policy, "{name}");
        assert_eq!(resource["UpdateReplacePolicy"], policy, "{name}");
    }
    let block = &properties(&template, "Bucket")["PublicAccessBlockConfiguration"];
    let block = block.as_object().unwrap();
    assert!(
        block.len() == 4 && block.values().all(|on| on == true),
        "{block:?}"
    );
    let redis = properties(&template, "Redis");
    assert_eq!(redis["TransitEncryptionEnabled"], true);
    let parameters = &properties(&template, "DatabaseParameters")["Parameters"];
    assert_eq!(parameters["rds.force_ssl"], "1");
    assert_eq!(parameters["synchronous_commit"], "on");
}

/// No password stands in a template or in the description of a task.
#[tokio::test]
async fn secrets_are_handed_out_as_secrets() {
    let template = template().await;
    for task in ["ApiTask", "WorkerTask"] {
        for container in properties(&template, task)["ContainerDefinitions"]
            .as_array()
            .unwrap()
        {
            let plain: Vec<_> = settings(container, "Environment");
            let secret = settings(container, "Secrets");
            assert!(secret.contains(&"LEO_SECRET_KEY".to_owned()), "{secret:?}");
            for name in SECRETS {
                assert!(!plain.iter().any(|plain| plain == name), "{name} in {task}");
            }
        }
    }
    for (name, scheme) in [("DatabaseUrl", "postgres://"), ("RedisUrl", "rediss://")] {
        let url = properties(&template, name)["SecretString"]["Fn::Sub"]
            .as_str()
            .unwrap();
        assert!(
            url.starts_with(scheme) && url.contains("{{resolve:secretsmanager:"),
            "{url}"
        );
    }
}

/// What is set for a program is what it knows by that name.
#[tokio::test]
async fn programs_know_their_settings() {
    let template = template().await;
    for (task, container, program) in [
        ("ApiTask", "api", "leo-api"),
        ("WorkerTask", "worker", "leo-worker"),
    ] {
        let output = Command::new(config::binary(program))
            .arg("--help")
            .output()
            .unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let containers = &properties(&template, task)["ContainerDefinitions"];
        let container = entry(containers, "Name", container);
        let names = settings(container, "Environment").into_iter();
        let names: Vec<_> = names.chain(settings(container, "Secrets")).collect();
        assert!(names.len() > 10, "{names:?}");
        for name in &names {
            assert!(
                help.contains(&format!("[env: {name}")),
                "{program} does not know {name}"
            );
        }
    }
}

/// The page that walks through a deployment names parameters and outputs as they are called.
#[tokio::test]
async fn the_page_names_what_is_there() {
    let template = template().await;
    let page = fs::read_to_string(config::repository().join("docs/aws.md")).unwrap();
    let words = page.split(|letter: char| letter.is_whitespace() || "`\"'?[(".contains(letter));
    let given = words.filter_map(|word| word.split_once('='));
    let parameters: BTreeSet<_> = given
        .map(|(name, _)| name)
        .filter(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase()))
        .filter(|name| name.contains(|letter: char| letter.is_ascii_lowercase()))
        .filter(|name| *name != "OutputKey")
        .collect();
    assert!(parameters.len() > 15, "{parameters:?}");
    for name in parameters {
        assert!(
            template["Parameters"][name].is_object(),
            "docs/aws.md: no parameter {name}"
        );
    }
    let asked = page.split("OutputKey=='").skip(1);
    let asked: Vec<_> = asked.filter_map(|rest| rest.split('\'').next()).collect();
    assert!(asked.len() >= 4, "{asked:?}");
    for name in asked {
        assert!(
            template["Outputs"][name].is_object(),
            "docs/aws.md: no output {name}"
        );
    }
}

/// The names in a list of settings, those that stand behind a condition too.
fn settings(container: &Value, list: &str) -> Vec<String> {
    let entries = container[list].as_array().unwrap().iter();
    let entries = entries.map(|entry| match entry.get("Fn::If") {
        Some(choice) => &choice[1],
        None => entry,
    });
    entries
        .map(|entry| entry["Name"].as_str().unwrap().to_owned())
        .collect()
}
