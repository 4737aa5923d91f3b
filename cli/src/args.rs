//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};
use leo_common::config::Span;
use leo_protocol::account::Scope;
use leo_protocol::{Budget, JobId, JobStatus, KeyId, Mode, SessionId};
use secrecy::SecretString;
use url::Url;

use crate::client::{Server, parse_base};
use crate::dev::{DevArgs, ServiceArgs};
use crate::stack::command::StackArgs;

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
    Cancel(CancelArgs),
    /// Do a job again, and watch it
    Retry(RetryArgs),
    /// Fetch the app that a job has made
    Download(DownloadArgs),
    /// List API keys, make or revoke one
    Keys(KeysArgs),
    /// Show or set your own model provider, or test one
    Provider(ProviderArgs),
    /// Push a job's files to GitHub, again or for the first time
    Push(PushArgs),
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

#[derive(Args)]
pub(crate) struct RunArgs {
    /// What to make
    pub(crate) prompt: String,
    /// Go on with this session's app
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<SessionId>,
    /// What to do: autonomous, plan, edit or features
    #[arg(long)]
    pub(crate) mode: Option<Mode>,
    /// The most phases
    #[arg(long, value_name = "N")]
    pub(crate) max_iterations: Option<u32>,
    /// The model to use
    #[arg(long)]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) budget: BudgetArgs,
    /// Not before this time, as in 2030-01-31T06:00:00Z; prints the job's id and leaves
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<DateTime<Utc>>,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

/// What a job may spend.
#[derive(Args)]
pub(crate) struct BudgetArgs {
    /// The most tokens, in and out together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget_tokens: Option<u64>,
    /// The most US dollars, where the provider tells its prices
    #[arg(long, value_name = "X", value_parser = dollars)]
    pub(crate) budget_usd: Option<f64>,
}

impl BudgetArgs {
    /// The budget, if there is any limit.
    pub(crate) fn limits(&self) -> Option<Budget> {
        let budget = Budget {
            tokens: self.budget_tokens,
            usd: self.budget_usd,
        };
        (budget != Budget::default()).then_some(budget)
    }
}

/// JSON has no other numbers; a limit that is none there would be no limit.
fn dollars(text: &str) -> Result<f64, String> {
    let dollars = text.parse().unwrap_or(f64::NAN);
    if f64::is_finite(dollars) && dollars > 0.0 {
        Ok(dollars)
    } else {
        Err("expected an amount like 0.5".to_owned())
    }
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

#[derive(Args)]
pub(crate) struct JobsArgs {
    /// Of this session only
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<SessionId>,
    /// In this status only: queued, generating, completed, failed or cancelled
    #[arg(long)]
    pub(crate) status: Option<JobStatus>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Args)]
pub(crate) struct SessionsArgs {
    #[command(flatten)]
    pub(crate) listing: Listing,
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

#[derive(Args)]
pub(crate) struct LogsArgs {
    /// Which job
    pub(crate) job: JobId,
    /// Go on until the job ends
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Print each event as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct CancelArgs {
    /// Which job
    pub(crate) job: JobId,
}

#[derive(Args)]
pub(crate) struct RetryArgs {
    /// Which job; it must have ended
    pub(crate) job: JobId,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Args)]
pub(crate) struct DownloadArgs {
    /// Which job
    pub(crate) job: JobId,
    /// Where to put the zip; without it and without --unpack, beside you under the app's name
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Also unpack it into this folder, which must be new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) unpack: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args)]
pub(crate) struct KeysArgs {
    /// Print each as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<KeysAction>,
}

#[derive(Subcommand)]
pub(crate) enum KeysAction {
    /// Make a key and print it, this once
    Create(CreateKeyArgs),
    /// Take a key back, at once and for ever
    Revoke {
        /// Its id
        key: KeyId,
    },
}

#[derive(Args)]
pub(crate) struct CreateKeyArgs {
    /// What it is for
    pub(crate) name: String,
    /// What it is good for: read, run or admin, each with those before it
    #[arg(long, default_value_t = Scope::Run)]
    pub(crate) scope: Scope,
    /// How long it is good, as in 30d; without it for ever
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Span>,
}

#[derive(Args)]
pub(crate) struct PushArgs {
    /// Which job
    pub(crate) job: JobId,
    /// Also what a job has left that did not end well
    #[arg(long)]
    pub(crate) partial: bool,
    /// Do not wait for what comes of it
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Args)]
pub(crate) struct GithubArgs {
    /// Print the answer as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<GithubAction>,
}

#[derive(Subcommand)]
pub(crate) enum GithubAction {
    /// Show what is connected; the token is never shown
    Show,
    /// Connect an account, or change what is done with it
    Set(SetGithubArgs),
    /// Forget the account and its token
    Unset,
}

#[derive(Args)]
pub(crate) struct SetGithubArgs {
    /// The organisation in which repositories are made; the token's own user if not given
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Push every result, without being asked for
    #[arg(long)]
    pub(crate) auto_push: bool,
    /// Read the token from stdin; without it the one that is stored stays
    #[arg(long)]
    pub(crate) token_stdin: bool,
}

#[derive(Args)]
pub(crate) struct ProviderArgs {
    /// Print the answer as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<ProviderAction>,
}

#[derive(Subcommand)]
pub(crate) enum ProviderAction {
    /// Show what is set; the key is never shown
    Show,
    /// Have your jobs use this provider
    Set(SetProviderArgs),
    /// Have your jobs use the installation's provider again
    Unset,
    /// Test step by step whether jobs can use a provider, and what to change where they cannot; without
    /// arguments the one that is set
    Test(TestProviderArgs),
}

#[derive(Args)]
pub(crate) struct SetProviderArgs {
    /// demo, openrouter, lmstudio, ollama or openai (and whatever speaks like it)
    pub(crate) provider: String,
    /// Where it is, as in `http://localhost:11434/v1`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The model's name there
    #[arg(long)]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

#[derive(Args)]
pub(crate) struct TestProviderArgs {
    /// demo, openrouter, lmstudio, ollama or openai (and whatever speaks like it)
    #[arg(long)]
    pub(crate) provider: Option<String>,
    /// Where it is, as in `http://localhost:11434/v1`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The model's name there
    #[arg(long)]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

/// The key of a provider: not as an argument, which everybody on the machine could read.
#[derive(Args)]
pub(crate) struct KeyArgs {
    /// Read the provider's key from stdin; else `LLM_API_KEY` holds it, where the command names a provider
    /// or address
    #[arg(long)]
    pub(crate) key_stdin: bool,
    #[arg(long, env = "LLM_API_KEY", hide = true, hide_env_values = true)]
    pub(crate) api_key: Option<SecretString>,
}

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
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_budget_is_a_limit_or_none() {
        let budget = |more: &[&str]| {
            let arguments = [&["leo", "run", "x"], more].concat();
            let Command::Run(args) = Cli::try_parse_from(arguments).ok()?.command else {
                panic!("no run");
            };
            Some(args.budget.limits())
        };
        assert_eq!(budget(&[]), Some(None));
        let both = Budget {
            tokens: Some(5000),
            usd: Some(0.5),
        };
        let given = ["--budget-tokens=5000", "--budget-usd", "0.5"];
        assert_eq!(budget(&given), Some(Some(both)));
        for wrong in [
            "--budget-tokens=0",
            "--budget-usd=nan",
            "--budget-usd=inf",
            "--budget-usd=-1",
        ] {
            assert_eq!(budget(&[wrong]), None, "{wrong}");
        }
    }

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
