//! The tasks of an installation.

use std::collections::HashSet;

use leo_protocol::InstanceId;

use super::{Stage, on};
use crate::orchestrator::Orchestrator as _;

#[tokio::test(start_paused = true)]
async fn only_running_tasks_of_the_installation_are_listed() {
    let mut stage = Stage::new();
    let mut own = HashSet::new();
    for attempt in 1..=5 {
        stage.spec.attempt = attempt;
        own.insert(stage.launched().await.id);
    }
    let mut other = stage.spec.clone();
    other.instance = InstanceId::generate();
    other.attempt = 9;
    on(&stage.double, &other).launch(&other).await.unwrap();
    let ended = stage.double.state().tasks[0].arn.clone();
    stage.double.state().tasks[0].status = "STOPPED".to_owned();
    own.remove(&ended);
    let found = stage.ecs.list().await.unwrap();
    let found: HashSet<_> = found.into_iter().map(|run| run.handle.id).collect();
    assert_eq!(found, own);
}

#[tokio::test(start_paused = true)]
async fn those_who_ask_together_share_a_listing() {
    let stage = Stage::new();
    stage.launched().await;
    let asked = (0..20).map(|_| stage.ecs.list());
    for found in futures_util::future::join_all(asked).await {
        assert_eq!(found.unwrap().len(), 1);
    }
    assert!(stage.double.state().listed <= 2);
    stage.launched().await;
    let listed = stage.double.state().listed;
    stage.ecs.list().await.unwrap();
    assert_eq!(stage.double.state().listed, listed + 1, "it is asked anew");
}
