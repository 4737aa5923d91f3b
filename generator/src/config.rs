//! The environment that the container was started with, checked.
//!
//! This is the only place that reads it. What the job itself is (prompt, mode, history) is put
//! together in [`crate::input`] from these settings and from `.leo/job.json`.

use std::fmt;
use std::path::PathBuf;

use leo_protocol::runner::{APP_DIR, JOB_FILE, LEO_DIR, WORKSPACE_ROOT};

use crate::error::Error;
use crate::provider::Kind;

/// Used where `DEMO_SPEED` is not set: the pace of a person who watches.
const DEFAULT_SPEED: f64 = 1.0;

/// The settings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The app's folder.
    pub(crate) workspace: PathBuf,
    /// The folder with the inputs, beside the app's.
    pub(crate) leo_dir: PathBuf,
    /// Who writes the app.
    pub(crate) provider: Kind,
    /// Settings of a model that are given although no model is used, by name.
    pub(crate) unused: Vec<&'static str>,
    /// How fast the demo provider goes; 1 is a human pace, 0 means without pauses.
    pub(crate) speed: f64,
    /// The job as the environment describes it; counts where there is no job file.
    pub(crate) job: EnvJob,
}

/// An address with a token in it, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretUrl(pub(crate) String);

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl")
    }
}

/// The job as the environment describes it, unparsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EnvJob {
    /// `JOB_ID`.
    pub(crate) id: Option<String>,
    /// `PROMPT`.
    pub(crate) prompt: Option<String>,
    /// `PROMPT_FILE`.
    pub(crate) prompt_file: Option<PathBuf>,
    /// `MODE`.
    pub(crate) mode: Option<String>,
    /// `MAX_ITERATIONS`.
    pub(crate) max_iterations: Option<String>,
}

/// A variable of the process's environment. A value that is not UTF-8 counts as missing; the check for
/// what is required then names it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// What is known before the job is: where to dial in, and where the workspace is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Basics {
    /// The app's folder.
    pub(crate) workspace: PathBuf,
    /// The folder with the inputs, beside the app's.
    pub(crate) leo_dir: PathBuf,
    /// Where events go instead of standard output.
    pub(crate) websocket_url: Option<SecretUrl>,
    /// The environment says nothing of the job: the server is to be asked.
    pub(crate) asks: bool,
}

impl Basics {
    /// Reads the settings that `get` gives by name.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let (workspace, leo_dir) = folders(get("WORKSPACE"))?;
        let websocket_url = websocket_url(get("WEBSOCKET_URL"))?;
        let told = ["PROMPT", "PROMPT_FILE"]
            .into_iter()
            .any(|name| get(name).is_some())
            || leo_dir.join(JOB_FILE).exists();
        Ok(Self {
            asks: websocket_url.is_some() && !told,
            workspace,
            leo_dir,
            websocket_url,
        })
    }
}

impl Config {
    /// Reads the settings that `get` gives by name; an empty one counts as missing.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let (workspace, leo_dir) = folders(get("WORKSPACE"))?;
        Ok(Self {
            workspace,
            leo_dir,
            provider: provider(get("LLM_PROVIDER"))?,
            unused: ["LLM_MODEL", "LLM_BASE_URL", "LLM_API_KEY"]
                .into_iter()
                .filter(|name| get(name).is_some())
                .collect(),
            speed: speed(get("DEMO_SPEED"))?,
            job: EnvJob {
                id: get("JOB_ID"),
                prompt: get("PROMPT"),
                prompt_file: get("PROMPT_FILE").map(PathBuf::from),
                mode: get("MODE"),
                max_iterations: get("MAX_ITERATIONS"),
            },
        })
    }
}

