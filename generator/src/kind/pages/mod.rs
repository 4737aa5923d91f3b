//! Apps of the kind `static`: pages, styles and scripts that a browser takes as they are.
//!
//! Nothing is installed or built. The check reads every file as a browser would and follows what one file
//! says of another; what only shows when a script runs is not found.

use std::path::Path;
use std::thread;

use leo_protocol::EventKind;
use tokio::sync::oneshot;

use super::{Addition, Installed, Problem, probe};
use crate::error::Error;
use crate::run::Run;

mod server;
mod verify;

/// An app as it should be.
#[cfg(test)]
pub(super) const SAMPLE: &[(&str, &str)] = &[
    ("index.html", include_str!("sample/index.html")),
    ("styles.css", include_str!("sample/styles.css")),
    ("app.js", include_str!("sample/app.js")),
];

/// The page that a browser is given first.
const INDEX: &str = "index.html";
/// The stack of the thread that reads scripts, in bytes: their parser calls itself for what lies inside each
/// other. Memory is taken only as far as it is used.
const STACK: usize = 256 << 20;

/// There is nothing to install with, so whatever is asked for is a problem.
pub(super) fn install(additions: &[Addition<'_>]) -> Installed {
    let wanted = additions.iter().flat_map(|addition| addition.packages);
    let problems = wanted.map(|package| {
        Problem::general(format!(
            "{package} cannot be installed: this app has no package.json and is not built. Write the code \
             yourself, or load a script from its own address"
        ))
    });
    Installed {
        problems: problems.collect(),
        changed: Vec::new(),
    }
}

/// Reads the app's files and tells what is wrong with them.
pub(super) async fn verify(run: &Run<'_>, app: &Path) -> Result<Vec<Problem>, Error> {
    let (sender, checked) = oneshot::channel();
    let app = app.to_owned();
    let thread = thread::Builder::new()
        .name("check".into())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody waits any more when the run was stopped.
            let _ = sender.send(verify::all(&app));
        });
    thread.map_err(|source| Error::Io {
        what: "start a thread".to_owned(),
        source,
    })?;
    let checked = run.during("checking the files", checked).await?;
    // The thread ends without an answer only by a defect of the parser.
    Ok(checked.unwrap_or_default())
}

/// Serves the app to itself for a moment.
pub(super) async fn serve(run: &Run<'_>, app: &Path) -> Result<Vec<Problem>, Error> {
    let (listener, port) = server::listen().await.map_err(|source| Error::Io {
        what: "listen on the loopback".to_owned(),
        source,
    })?;
    let trying = async {
        tokio::select! {
            never = server::serve(listener, app) => match never {},
            status = probe::index(port) => status,
        }
    };
    match run.during("starting the server", trying).await? {
        Some(status) if status.is_success() => {
            run.event(&EventKind::ServerStarted { url: None })?;
            Ok(Vec::new())
        }
        Some(status) => Ok(vec![Problem::of(
            INDEX,
            None,
            format!("the server answers {status} when it is asked for the first page"),
        )]),
        None => Ok(vec![Problem::general("the server does not answer")]),
    }
}
