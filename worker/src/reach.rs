//! How containers reach a model server that listens on the worker's own machine.
//!
//! `localhost` inside a container is the container. The engine knows a name for its machine, so a
//! container of an engine is given that instead; what listens on 127.0.0.1 alone is not reached by it
//! either. A container elsewhere has no way to anybody's loopback address, and is not sent to one.

use leo_common::job_model::JobModel;
use url::Url;

use crate::config::{OrchestratorMode, WorkerConfig, WorkspaceTransfer};

/// What a loopback address is to a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The same as to the worker: it is no container, or shares the machine's network.
    Same,
    /// The machine has a name inside it.
    Gateway,
    /// Nothing.
    Nowhere,
}

impl Reach {
    /// For the containers of such a worker.
    pub(crate) fn of(config: &WorkerConfig) -> Self {
        match (config.running.orchestrator_mode, config.running.transfer()) {
            (OrchestratorMode::Process, _) => Self::Same,
            // Its settings come from the api, which does not know where it runs.
            (OrchestratorMode::Ecs, _) | (OrchestratorMode::Local, WorkspaceTransfer::Fetch) => {
                Self::Nowhere
            }
            (OrchestratorMode::Local, WorkspaceTransfer::Copy) if config.shares_host_network() => {
                Self::Same
            }
            (OrchestratorMode::Local, WorkspaceTransfer::Copy) => Self::Gateway,
        }
    }

    /// Whether containers are to go by the machine's name to the model.
    pub(crate) fn through_gateway(self, model: &JobModel) -> bool {
        self == Self::Gateway && model.local_address().is_some()
    }

    /// The model's address, if containers have no way to it.
    pub(crate) fn refuses(self, model: &JobModel) -> Option<Url> {
        model.local_address().filter(|_| self == Self::Nowhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::sample;

    #[test]
    fn a_loopback_address_is_another_thing_inside_a_container() {
        let of = |more: &[&str]| Reach::of(&sample(more));
        assert_eq!(of(&[]), Reach::Gateway);
        assert_eq!(of(&["--container-network=apps"]), Reach::Gateway);
        assert_eq!(of(&["--container-network=host"]), Reach::Same);
        assert_eq!(of(&["--workspace-transfer=fetch"]), Reach::Nowhere);
        assert_eq!(of(&["--orchestrator-mode=ecs"]), Reach::Nowhere);
        let process = ["--orchestrator-mode=process", "--workspace-transfer=fetch"];
        assert_eq!(of(&process), Reach::Same);
    }

    #[test]
    fn whoever_would_send_tasks_to_a_loopback_address_does_not_start() {
        let ecs = |more: &[&str]| {
            let config = sample(&[&["--orchestrator-mode=ecs"], more].concat());
            let model = JobModel::of_installation(&config.model, None);
            Reach::of(&config).refuses(&model).map(String::from)
        };
        let usual = ecs(&["--llm-provider=ollama"]);
        assert_eq!(usual.as_deref(), Some("http://localhost:11434/v1"));
        let local = "--llm-base-url=http://127.0.0.1:8000/v1";
        assert!(ecs(&["--llm-provider=openai", local]).is_some());
        assert_eq!(ecs(&["--llm-provider=demo", local]), None);
        let elsewhere = "--llm-base-url=http://10.0.0.5:11434/v1";
        assert_eq!(ecs(&["--llm-provider=ollama", elsewhere]), None);
    }
}
