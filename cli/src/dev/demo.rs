//! `leo demo`: one generation in a stack of its own, from the prompt to a folder with an app.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use leo_protocol::JobId;
use leo_protocol::http::SubmitJob;
use uuid::Uuid;

use super::leo::Leo;
use super::{listen, remark, start_logging};
use crate::args::DemoArgs;
use crate::client::http::Client;
use crate::client::stream::{Begin, EventStream, Submit};
use crate::commands::download::{fetch, keep, unpack};
use crate::commands::exit_code;
use crate::commands::follow::{End, Watch, Watched};
use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::render::view::View;
use crate::render::words::slug;
use crate::stack::command::Signals;

/// What is logged if nobody says otherwise: the generation itself is what is to be seen.
const DEMO_LOG: &str = "error";
/// Any free port, for this machine only.
const ANY_PORT: std::net::SocketAddr =
    std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// Where apps are put, below the data folder.
const APPS: &str = "demo";

/// Runs the demo; the exit code tells whether there is an app.
///
/// # Errors
/// When something cannot be started, breaks or does not end in order.
pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    start_logging(&args.services, DEMO_LOG)?;
    let listener = listen(ANY_PORT).await?;
    remark("starting a private stack for the demo");
    let mut leo = tokio::select! {
        started = Leo::start(&args.services, args.data.clone(), listener) => started?,
        _ = signals.next() => return Ok(exit_code(&End::Left)),
    };
    let shown = show(&mut leo, args.prompt(), &mut signals).await;
    remark("stopping what was started");
    let stopped = leo.stop(&mut signals).await;
    let shown = shown?;
    stopped?;
    if let Some(app) = &shown.app {
        app.tell()?;
    }
    Ok(exit_code(&shown.watched.end))
}

/// How the demo went.
struct Shown {
    watched: Watched,
    app: Option<App>,
}

/// Where the app lies.
struct App {
    folder: PathBuf,
    zip: PathBuf,
}

async fn show(leo: &mut Leo, prompt: &str, signals: &mut Signals) -> anyhow::Result<Shown> {
    let client = leo.client().clone();
    let apps = leo.data_dir().join(APPS);
    let shown = async {
        let watched = watch(&client, prompt, signals).await?;
        let app = match (watched.end, watched.job) {
            (End::Completed, Some(job)) => Some(bring(&client, prompt, job, &apps).await?),
            _ => None,
        };
        Ok(Shown { watched, app })
    };
    tokio::select! {
        shown = shown => shown,
        reason = leo.broken() => Err(reason),
    }
}

async fn watch(client: &Client, prompt: &str, signals: &mut Signals) -> anyhow::Result<Watched> {
    let begin = Begin::Submit(Submit {
        session: None,
        request: SubmitJob {
            prompt: prompt.to_owned(),
            ..SubmitJob::default()
        },
        key: Uuid::new_v4().to_string(),
    });
    let mut view = View::new(false);
    let stream = EventStream::open(client.server(), begin);
    Watch::submitted(stream, &mut view, signals)
        .until_its_end()
        .await
}

/// Fetches the zip and unpacks it beside itself.
async fn bring(client: &Client, prompt: &str, job: JobId, apps: &Path) -> anyhow::Result<App> {
    let folder = apps.join(slug(prompt, job));
    let zip = apps.join(format!("{}.zip", slug(prompt, job)));
    let fetched = fetch(client, job, apps)
        .await
        .context("failed to fetch the app")?;
    unpack(fetched.path().to_owned(), folder.clone()).await?;
    keep(fetched, &zip, false)?;
    Ok(App { folder, zip })
}

impl App {
    /// Says where it lies and how to open it.
    fn tell(&self) -> anyhow::Result<()> {
        let screen = Screen::plain();
        let palette = screen.palette();
        let page = self.folder.join("index.html");
        let mut lines = vec![
            String::new(),
            palette.paint(Tone::Good, "your app is ready"),
            format!("  folder  {}", self.folder.display()),
            format!("  zip     {}", self.zip.display()),
        ];
        if page.is_file() {
            lines.push(format!(
                "  open    {}",
                palette.paint(Tone::Title, page.display())
            ));
        }
        Ok(screen.lines(&lines)?)
    }
}
