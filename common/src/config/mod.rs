//! Settings, from flags and from the environment, and from nowhere else.
//!
//! One struct a topic; a process flattens those it needs into its own clap parser, so that
//! `--help` is the reference. A wrong or missing setting ends the start with one line that names
//! it. Secrets are `SecretString`s and never shown.

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches};

mod aws;
mod github;
mod hooks;
mod identity;
mod limits;
mod model;
mod outgoing;
mod process;
mod values;

pub use aws::Aws;
pub use github::GitHub;
pub use hooks::{DeployHook, Hooks};
pub use identity::{Identity, Registration};
pub use limits::{Limits, Quotas};
pub use model::{Hints, Model, Provider, Switch};
pub use outgoing::{Outgoing, PrivateAddresses};
pub use process::{
    Database, Http, Keeping, LogFormat, Logging, MIN_SECRET_KEY, RedisServer, Runners, Signing,
};
pub use values::{Bytes, Span};

/// Reads a process's settings from its arguments and environment.
///
/// # Errors
/// One line that names the setting and says what is expected; or the text of `--help` and
/// `--version`, marked as such.
pub fn read<P: CommandFactory + FromArgMatches>(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<P, NotRead> {
    let mut command = P::command();
    let matches = command
        .try_get_matches_from_mut(arguments)
        .map_err(NotRead::from)?;
    P::from_arg_matches(&matches).map_err(|error| NotRead::from(error.format(&mut command)))
}

/// Why there are no settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// Help or the version was asked for: to stdout, and success.
    Asked(String),
    /// Something is wrong: one line, to stderr, and failure.
    Wrong(String),
}

impl From<clap::Error> for NotRead {
    fn from(error: clap::Error) -> Self {
        if matches!(
            error.kind(),
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
        ) {
            Self::Asked(error.render().ansi().to_string())
        } else {
            Self::Wrong(one_line(&error.render().to_string()))
        }
    }
}

/// A clap error without its usage and hints, in one line.
fn one_line(text: &str) -> String {
    let said: Vec<_> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    said.join(" ").trim_start_matches("error: ").to_owned()
}

/// The effective value of each setting of `C` that has one, secrets hidden, in order.
#[must_use]
pub fn effective<C: Args>(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Vec<(String, String)> {
    let command = C::augment_args(clap::Command::new("leo").ignore_errors(true));
    let known: Vec<_> = command.get_arguments().cloned().collect();
    let Ok(matches) = command.try_get_matches_from(arguments) else {
        return Vec::new();
    };
    known
        .iter()
        .filter_map(|arg| Some((arg.get_env()?.to_str()?.to_owned(), shown(&matches, arg)?)))
        .collect()
}

fn shown(matches: &ArgMatches, arg: &clap::Arg) -> Option<String> {
    let values = matches.get_raw(arg.get_id().as_str())?;
    if arg.is_hide_env_values_set() {
        return Some("(set, hidden)".to_owned());
    }
    Some(
        values
            .map(|value| value.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(","),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Sample {
        #[command(flatten)]
        limits: Limits,
        #[command(flatten)]
        database: Database,
    }

    fn arguments(list: &[&str]) -> Vec<std::ffi::OsString> {
        list.iter().map(Into::into).collect()
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_line() {
        let error = read::<Sample>(arguments(&[
            "leo",
            "--job-timeout",
            "soon",
            "--database-url",
            "x",
        ]))
        .unwrap_err();
        let NotRead::Wrong(line) = error else {
            panic!("{error:?}")
        };
        assert!(
            line.contains("JOB_TIMEOUT") && line.contains("soon") && !line.contains('\n'),
            "{line}"
        );
    }

    #[test]
    fn secrets_are_hidden() {
        let shown = effective::<Database>(arguments(&[
            "leo",
            "--database-url",
            "postgres://me:secret@h/d",
        ]));
        assert_eq!(
            shown,
            [("DATABASE_URL".to_owned(), "(set, hidden)".to_owned())]
        );
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let sample = read::<Sample>(arguments(&["leo", "--database-url", "x"])).unwrap();
        assert_eq!(sample.limits.job_timeout.get().as_secs(), 3600);
        assert_eq!(sample.limits.max_jobs_per_user, 2);
        assert_eq!(sample.limits.lease_seconds.get().as_secs(), 30);
    }
}
