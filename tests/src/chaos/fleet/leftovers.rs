//! What is left of generators once all jobs have ended: nothing, if all is well.

use super::yard::Yard;
use crate::procfs;

/// How many of a kind are named.
const NAMED: usize = 5;

/// What should be gone once all jobs have ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Leftovers {
    pub(super) containers: Vec<String>,
    pub(super) processes: usize,
    pub(super) folders: Vec<String>,
}

impl Leftovers {
    pub(super) fn count(&self) -> usize {
        self.containers.len() + self.processes + self.folders.len()
    }

    /// What there is, with some of the names.
    pub(super) fn in_words(&self) -> Vec<String> {
        let names = |what: &str, names: &[String]| {
            let some = names[..names.len().min(NAMED)].join(", ");
            (!names.is_empty()).then(|| format!("{} {what} left: {some}", names.len()))
        };
        let processes = self.processes;
        let of_processes = (processes > 0).then(|| format!("{processes} processes left"));
        let lines = [
            names("containers", &self.containers),
            names("folders", &self.folders),
            of_processes,
        ];
        lines.into_iter().flatten().collect()
    }
}

impl Yard {
    /// What is left of generators: containers, child processes, and folders of workspaces.
    pub(super) async fn leftovers(&self) -> Leftovers {
        let containers = match &self.engine {
            None => Vec::new(),
            Some(engine) => {
                let engine = engine.lock().await.client();
                let found = engine.try_containers(self.instance).await;
                found.expect("list the containers")
            }
        };
        Leftovers {
            containers: containers.into_iter().map(|found| found.name).collect(),
            processes: procfs::working_below(self.dir.path()).len(),
            folders: self.workspaces(),
        }
    }

    fn workspaces(&self) -> Vec<String> {
        let mut found = Vec::new();
        for slot in &self.slots {
            let staging = self.dir.path().join(format!("staging-{}", slot.name()));
            for folder in [
                format!("processes/{}", self.instance),
                self.instance.to_string(),
            ] {
                let entries = std::fs::read_dir(staging.join(&folder))
                    .into_iter()
                    .flatten();
                let names = entries.flatten().map(|entry| entry.file_name());
                found
                    .extend(names.map(|name| {
                        format!("{}/{folder}/{}", slot.name(), name.to_string_lossy())
                    }));
            }
        }
        found
    }
}
