//! Whether what the settings name is there and fits together, asked of ECS itself.
//!
//! Subnets and security groups belong to another service, which a worker has no business with: a
//! wrong one is told by the first task.

use leo_common::config::Aws;

use super::api::{Api, ApiError, Cluster, Definition, Kind};
use super::{EcsConfig, SPOT_PROVIDER, retry};
use crate::config::LaunchType;

/// What a cluster and a definition say that may be used.
const ACTIVE: &str = "ACTIVE";

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// The cluster, by ARN.
    pub(super) cluster: String,
    /// The generator's container.
    pub(super) container: String,
}

/// Looks at everything before it complains: a line for each mistake.
pub(super) async fn check(api: &dyn Api, config: &EcsConfig) -> Result<Checked, Vec<String>> {
    let (cluster, definition) = tokio::join!(
        retry::patiently(|| api.cluster()),
        retry::patiently(|| api.task_definition())
    );
    let mut mistakes = Vec::new();
    let cluster = found("ECS_CLUSTER", &config.cluster, cluster)
        .map_err(|line| mistakes.push(line))
        .ok();
    let definition = found("ECS_TASK_DEFINITION", &config.task_definition, definition)
        .map_err(|line| mistakes.push(line))
        .ok();
    if let Some(cluster) = &cluster {
        mistakes.extend(cluster_mistakes(config, cluster));
    }
    let container = definition.and_then(|definition| {
        mistakes.extend(definition_mistakes(config, &definition));
        let container = container(config, &definition);
        container.map_err(|line| mistakes.push(line)).ok()
    });
    match (cluster, container) {
        (Some(cluster), Some(container)) if mistakes.is_empty() => Ok(Checked {
            cluster: cluster.arn,
            container,
        }),
        _ => {
            // Both calls may have failed for one reason.
            mistakes.dedup();
            Err(mistakes)
        }
    }
}

/// Where ECS is, for a line that says that it cannot be reached.
pub(super) fn place(config: &EcsConfig, aws: &Aws) -> Result<(), String> {
    if aws.region().is_none() && config.endpoint.is_none() {
        return Err("AWS_REGION: missing, expected one like eu-central-1".to_owned());
    }
    Ok(())
}

fn found<T>(name: &str, wanted: &str, answer: Result<Option<T>, ApiError>) -> Result<T, String> {
    match answer {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(format!(
            "{name}: there is no `{wanted}` in this account and region"
        )),
        Err(error) if error.kind == Kind::NotFound => Err(format!(
            "{name}: there is no `{wanted}` in this account and region"
        )),
        Err(error) => match error.kind {
            Kind::Away | Kind::Throttled => Err(format!("ECS cannot be reached: {error}")),
            Kind::Conflict | Kind::NotFound | Kind::Refused => {
                Err(format!("{name}: ECS does not tell of `{wanted}`: {error}"))
            }
        },
    }
}

fn cluster_mistakes(config: &EcsConfig, cluster: &Cluster) -> Vec<String> {
    let mut mistakes = Vec::new();
    if cluster.status != ACTIVE {
        mistakes.push(format!(
            "ECS_CLUSTER: `{}` is {}, expected a cluster that is {ACTIVE}",
            config.cluster, cluster.status
        ));
    }
    let providers = &cluster.capacity_providers;
    let spot = config.launch_type == LaunchType::FargateSpot;
    if spot && !providers.iter().any(|name| name == SPOT_PROVIDER) {
        mistakes.push(format!(
            "ECS_LAUNCH_TYPE: {SPOT_PROVIDER} is no capacity provider of the cluster `{}`, expected one that is",
            config.cluster
        ));
    }
    mistakes
}

fn definition_mistakes(config: &EcsConfig, definition: &Definition) -> Vec<String> {
    let name = &config.task_definition;
    let mut mistakes = Vec::new();
    let mut expect = |fine: bool, line: String| {
        if !fine {
            mistakes.push(line);
        }
    };
    expect(
        definition.active,
        format!("ECS_TASK_DEFINITION: `{name}` is not {ACTIVE}, expected a revision that is"),
    );
    expect(
        config.launch_type == LaunchType::Ec2 || definition.for_fargate,
        format!(
            "ECS_TASK_DEFINITION: `{name}` is not made for Fargate, expected requiresCompatibilities with FARGATE, \
             or ECS_LAUNCH_TYPE=EC2"
        ),
    );
    expect(
        !definition.awsvpc || !config.subnets.is_empty(),
        format!(
            "ECS_SUBNETS: missing, and tasks of `{name}` have addresses of their own (awsvpc); expected ids like \
             subnet-0a1b2c3d, with commas between"
        ),
    );
    expect(
        definition.awsvpc || config.subnets.is_empty(),
        format!(
            "ECS_SUBNETS: given, but tasks of `{name}` have no addresses of their own; expected networkMode awsvpc"
        ),
    );
    expect(
        definition.task_role.is_none(),
        format!(
            "ECS_TASK_DEFINITION: `{name}` has a task role, which generated code could use; expected one without"
        ),
    );
    mistakes
}

fn container(config: &EcsConfig, definition: &Definition) -> Result<String, String> {
    let names = || definition.containers.join(", ");
    match (config.container.as_str(), definition.containers.as_slice()) {
        ("", [only]) => Ok(only.clone()),
        ("", _) => Err(format!(
            "ECS_CONTAINER_NAME: missing, expected one of those in `{}`: {}",
            config.task_definition,
            names()
        )),
        (wanted, known) if known.iter().any(|name| name == wanted) => Ok(wanted.to_owned()),
        (wanted, _) => Err(format!(
            "ECS_CONTAINER_NAME: `{}` has no container `{wanted}`, expected one of: {}",
            config.task_definition,
            names()
        )),
    }
}
