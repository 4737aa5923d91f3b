//! The job: from `.leo/job.json` where there is one, else from the environment.
//!
//! Both give the same [`Task`]; only the file knows the conversation so far and the state to go on
//! from. A file that does not fit (another version, another job) is refused rather than guessed at.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use leo_protocol::budget::{Budget, Spent};
use leo_protocol::runner::{JOB_FILE, JobInput, Role};
use leo_protocol::{JobId, Mode};
use serde_json::Value;

use crate::config::{Config, EnvJob};
use crate::error::Error;

/// The version of `job.json` that this generator understands.
const VERSION: u32 = 1;
/// The largest input file that is read, in bytes.
const INPUT_LIMIT: u64 = 16 << 20;
/// Used where `MAX_ITERATIONS` is not set.
const DEFAULT_ITERATIONS: u32 = 10;

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Task {
    /// The job.
    pub(crate) job: JobId,
    /// What the user asks for.
    pub(crate) prompt: String,
    /// What to do.
    pub(crate) mode: Mode,
    /// The most phases to go, at least 1.
    pub(crate) max_iterations: u32,
    /// What was said in the session before, oldest first.
    pub(crate) conversation: Vec<Turn>,
    /// The state of the last checkpoint of an earlier attempt.
    pub(crate) resume: Option<Value>,
    /// What the job may spend.
    pub(crate) budget: Option<Budget>,
    /// What its earlier attempts have spent.
    pub(crate) spent: Option<Spent>,
}

/// What somebody has said, and the job it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Who.
    pub(crate) role: Role,
    /// The job.
    pub(crate) job: JobId,
    /// What.
    pub(crate) text: String,
}

impl Task {
    /// Earlier prompts of the session, oldest first.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = &Turn> {
        let turns = self.conversation.iter();
        turns.filter(|turn| turn.role == Role::User)
    }

    /// Finds the job.
    pub(crate) fn load(config: &Config) -> Result<Self, Error> {
        let path = config.leo_dir.join(JOB_FILE);
        let task = match read_text(&path) {
            Ok(text) => Self::from_file(&text, config.job.id.as_deref())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::from_env(&config.job)?,
            Err(error) => return Err(refused(format!("read {}: {error}", path.display()))),
        };
        task.checked()
    }

    fn from_file(text: &str, job_id: Option<&str>) -> Result<Self, Error> {
        let input: JobInput = serde_json::from_str(text)
            .map_err(|error| refused(format!("{JOB_FILE} cannot be used: {error}")))?;
        if input.version != VERSION {
            return Err(refused(format!(
                "{JOB_FILE} has version {}, this generator understands {VERSION}",
                input.version
            )));
        }
        if let Some(id) = job_id.filter(|id| id.parse() != Ok(input.job_id)) {
            return Err(refused(format!(
                "{JOB_FILE} is of job {}, but JOB_ID is `{id}`",
                input.job_id
            )));
        }
        let conversation = input
            .conversation
            .into_iter()
            .filter(|message| message.job_id != input.job_id)
            .map(|message| Turn {
                role: message.role,
                job: message.job_id,
                text: message.content,
            });
        Ok(Self {
            job: input.job_id,
            prompt: input.prompt,
            mode: input.mode,
            max_iterations: input.max_iterations,
            conversation: conversation.collect(),
            resume: input.resume,
            budget: input.budget,
            spent: input.spent,
        })
    }

    fn from_env(env: &EnvJob) -> Result<Self, Error> {
        let id = env
            .id
            .as_deref()
            .ok_or_else(|| refused("JOB_ID is missing, and there is no job file"))?;
        let mode = env.mode.as_deref().map_or(Ok(Mode::Autonomous), str::parse);
        let iterations = env.max_iterations.as_deref();
        Ok(Self {
            job: id
                .parse()
                .map_err(|error| refused(format!("JOB_ID `{id}`: {error}")))?,
            prompt: env_prompt(env)?,
            mode: mode.map_err(|error| refused(format!("MODE {error}")))?,
            max_iterations: iterations
                .map_or(Ok(DEFAULT_ITERATIONS), |text| text.trim().parse())
                .map_err(|error| refused(format!("MAX_ITERATIONS: {error}")))?,
            conversation: Vec::new(),
            resume: None,
            budget: None,
            spent: None,
        })
    }

    fn checked(self) -> Result<Self, Error> {
        if self.prompt.trim().is_empty() {
            return Err(refused("the prompt is empty"));
        }
        if self.max_iterations == 0 {
            return Err(refused("MAX_ITERATIONS must be at least 1"));
        }
        Ok(self)
    }
}

fn env_prompt(env: &EnvJob) -> Result<String, Error> {
    match (&env.prompt, &env.prompt_file) {
        (Some(prompt), _) => Ok(prompt.clone()),
        (None, Some(path)) => read_text(path)
            .map_err(|error| refused(format!("read PROMPT_FILE {}: {error}", path.display()))),
        (None, None) => Err(refused(
            "the job is missing: expected .leo/job.json, PROMPT or PROMPT_FILE",
        )),
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?
        .take(INPUT_LIMIT + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > INPUT_LIMIT) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {INPUT_LIMIT} bytes"),
        ));
    }
    Ok(text)
}

fn refused(text: impl Into<String>) -> Error {
    Error::Refused(text.into())
}

#[cfg(test)]
mod tests;
