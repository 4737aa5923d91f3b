//! Answers of the SDK in our own words.

use aws_sdk_ecs::config::http::HttpResponse;
use aws_sdk_ecs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::operation::run_task::RunTaskOutput;
use aws_sdk_ecs::primitives::DateTime as SdkTime;
use aws_sdk_ecs::types;
use chrono::{DateTime, Utc};

use super::api::{ApiError, Cluster, Container, Definition, Failure, Placed, Task};
use super::errors;

/// What an error of any call says.
pub(super) fn error<E>(error: &SdkError<E, HttpResponse>) -> ApiError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    match error {
        SdkError::ServiceError(answer) => {
            let said = answer.err();
            let message = said.message().unwrap_or_default();
            errors::of(said.code(), message, status)
        }
        SdkError::ConstructionFailure(_)
        | SdkError::TimeoutError(_)
        | SdkError::DispatchFailure(_)
        | SdkError::ResponseError(_)
        | _ => {
            let text = DisplayErrorContext(error).to_string();
            // Behind the causes it shows all fields of them.
            let causes = text.split(" (").next().unwrap_or_default();
            errors::no_answer(causes.to_owned())
        }
    }
}

/// What came of a call that starts a task.
pub(super) fn placed(answer: RunTaskOutput) -> Placed {
    let tasks = answer.tasks.unwrap_or_default();
    let mut arns = tasks.into_iter().filter_map(|task| task.task_arn);
    if let Some(arn) = arns.next() {
        return Placed::Task(arn);
    }
    let failures = answer.failures.unwrap_or_default().into_iter();
    let failures = failures.map(|failure| Failure {
        reason: failure.reason.unwrap_or_default(),
        detail: failure.detail,
    });
    Placed::Nowhere(failures.collect())
}

/// One without a name is none.
pub(super) fn task(task: types::Task) -> Option<Task> {
    let containers = task.containers.unwrap_or_default().into_iter();
    let tags = task.tags.unwrap_or_default().into_iter();
    Some(Task {
        arn: task.task_arn?,
        status: task.last_status.unwrap_or_default(),
        stop_code: task.stop_code.map(|code| code.as_str().to_owned()),
        stopped_reason: task.stopped_reason,
        created_at: task.created_at.and_then(time),
        connected_at: task.connectivity_at.and_then(time),
        pull_started_at: task.pull_started_at.and_then(time),
        pull_stopped_at: task.pull_stopped_at.and_then(time),
        started_at: task.started_at.and_then(time),
        containers: containers.map(container).collect(),
        tags: tags
            .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
            .collect(),
    })
}

fn container(container: types::Container) -> Container {
    Container {
        name: container.name.unwrap_or_default(),
        status: container.last_status.unwrap_or_default(),
        exit_code: container.exit_code.map(Into::into),
        reason: container.reason,
    }
}

fn time(time: SdkTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(time.to_millis().ok()?)
}

/// One without a name is none.
pub(super) fn cluster(cluster: types::Cluster) -> Option<Cluster> {
    Some(Cluster {
        arn: cluster.cluster_arn?,
        status: cluster.status.unwrap_or_default(),
        capacity_providers: cluster.capacity_providers.unwrap_or_default(),
    })
}

/// One without a name is none.
pub(super) fn definition(found: types::TaskDefinition) -> Option<Definition> {
    let containers = found.container_definitions.unwrap_or_default().into_iter();
    let compatible = found.requires_compatibilities.unwrap_or_default();
    Some(Definition {
        arn: found.task_definition_arn?,
        active: found
            .status
            .is_none_or(|status| status == types::TaskDefinitionStatus::Active),
        containers: containers.filter_map(|container| container.name).collect(),
        awsvpc: found.network_mode == Some(types::NetworkMode::Awsvpc),
        for_fargate: compatible.contains(&types::Compatibility::Fargate),
        task_role: found.task_role_arn.filter(|role| !role.is_empty()),
    })
}
