//! What the model is asked for files with: the prompts, filled in.

use leo_model::chat::Message;
use leo_protocol::event::{Phase, PlannedFile};

use super::prompts::{self, render};
use super::{Model, context};
use crate::emit::shorten;
use crate::kind::{Kind, Problem};
use crate::problems;
use crate::workspace::{RelPath, Workspace};

/// How much of an answer beside its files the model is shown again, in characters.
const SHOWN: usize = 1500;
/// How much of the list of packages the model is shown, in characters.
const PACKAGES: usize = 1500;

impl Model {
    pub(super) fn implement_prompt(
        &self,
        workspace: &Workspace,
        number: u32,
        phase: &Phase,
        marker: &str,
    ) -> String {
        let first = paths(&phase.files);
        let values = [
            ("request", self.task.prompt.as_str()),
            ("history", &self.history()),
            (
                "app",
                &context::app(workspace, self.window.for_files(), &first),
            ),
            ("number", &number.to_string()),
            ("name", &phase.name),
            ("description", &phase.description),
            ("files", &list(&phase.files)),
            ("format", &self.format(marker)),
        ];
        render(prompts::IMPLEMENT, &values)
    }

    pub(super) fn fix_prompt(
        &self,
        workspace: &Workspace,
        what: &str,
        found: &[Problem],
        marker: &str,
    ) -> String {
        let first: Vec<RelPath> = found
            .iter()
            .filter_map(|problem| RelPath::new(problem.path.as_deref()?).ok())
            .collect();
        let values = [
            ("request", self.task.prompt.as_str()),
            (
                "app",
                &context::app(workspace, self.window.for_files(), &first),
            ),
            ("what", what),
            ("problems", &problems::list(found)),
            ("format", &self.format(marker)),
        ];
        render(prompts::FIX, &values)
    }

    pub(super) fn format(&self, marker: &str) -> String {
        let install = match self.kind() {
            Kind::Node => self.install_prompt(),
            Kind::Static => String::new(),
        };
        let format = render(
            prompts::FORMAT,
            &[("marker", marker), ("install", &install)],
        );
        if self.uses_tools {
            format!("{}\n{format}", prompts::TOOLS)
        } else {
            format
        }
    }

    fn install_prompt(&self) -> String {
        let packages = self.toolchain.packages();
        let near = match packages.len() {
            0 => String::new(),
            _ => format!(
                "  These are here without a network: {}",
                shorten(&packages.join(", "), PACKAGES)
            ),
        };
        render(prompts::INSTALL, &[("near", &near)])
    }

    pub(super) fn again(
        &self,
        error: &str,
        said: &str,
        wanted: &[PlannedFile],
        marker: &str,
    ) -> [Message; 2] {
        let values = [
            ("error", error),
            ("files", &list(wanted)),
            ("format", &self.format(marker)),
        ];
        let before = match said.trim() {
            "" => "(an answer without any text)".to_owned(),
            said => shorten(said, SHOWN),
        };
        [
            Message::Assistant {
                text: before,
                tool_calls: Vec::new(),
            },
            Message::User(render(prompts::AGAIN, &values)),
        ]
    }
}

fn paths(files: &[PlannedFile]) -> Vec<RelPath> {
    let paths = files.iter();
    paths
        .filter_map(|file| RelPath::new(&file.path).ok())
        .collect()
}

fn list(files: &[PlannedFile]) -> String {
    if files.is_empty() {
        return "- whatever has to change".to_owned();
    }
    let lines: Vec<String> = files
        .iter()
        .map(|file| format!("- {}: {}", file.path, file.purpose))
        .collect();
    lines.join("\n")
}
