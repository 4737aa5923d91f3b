//! Running what a model asks for with its tools: the app's own scripts, and its compiler.

use std::path::Path;
use std::time::Duration;

use super::Node;
use crate::error::Error;
use crate::process::{self, Outcome};
use crate::run::Run;

/// The longest that a script may take.
const SCRIPT_LIMIT: Duration = Duration::from_secs(120);

impl Node {
    /// See [`crate::kind::Toolchain::script`].
    pub(in crate::kind) async fn script(
        &self,
        run: &Run<'_>,
        app: &Path,
        argv: &[&str],
    ) -> Result<Option<Outcome>, Error> {
        self.follow(app)?;
        let Some((first, arguments)) = argv.split_first() else {
            return Ok(None);
        };
        let (program, arguments) = match (*first, arguments.split_first()) {
            ("npm", _) => (Some(self.npm.clone()), arguments),
            ("npx", Some((tool, rest))) => (self.tool(tool), rest),
            _ => (None, arguments),
        };
        let Some(program) = program else {
            return Ok(None);
        };
        let command = self.command(&argv.join(" "), program, arguments, SCRIPT_LIMIT);
        process::run(run, &command).await.map(Some)
    }
}
