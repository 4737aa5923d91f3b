//! The settings of `ORCHESTRATOR_MODE=ecs`.
//!
//! Here is seen whether they are complete and make sense together. Whether what they name exists is
//! asked at the start of the worker, of ECS itself.

use leo_common::config::Span;
use url::Url;

use super::{Running, Transport, WorkspaceTransfer};

/// Subnets and security groups that ECS takes for one task.
const MAX_SUBNETS: usize = 16;
const MAX_SECURITY_GROUPS: usize = 5;

/// Where tasks run.
#[derive(Debug, Clone, clap::Args)]
pub struct EcsSettings {
    /// The cluster of mode `ecs`, by name or ARN.
    #[arg(long, env = "ECS_CLUSTER")]
    pub ecs_cluster: Option<String>,
    /// The generator's task definition: a family, of which the newest revision is taken,
    /// `family:revision`, or an ARN.
    #[arg(long, env = "ECS_TASK_DEFINITION")]
    pub ecs_task_definition: Option<String>,
    /// The generator's container in that definition; needed where it has several.
    #[arg(long, env = "ECS_CONTAINER_NAME")]
    pub ecs_container_name: Option<String>,
    /// The subnets of tasks, with commas between.
    #[arg(long, env = "ECS_SUBNETS", value_delimiter = ',')]
    pub ecs_subnets: Vec<String>,
    /// The security groups of tasks, with commas between; the network's default one where none is
    /// given.
    #[arg(long, env = "ECS_SECURITY_GROUPS", value_delimiter = ',')]
    pub ecs_security_groups: Vec<String>,
    /// What tasks run on.
    #[arg(
        long,
        env = "ECS_LAUNCH_TYPE",
        default_value = "FARGATE",
        ignore_case = true
    )]
    pub ecs_launch_type: LaunchType,
    /// Whether tasks get a public address: where their subnets have no NAT, it is their only way out.
    #[arg(
        long,
        env = "ECS_ASSIGN_PUBLIC_IP",
        default_value_t = false,
        num_args = 0..=1,
        default_missing_value = "true",
        action = clap::ArgAction::Set
    )]
    pub ecs_assign_public_ip: bool,
    /// How long a task may take until it runs.
    #[arg(long, env = "ECS_START_TIMEOUT", default_value = "10m")]
    pub ecs_start_timeout: Span,
    /// How long a container that runs may take to dial in.
    #[arg(long, env = "ECS_DIAL_TIMEOUT", default_value = "2m")]
    pub ecs_dial_timeout: Span,
    /// Another address of ECS than AWS's own, or than `AWS_ENDPOINT_URL`; plain http is accepted.
    #[arg(long, env = "AWS_ENDPOINT_URL_ECS")]
    pub aws_endpoint_url_ecs: Option<Url>,
}

/// What tasks run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LaunchType {
    /// Machines that AWS brings along.
    #[value(name = "FARGATE")]
    Fargate,
    /// The same for less, taken back with two minutes' notice when somebody pays more.
    #[value(name = "FARGATE_SPOT")]
    FargateSpot,
    /// The cluster's own machines, Spot or not.
    #[value(name = "EC2")]
    Ec2,
}

/// A list as it was meant: `a, b,` has two entries.
fn entries(given: &[String]) -> Vec<String> {
    let given = given.iter().map(|entry| entry.trim());
    given
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text that says something.
fn said(given: Option<&String>) -> Option<&str> {
    given
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
}

impl EcsSettings {
    /// The cluster.
    pub(crate) fn cluster(&self) -> Option<&str> {
        said(self.ecs_cluster.as_ref())
    }

    /// The task definition.
    pub(crate) fn task_definition(&self) -> Option<&str> {
        said(self.ecs_task_definition.as_ref())
    }

    /// The container, if it is named.
    pub(crate) fn container(&self) -> Option<&str> {
        said(self.ecs_container_name.as_ref())
    }

    /// The subnets.
    pub(crate) fn subnets(&self) -> Vec<String> {
        entries(&self.ecs_subnets)
    }

    /// The security groups.
    pub(crate) fn security_groups(&self) -> Vec<String> {
        entries(&self.ecs_security_groups)
    }

    /// What is missing or no value at all: a line for each mistake.
    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut expect = |fine: bool, line: String| {
            if !fine {
                mistakes.push(line);
            }
        };
        expect(
            self.cluster().is_some(),
            "ECS_CLUSTER: missing, expected the name or the ARN of a cluster".to_owned(),
        );
        expect(
            self.task_definition().is_some(),
            "ECS_TASK_DEFINITION: missing, expected a family, family:revision or an ARN".to_owned(),
        );
        for (name, given, prefix, most) in [
            ("ECS_SUBNETS", self.subnets(), "subnet-", MAX_SUBNETS),
            (
                "ECS_SECURITY_GROUPS",
                self.security_groups(),
                "sg-",
                MAX_SECURITY_GROUPS,
            ),
        ] {
            for wrong in given.iter().filter(|entry| !entry.starts_with(prefix)) {
                expect(
                    false,
                    format!(
                        "{name}: `{wrong}` is none, expected ids like {prefix}0a1b2c3d, with commas between"
                    ),
                );
            }
            expect(
                given.len() <= most,
                format!(
                    "{name}: {} of them, and ECS takes {most} at most",
                    given.len()
                ),
            );
        }
        mistakes
    }
}

/// What does not go together with mode `ecs`: a line for each mistake.
pub(super) fn mistakes(running: &Running, artifact_store: &str) -> Vec<String> {
    let mut mistakes = running.ecs.mistakes();
    if running.transport() == Transport::Stdout {
        mistakes.push(
            "GENERATOR_TRANSPORT=stdout does not work with ORCHESTRATOR_MODE=ecs: nobody can follow what a task \
             prints; expected websocket"
                .to_owned(),
        );
    }
    if running.transfer() == WorkspaceTransfer::Copy {
        mistakes.push(
            "WORKSPACE_TRANSFER=copy does not work with ORCHESTRATOR_MODE=ecs: nobody can copy files into a task; \
             expected fetch"
                .to_owned(),
        );
    }
    if !artifact_store.starts_with("s3://") {
        mistakes.push(format!(
            "ARTIFACT_STORE: `{artifact_store}` is no bucket, and with ORCHESTRATOR_MODE=ecs tasks upload to one; \
             expected one like s3://bucket/prefix"
        ));
    }
    mistakes
}
