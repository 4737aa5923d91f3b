//! Building an app, to see whether it can be built.

use std::path::Path;
use std::time::Duration;

use super::manifest::Manifest;
use super::{Node, report};
use crate::error::Error;
use crate::kind::Problem;
use crate::process::{self, Command, Exit};
use crate::run::Run;

/// The longest that a build may take.
const BUILD_LIMIT: Duration = Duration::from_secs(180);
/// How a shell tells that a program of its was killed.
const KILLED: i32 = 137;

impl Node {
    /// See [`crate::kind::Toolchain::verify`].
    pub(in crate::kind) async fn verify(
        &self,
        run: &Run<'_>,
        app: &Path,
    ) -> Result<Vec<Problem>, Error> {
        self.follow(app)?;
        let manifest = match Manifest::read(&self.copy()) {
            Ok(manifest) => manifest,
            Err(problem) => return Ok(vec![problem]),
        };
        let Some(command) = self.build(&manifest) else {
            run.info("package.json has no script `build`, so nothing is built")?;
            return Ok(Vec::new());
        };
        let outcome = process::run(run, &command).await?;
        Ok(match outcome.exit {
            Exit::Code(0) => Vec::new(),
            Exit::TooLong => vec![Problem::general("the build took longer than three minutes")],
            Exit::Code(KILLED) | Exit::Signal(_) => vec![Problem::general(
                "the build was killed, which mostly means that its memory has run out",
            )],
            Exit::Code(_) => report::problems(&outcome.tail, &self.copy()),
        })
    }

    /// What the app says, or what its tools are for.
    fn build(&self, manifest: &Manifest) -> Option<Command> {
        if manifest.has_script("build") {
            let arguments = ["run", "build"];
            return Some(self.command("npm run build", self.npm.clone(), &arguments, BUILD_LIMIT));
        }
        if let Some(vite) = self.tool("vite") {
            return Some(self.command("vite build", vite, &["build"], BUILD_LIMIT));
        }
        let checks = self.copy().join("tsconfig.json").exists();
        let tsc = self.tool("tsc").filter(|_| checks)?;
        Some(self.command("tsc", tsc, &["--noEmit"], BUILD_LIMIT))
    }
}
