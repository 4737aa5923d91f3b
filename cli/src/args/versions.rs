//! What is said of the versions of an app.

use clap::Args;
use leo_common::config::Span;
use leo_protocol::JobId;

use super::OfJob;

#[derive(Args)]
pub(crate) struct FilesArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// Print this file instead of the list
    pub(crate) path: Option<String>,
    /// Print each as one line of JSON
    #[arg(long, conflicts_with = "path")]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// Compare with what this job has left; without it with what the job began with
    #[arg(long, value_name = "JOB")]
    pub(crate) from: Option<JobId>,
    /// Print a patch for `git apply`
    #[arg(long)]
    pub(crate) patch: bool,
    /// Print the answer as one line of JSON
    #[arg(long, conflicts_with = "patch")]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// Print the session as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct ForkArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// The new session's title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Print the session as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct LinkArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// How long it is good, as in 2d; a week at most
    #[arg(long, value_name = "TIME", default_value = "1h")]
    pub(crate) expires: Span,
    /// Print the answer as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
    /// Also what a job has left that did not end well
    #[arg(long)]
    pub(crate) partial: bool,
    /// Do not wait for what comes of it
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Args)]
pub(crate) struct DeployArgs {
    #[command(flatten)]
    pub(crate) of: OfJob,
}
