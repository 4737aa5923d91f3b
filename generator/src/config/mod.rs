//! The environment that the container was started with, checked.
//!
//! This is the only place that reads it. What the job itself is (prompt, mode, history) is put
//! together in [`crate::input`] from these settings and from `.leo/job.json`.

use std::fmt;
use std::path::PathBuf;

use leo_model::chat::Endpoint;
use leo_protocol::runner::{APP_DIR, JOB_FILE, LEO_DIR, WORKSPACE_ROOT};

use crate::error::Error;

mod maker;

/// Used where `DEMO_SPEED` is not set: the pace of a person who watches.
const DEFAULT_SPEED: f64 = 1.0;

/// The settings.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The app's folder.
    pub(crate) workspace: PathBuf,
    /// The folder with the inputs, beside the app's.
    pub(crate) leo_dir: PathBuf,
    /// Who writes the app.
    pub(crate) maker: Maker,
    /// The folders in which programs are.
    pub(crate) path: Option<String>,
    /// How fast the demo provider goes; 1 is a human pace, 0 means without pauses.
    pub(crate) speed: f64,
    /// The job as the environment describes it; counts where there is no job file.
    pub(crate) job: EnvJob,
}

/// Who writes the app.
#[derive(Debug, Clone)]
pub(crate) enum Maker {
    /// A canned app, without a model.
    Demo {
        /// Settings of a model that are given although no model is used, by name.
        unused: Vec<&'static str>,
    },
    /// A model.
    Model(Box<ModelSettings>),
}

/// The model, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct ModelSettings {
    /// Where it is, and which.
    pub(crate) endpoint: Endpoint,
    /// Whether it is offered tools; where this is not set, the provider is asked whether it knows them.
    pub(crate) tools: Option<bool>,
    /// How many tokens it reads at most; where this is not set, the provider is asked.
    pub(crate) context: Option<u64>,
    /// What it costs, for providers that do not say so.
    pub(crate) prices: Option<Prices>,
}

/// What a model costs, in US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prices {
    /// Tokens in.
    pub(crate) prompt: f64,
    /// Tokens out.
    pub(crate) completion: f64,
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
            maker: maker::read(&get)?,
            path: get("PATH"),
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
        assert!(matches!(config.maker, Maker::Demo { unused } if unused.is_empty()));
    }

    #[test]
    fn what_it_cannot_do_is_named() {
        let demo = ("LLM_PROVIDER", "demo");
        for (pairs, name) in [
            (vec![], "LLM_PROVIDER"),
            (vec![("LLM_PROVIDER", "hal")], "hal"),
            (
                vec![("LLM_PROVIDER", "openai"), ("LLM_BASE_URL", "ftp://x")],
                "LLM_BASE_URL",
            ),
            (
                vec![("LLM_PROVIDER", "openai"), ("LLM_TOOLS", "maybe")],
                "LLM_TOOLS",
            ),
            (
                vec![("LLM_PROVIDER", "openai"), ("LLM_CONTEXT", "12")],
                "LLM_CONTEXT",
            ),
            (
                vec![
                    ("LLM_PROVIDER", "openai"),
                    ("LLM_PRICE_PROMPT", "-1"),
                    ("LLM_PRICE_COMPLETION", "1"),
                ],
                "LLM_PRICE_PROMPT",
            ),
            (
                vec![("LLM_PROVIDER", "openai"), ("LLM_PRICE_PROMPT", "1")],
                "LLM_PRICE_COMPLETION",
            ),
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
        assert!(matches!(&config.maker, Maker::Demo { unused } if *unused == ["LLM_API_KEY"]));
        assert!(!format!("{config:?}").contains("geheim"));
    }

    #[test]
    fn a_model_has_an_address_and_a_key_that_is_not_shown() {
        let config = read(&[
            ("LLM_PROVIDER", "ollama"),
            ("LLM_API_KEY", "geheim"),
            ("LLM_MODEL", "small"),
            ("LLM_TOOLS", "off"),
            ("LLM_CONTEXT", "8192"),
            ("LLM_PRICE_PROMPT", "0.5"),
            ("LLM_PRICE_COMPLETION", "2"),
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("geheim"));
        let Maker::Model(model) = config.maker else {
            panic!("{config:?}");
        };
        assert_eq!(model.endpoint.model.as_deref(), Some("small"));
        assert_eq!(model.endpoint.base_url.port(), Some(11434));
        assert_eq!((model.tools, model.context), (Some(false), Some(8192)));
        let (prompt, completion) = (0.5, 2.0);
        assert_eq!(model.prices, Some(Prices { prompt, completion }));
    }
}
