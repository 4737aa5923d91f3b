//! `leo-generator`: the agent that runs inside a job's container.
//!
//! It finds its job in `.leo/job.json` or in the environment, writes an app into the workspace and
//! tells what it does on standard output: JSON objects are events, every other line is for people.
//! With `WEBSOCKET_URL` all of it goes there instead, numbered and acknowledged; where that is all it is
//! told, it fetches its job from the same server and uploads what it has made.
//! It promises to end promptly on SIGTERM, to leave files alone that it did not make, and to say
//! so, with exit code 2, where it is asked for something it cannot do. Who runs it, keeps its
//! output and fetches the files is the worker's business.

mod agent;
mod checkpoint;
mod config;
mod emit;
mod error;
mod files;
mod input;
mod kind;
mod link;
mod problems;
mod process;
mod provider;
mod remote;
mod run;
mod stop;
#[cfg(test)]
mod testing;
mod workspace;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use leo_protocol::{AgentState, EventKind};

use crate::config::{Basics, Config, variable};
use crate::emit::Emitter;
use crate::error::{Ending, Error};
use crate::link::Link;
use crate::remote::Remote;
use crate::stop::Stop;

/// The job could not be done: a file or the output failed.
const EXIT_FAILED: u8 = 1;
/// The job or the configuration asks for something that this generator cannot do.
const EXIT_REFUSED: u8 = 2;
/// How long a run that has failed or was stopped waits for the server to have its last words; less
/// than what a stopped process is given.
const LAST_WORDS: Duration = Duration::from_millis(1500);
/// Added to a signal's number, as shells do: 143 after SIGTERM.
const EXIT_SIGNAL_BASE: u8 = 128;

fn main() -> ExitCode {
    let mut stdout = io::stdout().lock();
    let mut link = None;
    let result = match start(&mut stdout, &mut link) {
        Err(error) => {
            // Where the output is gone nobody is left to tell; the exit code still speaks.
            let _ = report(&mut Emitter::linked(&mut stdout, link.as_ref()), &error);
            let _ = finish(link.as_ref(), Some(LAST_WORDS));
            Err(error)
        }
        Ok(()) => finish(link.as_ref(), None).inspect_err(|error| {
            let _ = tell(&mut Emitter::new(&mut stdout), error);
        }),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(exit_code(&error)),
    }
}

/// Sets the runtime up, which has one thread: the agent does one thing at a time.
fn start(out: &mut dyn Write, link: &mut Option<Link>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(Error::Runtime)?.block_on(work(out, link))
}

async fn work(out: &mut dyn Write, link: &mut Option<Link>) -> Result<(), Error> {
    let stop = Stop::on_signals().map_err(Error::Signals)?;
    // An error means that a provider was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let basics = Basics::read(variable)?;
    if let Some(url) = &basics.websocket_url {
        *link = Some(Link::dial(url.0.clone()).map_err(Error::Output)?);
    }
    let link = link.as_ref();
    let Some(remote) = Remote::of(&basics)? else {
        let config = Config::read(variable)?;
        return agent::generate(&config, Emitter::linked(out, link), &stop).await;
    };
    let told = remote.fetch(&stop).await?;
    let config = Config::read(|name| variable(name).or_else(|| told.get(name).cloned()))?;
    match agent::generate(&config, Emitter::linked(out, link), &stop).await {
        Ok(()) => remote.upload(&stop).await,
        Err(error) => {
            // What there is helps the next attempt; the error is what counts.
            remote.upload_hastily();
            Err(error)
        }
    }
}

/// Waits until the server has everything that was said.
fn finish(link: Option<&Link>, patience: Option<Duration>) -> Result<(), Error> {
    match link {
        Some(link) => link.finish(patience).map_err(Error::Output),
        None => Ok(()),
    }
}

fn report(emitter: &mut Emitter<'_>, error: &Error) -> io::Result<()> {
    match error.ending() {
        Ending::Stopped(_) => emitter.event(&EventKind::StateChange {
            state: AgentState::Cancelled,
        }),
        Ending::Refused => tell(emitter, error),
        Ending::Failed => {
            emitter.event(&EventKind::StateChange {
                state: AgentState::Error,
            })?;
            tell(emitter, error)
        }
    }
}

fn tell(emitter: &mut Emitter<'_>, error: &Error) -> io::Result<()> {
    let message = error.with_causes();
    writeln!(io::stderr(), "leo-generator: {message}")?;
    emitter.event(&EventKind::AgentError {
        message,
        reason: error.reason(),
    })
}

fn exit_code(error: &Error) -> u8 {
    match error.ending() {
        Ending::Stopped(signal) => {
            u8::try_from(signal).map_or(EXIT_FAILED, |n| EXIT_SIGNAL_BASE.saturating_add(n))
        }
        Ending::Refused => EXIT_REFUSED,
        Ending::Failed => EXIT_FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::Stopped;

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        assert_eq!(exit_code(&Error::Stopped(Stopped { signal: 15 })), 143);
        assert_eq!(exit_code(&Error::Refused("x".into())), 2);
        assert_eq!(exit_code(&Error::Output(io::Error::other("x"))), 1);
    }
}
