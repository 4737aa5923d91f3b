//! `leo provider`: the user's own model provider, and whether it is good for anything.

use std::io::Read as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use leo_protocol::provider::{
    ProviderSettings, ProviderTest, ProviderTestStep, SetProvider, StepStatus, TestProvider,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::args::{KeyArgs, ProviderAction, ProviderArgs, SetProviderArgs, TestProviderArgs};
use crate::client::Server;
use crate::client::http::Client;
use crate::client::providers::TestEvent;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::{Palette, Tone};

/// The longest key that is read, in bytes; the server accepts shorter ones only.
const MAX_KEY: u64 = 4096;
/// Columns of a step's name.
const NAME: usize = 12;
/// Steps that take longer say how long.
const WORTH_TELLING: Duration = Duration::from_secs(1);

pub(crate) async fn run(server: &Server, args: ProviderArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    match args.action {
        None | Some(ProviderAction::Show) => {
            show(&screen, &client.provider().await?, args.json)?;
        }
        Some(ProviderAction::Set(wanted)) => {
            let told = client.set_provider(&settings(wanted)?).await?;
            show(&screen, &told, args.json)?;
        }
        Some(ProviderAction::Unset) => {
            client.unset_provider().await?;
            screen.line("jobs use the installation's provider")?;
        }
        Some(ProviderAction::Test(wanted)) => return test(&client, wanted, args.json).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(wanted: SetProviderArgs) -> anyhow::Result<SetProvider> {
    Ok(SetProvider {
        api_key: key(wanted.place.key, true)?,
        provider: wanted.provider,
        base_url: wanted.place.base_url,
        model: wanted.place.model,
    })
}

/// The key to send. That of the environment is for the server that the command line names, and for no
/// other.
fn key(args: KeyArgs, names_server: bool) -> anyhow::Result<Option<String>> {
    if args.key_stdin {
        let mut text = String::new();
        let mut stdin = std::io::stdin().lock().take(MAX_KEY);
        stdin
            .read_to_string(&mut text)
            .context("read the key from stdin")?;
        return Ok(Some(text.trim().to_owned()));
    }
    let given = args.api_key.filter(|_| names_server);
    let given = given.map(|key: SecretString| key.expose_secret().to_owned());
    Ok(given.filter(|key| !key.is_empty()))
}

fn show(screen: &Screen, told: &ProviderSettings, json: bool) -> anyhow::Result<()> {
    if json {
        screen.line(serde_json::to_string(told)?)?;
        return Ok(());
    }
    let Some(provider) = &told.provider else {
        screen.remark(
            Tone::Faint,
            "nothing is set: jobs use the installation's provider",
        );
        return Ok(());
    };
    let key = match (&told.key_hint, told.has_key) {
        (Some(end), _) => format!("stored, ends with {end}"),
        (None, true) => "stored".to_owned(),
        (None, false) => "none".to_owned(),
    };
    let usual = |value: &Option<String>| value.clone().unwrap_or_else(|| "as usual".to_owned());
    let lines = [
        ("provider", provider.clone()),
        ("base url", usual(&told.base_url)),
        ("model", usual(&told.model)),
        ("key", key),
    ];
    let lines = lines.map(|(name, value)| format!("{name:NAME$}{}", clean_line(&value)));
    screen.lines(&lines)?;
    Ok(())
}

/// Exit code 1 where a step has failed.
async fn test(client: &Client, wanted: TestProviderArgs, json: bool) -> anyhow::Result<ExitCode> {
    let names_server = wanted.provider.is_some() || wanted.place.base_url.is_some();
    let request = TestProvider {
        api_key: key(wanted.place.key, names_server)?,
        provider: wanted.provider,
        base_url: wanted.place.base_url,
        model: wanted.place.model,
    };
    let mut events = client.test_provider(&request).await?;
    let screen = match json {
        true => Screen::plain(),
        false => Screen::live(),
    };
    while let Some(event) = events.next().await? {
        match event {
            TestEvent::Begin(name) => screen.progress(format!("testing: {}", title(&name))),
            TestEvent::Step(_) if json => {}
            TestEvent::Step(step) => screen.lines(&lines(&step, screen.palette()))?,
            TestEvent::Result(found) => return end(&screen, &found, json),
        }
    }
    anyhow::bail!("the test was cut off: the server restarts, or your credential has ended")
}

fn end(screen: &Screen, found: &ProviderTest, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        screen.line(serde_json::to_string(found)?)?;
    } else if found.ok {
        screen.remark(Tone::Good, "jobs can use this provider");
    } else {
        screen.remark(Tone::Bad, "jobs cannot use this provider as it is");
    }
    Ok(match found.ok {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// A step, and below it what to change or to know.
fn lines(step: &ProviderTestStep, palette: Palette) -> Vec<String> {
    let (mark, tone) = match step.status {
        StepStatus::Passed => ("✓", Tone::Good),
        StepStatus::Warning => ("!", Tone::Note),
        StepStatus::Failed => ("✗", Tone::Bad),
        StepStatus::Skipped => ("-", Tone::Faint),
    };
    let took = Duration::from_millis(step.duration_ms);
    let took = match took >= WORTH_TELLING {
        true => palette.paint(Tone::Faint, format!(" ({:.1} s)", took.as_secs_f64())),
        false => String::new(),
    };
    let (mark, name) = (palette.paint(tone, mark), title(&step.name));
    let message = clean_line(&step.message);
    let mut lines = vec![format!("{mark} {name:NAME$} {message}{took}")];
    if let Some(hint) = &step.hint {
        let hint = palette.paint(Tone::Faint, clean_line(hint));
        lines.push(format!("  {:NAME$} {hint}", ""));
    }
    lines
}

fn title(name: &str) -> String {
    clean_line(&name.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(status: StepStatus, hint: Option<&str>, duration_ms: u64) -> ProviderTestStep {
        ProviderTestStep {
            name: "model_listed".to_owned(),
            status,
            message: "found\u{1b}[2J".to_owned(),
            hint: hint.map(str::to_owned),
            duration_ms,
            details: None,
        }
    }

    #[test]
    fn a_step_reads_like_this() {
        let plain = Palette { colours: false };
        let passed = lines(&step(StepStatus::Passed, None, 20), plain);
        assert_eq!(passed, ["✓ model listed found"]);
        let failed = lines(&step(StepStatus::Failed, Some("change it"), 2500), plain);
        assert_eq!(
            failed,
            ["✗ model listed found (2.5 s)", "               change it"]
        );
    }

    #[test]
    fn the_key_of_the_environment_goes_to_a_named_server_alone() {
        let args = || KeyArgs {
            key_stdin: false,
            api_key: Some("sk-of-env".into()),
        };
        assert_eq!(key(args(), true).unwrap().as_deref(), Some("sk-of-env"));
        assert_eq!(key(args(), false).unwrap(), None);
    }
}
