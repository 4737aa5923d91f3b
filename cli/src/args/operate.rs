//! What is said of an installation: its workers, its settings, a demonstration of it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::dev::ServiceArgs;

#[derive(Args)]
pub(crate) struct FleetArgs {
    /// Print everything as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<FleetAction>,
}

#[derive(Subcommand)]
pub(crate) enum FleetAction {
    /// Let a worker finish what it runs and claim nothing more
    Drain {
        /// Its name, which several may have, or its id
        worker: String,
        /// Wait until it runs nothing any more
        #[arg(long)]
        wait: bool,
    },
    /// Let a draining worker claim again
    Undrain {
        /// Its name, which several may have, or its id
        worker: String,
    },
}

#[derive(Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

#[derive(Subcommand)]
pub(crate) enum ConfigAction {
    /// Print the settings that api and worker find, secrets hidden, and check them
    Check,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// What to make
    #[arg(value_name = "PROMPT")]
    words: Option<String>,
    /// What to make
    #[arg(long, env = "PROMPT")]
    prompt: Option<String>,
    /// Where the stack keeps its data, and the app in `demo`
    #[arg(
        long,
        visible_alias = "data-dir",
        value_name = "DIR",
        default_value = ".leo"
    )]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) services: ServiceArgs,
}

/// What the demo makes if nobody asks for anything.
const DEMO_PROMPT: &str =
    "a tiny garden planner for a windowsill, with basil, mint and one brave tomato";

impl DemoArgs {
    /// What to make; an empty prompt (`PROMPT= make demo`) asks for the usual one.
    pub(crate) fn prompt(&self) -> &str {
        let asked = self.words.as_deref().or(self.prompt.as_deref());
        asked
            .filter(|prompt| !prompt.trim().is_empty())
            .unwrap_or(DEMO_PROMPT)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Cli, Command};
    use super::*;

    #[test]
    fn a_demo_without_a_prompt_has_one() {
        let prompt = |arguments: &[&str]| {
            let Command::Demo(args) = Cli::parse_from(arguments).command else {
                panic!("no demo");
            };
            args.prompt().to_owned()
        };
        assert_eq!(prompt(&["leo", "demo", "a clock"]), "a clock");
        assert_eq!(prompt(&["leo", "demo", "--prompt", "a clock"]), "a clock");
        assert_eq!(prompt(&["leo", "demo", "--prompt=x", "a clock"]), "a clock");
        assert_eq!(prompt(&["leo", "demo", " "]), DEMO_PROMPT);
    }
}
