//! The installation on AWS: infra/aws/leo.yaml, deployed to a stand-in, and what it says by itself.
//!
//! The stand-in keeps much of what it is given and forgets the rest (outgoing rules of security groups, attributes
//! of load balancers, how services roll). What it keeps is asked of it; the rest is read in the template.

mod health;
mod meter;
mod roles;
mod stack;
mod template;

use std::process::Command;

use leo_tests::{Moto, config};
use serde_json::Value;

/// The template, below the repository's root.
const TEMPLATE: &str = "infra/aws/leo.yaml";
/// What deploys it, there too.
const DEPLOY: &str = "tests/aws/deploy.py";
/// What reads it: as JSON, with the short forms of functions spelled out.
const READ: &str = "import json, sys; from cfnlint.decode import cfn_yaml; print(json.dumps(cfn_yaml.load(sys.argv[1])))";

/// Deploys the template; what there is then, by the words of `DEPLOY`.
async fn deployed(moto: &Moto, stack: &str, parameters: &[&str]) -> Value {
    let endpoint = moto.aws().aws_endpoint_url.unwrap().to_string();
    let root = config::repository();
    let mut command = Command::new(config::python());
    command
        .arg(root.join(DEPLOY))
        .args([&endpoint, root.join(TEMPLATE).to_str().unwrap(), stack])
        .args(parameters);
    json(command).await
}

/// The template as it is written.
async fn template() -> Value {
    let mut command = Command::new(config::python());
    command
        .args(["-c", READ])
        .arg(config::repository().join(TEMPLATE));
    json(command).await
}

async fn json(mut command: Command) -> Value {
    command.env_remove("PYTHONPATH");
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let output = ran.unwrap().expect("run Python; `make test` prepares it");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The entries of a list of `{name, value}` by name, whatever the words for these two.
fn entry<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let entries = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    let mut named = entries.iter().filter(|entry| entry[key] == name);
    named
        .next()
        .unwrap_or_else(|| panic!("no {name} in {list}"))
}
