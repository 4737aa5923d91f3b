//! What AWS does on bad days, played by a double.

use std::sync::Arc;
use std::time::Duration;

use leo_protocol::{InstanceId, JobId};

use super::{Ecs, EcsConfig};
use crate::config::LaunchType;
use crate::orchestrator::{Orchestrator as _, RunHandle, RunSpec, Wanted};

mod checks;
mod double;
mod ends;
mod following;
mod launching;
mod listing;

use double::{CONTAINER, Double};

/// An attempt as a worker launches it.
pub(super) fn spec() -> RunSpec {
    let job = JobId::generate();
    RunSpec {
        instance: InstanceId::generate(),
        job,
        attempt: 1,
        env: vec![
            ("JOB_ID".to_owned(), job.to_string()),
            (
                "WEBSOCKET_URL".to_owned(),
                format!("wss://leo.example/ws/jobs/{job}?token=v1.1.2.3"),
            ),
        ],
        inputs: std::path::PathBuf::new(),
        network: true,
        gateway: None,
        wanted: Wanted::always(),
    }
}

fn config(instance: InstanceId) -> EcsConfig {
    EcsConfig {
        cluster: "leo".to_owned(),
        task_definition: "generator".to_owned(),
        container: CONTAINER.to_owned(),
        subnets: vec!["subnet-1".to_owned()],
        security_groups: Vec::new(),
        assign_public_ip: false,
        launch_type: LaunchType::Fargate,
        endpoint: None,
        instance,
        start_within: Duration::from_secs(600),
        dial_within: Duration::from_secs(120),
        look_interval: Duration::from_secs(3),
        missing_patience: Duration::from_secs(30),
    }
}

/// A worker's ECS, on a double.
struct Stage {
    double: Arc<Double>,
    ecs: Ecs,
    spec: RunSpec,
}

impl Stage {
    fn new() -> Self {
        let spec = spec();
        let double = Arc::new(Double::default());
        Self {
            ecs: on(&double, &spec),
            double,
            spec,
        }
    }

    async fn launched(&self) -> RunHandle {
        self.ecs.launch(&self.spec).await.unwrap().handle
    }

    /// Another worker of the same cluster.
    fn another(&self) -> Ecs {
        on(&self.double, &self.spec)
    }
}

fn on(double: &Arc<Double>, spec: &RunSpec) -> Ecs {
    Ecs::new(double.clone(), config(spec.instance), "arn:cluster/leo")
}
