//! The command line.

use clap::{Args, Parser, Subcommand};
use leo_protocol::JobId;
use secrecy::SecretString;
use url::Url;

use crate::client::{Server, parse_base};
use crate::dev::DevArgs;
use crate::stack::command::StackArgs;

mod account;
mod jobs;
mod operate;
mod versions;
mod webhooks;

pub(crate) use account::{
    CreateKeyArgs, GithubAction, GithubArgs, KeyArgs, KeysAction, KeysArgs, ProviderAction,
    ProviderArgs, SetGithubArgs, SetProviderArgs, TestProviderArgs,
};
pub(crate) use jobs::{DownloadArgs, JobsArgs, LogsArgs, RetryArgs, RunArgs, SessionsArgs};
pub(crate) use operate::{ConfigAction, ConfigArgs, DemoArgs, FleetAction, FleetArgs};
pub(crate) use versions::{
    DeployArgs, DiffArgs, FilesArgs, ForkArgs, LinkArgs, PushArgs, RestoreArgs,
};
pub(crate) use webhooks::{AddWebhookArgs, WebhooksAction, WebhooksArgs};

/// Leo: from a prompt to an app.
///
/// `leo dev` starts everything on this machine; `leo run "a todo list"` asks it for an app.
#[derive(Parser)]
#[command(name = "leo", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which Leo to talk to.
#[derive(Args)]
pub(crate) struct ServerArgs {
    /// The address of Leo
    #[arg(long, env = "LEO_URL", global = true, default_value = "http://127.0.0.1:5013",
        value_name = "URL", value_parser = parse_base)]
    server: Url,
    /// A bearer token; a Leo on this machine needs none
    #[arg(long, env = "LEO_TOKEN", global = true, hide_env_values = true)]
    token: Option<SecretString>,
}

impl ServerArgs {
    pub(crate) fn server(self) -> Server {
        // An empty variable means that there is none.
        let token = self.token.filter(|token| {
            use secrecy::ExposeSecret as _;
            !token.expose_secret().is_empty()
        });
        Server::new(self.server, token)
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Generate an app and watch it being made
    Run(RunArgs),
    /// List jobs, the youngest first
    Jobs(JobsArgs),
    /// List sessions, those used last first
    Sessions(SessionsArgs),
    /// Show what a job has done
    Logs(LogsArgs),
    /// Stop a job
    Cancel(OfJob),
    /// Do a job again, and watch it
    Retry(RetryArgs),
    /// Fetch the app that a job has made
    Download(DownloadArgs),
    /// List the files of the app that a job has made, or print one
    Files(FilesArgs),
    /// Show what a job has changed in the app
    Diff(DiffArgs),
    /// Go back to what a job has made: the next prompt goes on from it
    Restore(RestoreArgs),
    /// Make a session of its own from what a job has made
    Fork(ForkArgs),
    /// Make an address at which anybody can download the app, for some time
    Link(LinkArgs),
    /// Have the app that a job has made deployed
    Deploy(DeployArgs),
    /// Push a job's files to GitHub, again or for the first time
    Push(PushArgs),
    /// List API keys, make or revoke one
    Keys(KeysArgs),
    /// Show or set your own model provider, or test one
    Provider(ProviderArgs),
    /// List webhooks, make, test or remove one, or see what was delivered
    Webhooks(WebhooksArgs),
    /// Show, connect or disconnect your account at GitHub, to which results are pushed
    Github(GithubArgs),
    /// Show the workers and the queue, or let a worker drain; for operators
    Fleet(FleetArgs),
    /// Look at settings
    Config(ConfigArgs),
    /// The whole product on this machine, until Ctrl-C
    Dev(Box<DevArgs>),
    /// One generation, from prompt to app, in a stack of its own
    Demo(Box<DemoArgs>),
    /// Run something on a private Postgres, Redis and Docker engine
    Stack(StackArgs),
}

/// Which job a command is about.
#[derive(Args)]
pub(crate) struct OfJob {
    /// Which job
    pub(crate) job: JobId,
}

/// How a job is watched.
#[derive(Args)]
pub(crate) struct Watching {
    /// Print each event as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Do not wait for the job: print its id and leave
    #[arg(long)]
    pub(crate) detach: bool,
}

/// How a list is printed.
#[derive(Args)]
pub(crate) struct Listing {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Print each as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
