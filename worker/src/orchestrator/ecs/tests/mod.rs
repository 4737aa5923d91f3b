//! What AWS does on bad days, played by a double.

use leo_protocol::{InstanceId, JobId};

use crate::orchestrator::{RunSpec, Wanted};

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
        wanted: Wanted::always(),
    }
}
