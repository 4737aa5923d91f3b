//! Starting an app's server, to see whether it answers.

use std::path::Path;
use std::time::Duration;

use hyper::StatusCode;
use leo_protocol::EventKind;
use tokio::time::sleep;

use super::manifest::Manifest;
use super::{Node, report};
use crate::error::Error;
use crate::kind::{Problem, probe};
use crate::process::{self, Command};
use crate::run::Run;

/// How long a server may take until it gives its first page.
const SERVE_LIMIT: Duration = Duration::from_secs(60);
/// The pause between two looks at a server that does not answer yet.
const LOOK: Duration = Duration::from_millis(50);
/// How often a server may answer with something else than a page before that counts as its answer.
const TRIES: usize = 10;
/// The pause between two such answers.
const PAUSE: Duration = Duration::from_millis(300);

impl Node {
    /// See [`crate::kind::Toolchain::serve`].
    pub(in crate::kind) async fn serve(
        &self,
        run: &Run<'_>,
        app: &Path,
    ) -> Result<Vec<Problem>, Error> {
        self.follow(app)?;
        let manifest = match Manifest::read(&self.copy()) {
            Ok(manifest) => manifest,
            Err(problem) => return Ok(vec![problem]),
        };
        let port = probe::free_port().await.map_err(|source| Error::Io {
            what: "find a free port".to_owned(),
            source,
        })?;
        let Some(command) = self.server(&manifest, port) else {
            run.info("package.json has no script `dev` or `start`, so no server is started")?;
            return Ok(Vec::new());
        };
        let answering = async {
            let status = first_answer(port).await;
            if status.is_success() {
                run.event(&EventKind::ServerStarted { url: None })?;
            }
            Ok::<_, Error>(status)
        };
        let (status, outcome) = process::run_until(run, &command, answering).await?;
        Ok(match status.transpose()? {
            Some(status) if status.is_success() => Vec::new(),
            Some(status) => vec![Problem::general(format!(
                "the server of `{}` answers {status} when it is asked for the first page",
                command.name
            ))],
            None if outcome.exit == process::Exit::TooLong => vec![Problem::general(format!(
                "`{}` does not answer on 127.0.0.1, port $PORT, within a minute. {}",
                command.name, outcome.tail
            ))],
            None => report::problems(&outcome.tail, &self.copy()),
        })
    }

    /// What the app says, or what its tools are for. Vite is told the port by arguments, others by a variable.
    fn server(&self, manifest: &Manifest, port: u16) -> Option<Command> {
        let number = port.to_string();
        let place = ["--host", "127.0.0.1", "--port", &number, "--strictPort"];
        let vite = self.tool("vite");
        let mut command = match vite {
            Some(_) if manifest.has_script("dev") => {
                let arguments = [&["run", "dev", "--"], place.as_slice()].concat();
                self.command("npm run dev", self.npm.clone(), &arguments, SERVE_LIMIT)
            }
            Some(vite) => self.command("vite", vite, &place, SERVE_LIMIT),
            None => {
                let script = ["dev", "start"]
                    .into_iter()
                    .find(|name| manifest.has_script(name))?;
                let name = format!("npm run {script}");
                self.command(&name, self.npm.clone(), &["run", script], SERVE_LIMIT)
            }
        };
        command.environment.push(("PORT", number.into()));
        command.environment.push(("HOST", "127.0.0.1".into()));
        Some(command)
    }
}

/// What the server answers: success at once, anything else when it stays with it.
async fn first_answer(port: u16) -> StatusCode {
    let mut tries = 0;
    loop {
        match probe::index(port).await {
            Some(status) if status.is_success() || tries >= TRIES => return status,
            Some(_) => {
                tries += 1;
                sleep(PAUSE).await;
            }
            None => sleep(LOOK).await,
        }
    }
}
