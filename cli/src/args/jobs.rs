//! What is said of jobs: new ones, lists of them, and what one has done.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use leo_protocol::{Budget, JobId, JobStatus, Mode, SessionId};

use super::{Listing, OfJob, Watching};

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

#[derive(Args)]
pub(crate) struct LogsArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// Go on until the job ends
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Show only the lines that hold this text, with their numbers
    #[arg(long, value_name = "TEXT", conflicts_with = "follow")]
    pub(crate) search: Option<String>,
    /// The text is a regular expression
    #[arg(long, requires = "search")]
    pub(crate) regex: bool,
    /// Capitals differ from small letters
    #[arg(long, requires = "search")]
    pub(crate) case_sensitive: bool,
    /// Print each event as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    #[command(flatten)]
    pub(crate) of: OfJob,
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Cli, Command};
    use super::*;

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
}