fn folders(workspace: Option<String>) -> Result<(PathBuf, PathBuf), Error> {
    let app = workspace.map_or_else(
        || PathBuf::from(WORKSPACE_ROOT).join(APP_DIR),
        PathBuf::from,
    );
    match app.parent().filter(|_| app.is_absolute()) {
        Some(parent) => Ok((app.clone(), parent.join(LEO_DIR))),
        None => Err(refused(
            "WORKSPACE must be an absolute path below a folder, such as /workspace/app",
        )),
    }
}

fn provider(name: Option<String>) -> Result<Kind, Error> {
    let name = name.ok_or_else(|| refused("LLM_PROVIDER is missing; expected `demo`"))?;
    Kind::from_name(&name).ok_or_else(|| {
        refused(&format!(
            "LLM_PROVIDER `{name}` is not supported by this generator; expected `demo`"
        ))
    })
}

/// The text is not repeated where it is refused: it holds a token.
fn websocket_url(url: Option<String>) -> Result<Option<SecretUrl>, Error> {
    match url {
        Some(url) if !(url.starts_with("ws://") || url.starts_with("wss://")) => {
            Err(refused("WEBSOCKET_URL must begin with ws:// or wss://"))
        }
        url => Ok(url.map(SecretUrl)),
    }
}

fn speed(text: Option<String>) -> Result<f64, Error> {
    let Some(text) = text else {
        return Ok(DEFAULT_SPEED);
    };
    text.trim()
        .parse()
        .ok()
        .filter(|speed: &f64| speed.is_finite() && *speed >= 0.0)
        .ok_or_else(|| {
            refused(&format!(
                "DEMO_SPEED `{text}` is no speed; expected 0 (no pauses) or a positive number"
            ))
        })
}

fn refused(text: &str) -> Error {
    Error::Refused(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let config = read(&[("LLM_PROVIDER", "demo")]).unwrap();
        assert_eq!(config.workspace, PathBuf::from("/workspace/app"));
        assert_eq!(config.leo_dir, PathBuf::from("/workspace/.leo"));
        assert!((config.speed - 1.0).abs() < f64::EPSILON);
        assert_eq!(config.unused, [""; 0]);
    }

    #[test]
    fn what_it_cannot_do_is_named() {
        let demo = ("LLM_PROVIDER", "demo");
        for (pairs, name) in [
            (vec![], "LLM_PROVIDER"),
            (vec![("LLM_PROVIDER", "ollama")], "ollama"),
            (vec![demo, ("DEMO_SPEED", "-1")], "DEMO_SPEED"),
            (vec![demo, ("DEMO_SPEED", "inf")], "DEMO_SPEED"),
            (vec![demo, ("DEMO_SPEED", "fast")], "DEMO_SPEED"),
            (vec![demo, ("WORKSPACE", "app")], "WORKSPACE"),
            (vec![demo, ("WORKSPACE", "/")], "WORKSPACE"),
        ] {
            let error = read(&pairs).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn the_server_is_asked_where_nothing_else_tells_the_job() {
        let basics = |pairs: &[(&str, &str)]| {
            Basics::read(|name| {
                let found = pairs.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let dial = ("WEBSOCKET_URL", "wss://leo.example/ws/jobs/x?token=geheim");
        let folder = ("WORKSPACE", "/nowhere/app");
        let asking = basics(&[dial, folder]).unwrap();
        assert!(asking.asks && !format!("{asking:?}").contains("geheim"));
        assert!(!basics(&[dial, folder, ("PROMPT", "x")]).unwrap().asks);
        assert!(!basics(&[folder]).unwrap().asks);
        let wrong = basics(&[("WEBSOCKET_URL", "https://x")]).unwrap_err();
        assert!(wrong.to_string().contains("WEBSOCKET_URL"), "{wrong}");
    }

    #[test]
    fn a_key_for_no_model_is_noticed_but_not_kept() {
        let config = read(&[("LLM_PROVIDER", "demo"), ("LLM_API_KEY", "geheim")]).unwrap();
        assert_eq!(config.unused, ["LLM_API_KEY"]);
        assert!(!format!("{config:?}").contains("geheim"));
    }
}
