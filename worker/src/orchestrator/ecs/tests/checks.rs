//! Settings that name what is not there.

use leo_protocol::InstanceId;

use super::super::api::{Cluster, Definition};
use super::super::{EcsConfig, check};
use super::config;
use super::double::{CONTAINER, Double, State};
use crate::config::LaunchType;

fn fitting(state: &mut State) {
    state.cluster = Some(Cluster {
        arn: "arn:cluster/leo".to_owned(),
        status: "ACTIVE".to_owned(),
        capacity_providers: Vec::new(),
    });
    state.definition = Some(Definition {
        arn: "arn:definition/generator:7".to_owned(),
        active: true,
        containers: vec![CONTAINER.to_owned()],
        awsvpc: true,
        for_fargate: true,
        task_role: None,
    });
}

async fn checked(
    change: impl FnOnce(&mut State, &mut EcsConfig),
) -> Result<check::Checked, Vec<String>> {
    let double = Double::default();
    let mut config = config(InstanceId::generate());
    fitting(&mut double.state());
    change(&mut double.state(), &mut config);
    check::check(&double, &config).await
}

/// What is said of this one mistake.
async fn mistake(change: impl FnOnce(&mut State, &mut EcsConfig)) -> String {
    let mistakes = checked(change).await.unwrap_err();
    let [line] = mistakes.as_slice() else {
        panic!("{mistakes:?}");
    };
    assert!(!line.contains('\n'), "{line}");
    line.clone()
}

fn definition(state: &mut State) -> &mut Definition {
    state.definition.as_mut().unwrap()
}

#[tokio::test]
async fn what_fits_is_taken() {
    let found = checked(|_, config| config.container.clear()).await.unwrap();
    assert_eq!(found.container, CONTAINER);
    assert_eq!(found.cluster, "arn:cluster/leo");
}

#[tokio::test]
async fn each_mistake_has_its_line() {
    let line = mistake(|state, _| state.cluster = None).await;
    assert!(line.starts_with("ECS_CLUSTER: there is no `leo`"), "{line}");
    let line = mistake(|state, _| state.cluster.as_mut().unwrap().status = "INACTIVE".to_owned());
    assert!(line.await.contains("is INACTIVE"));
    let line = mistake(|state, _| state.definition = None).await;
    assert!(
        line.starts_with("ECS_TASK_DEFINITION: there is no `generator`"),
        "{line}"
    );
    let line = mistake(|state, _| definition(state).active = false).await;
    assert!(line.starts_with("ECS_TASK_DEFINITION"), "{line}");
    let line = mistake(|_, config| config.container = "app".to_owned()).await;
    assert!(
        line.starts_with("ECS_CONTAINER_NAME") && line.contains(CONTAINER),
        "{line}"
    );
    let line = mistake(|state, config| {
        config.container.clear();
        definition(state).containers.push("sidecar".to_owned());
    });
    assert!(line.await.contains("generator, sidecar"));
    let line = mistake(|_, config| config.subnets.clear()).await;
    assert!(line.starts_with("ECS_SUBNETS: missing"), "{line}");
    let line = mistake(|state, _| definition(state).awsvpc = false).await;
    assert!(line.starts_with("ECS_SUBNETS: given"), "{line}");
    let line = mistake(|state, _| definition(state).for_fargate = false).await;
    assert!(line.contains("FARGATE"), "{line}");
    let line = mistake(|_, config| config.launch_type = LaunchType::FargateSpot).await;
    assert!(
        line.starts_with("ECS_LAUNCH_TYPE: FARGATE_SPOT is no capacity provider"),
        "{line}"
    );
}

#[tokio::test]
async fn a_task_role_is_refused() {
    let line = mistake(|state, _| definition(state).task_role = Some("arn:role".to_owned())).await;
    assert!(line.contains("task role"), "{line}");
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let mistakes = checked(|state, config| {
        state.cluster = None;
        definition(state).active = false;
        config.container = "app".to_owned();
    });
    assert_eq!(mistakes.await.unwrap_err().len(), 3);
}
