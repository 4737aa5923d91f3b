//! What a package.json says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::MANIFEST;
use crate::kind::Problem;

/// Scripts that tell that there is something to build or to develop.
const SCRIPTS: [&str; 3] = ["build", "dev", "start"];

/// The part of a package.json that matters here. What else stands in it is npm's business.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Manifest {
    scripts: BTreeMap<String, Value>,
    dependencies: BTreeMap<String, Value>,
    dev_dependencies: BTreeMap<String, Value>,
}

impl Manifest {
    /// Reads that of an app, or says what is wrong with it.
    pub(super) fn read(app: &Path) -> Result<Self, Problem> {
        let text = fs::read_to_string(app.join(MANIFEST));
        let text = text.map_err(|_| Problem::of(MANIFEST, None, "the file is missing"))?;
        serde_json::from_str(&text).map_err(|error| {
            let line = u32::try_from(error.line()).ok();
            Problem::of(MANIFEST, line, format!("this is no package.json: {error}"))
        })
    }

    /// Whether node can build or develop it.
    pub(super) fn is_project(&self) -> bool {
        SCRIPTS.iter().any(|name| self.has_script(name)) || self.names().any(|name| name == "vite")
    }

    /// Whether it has a script of this name.
    pub(super) fn has_script(&self, name: &str) -> bool {
        self.scripts.get(name).is_some_and(Value::is_string)
    }

    /// The packages that it needs, for whatever purpose.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let all = self.dependencies.keys().chain(self.dev_dependencies.keys());
        all.map(String::as_str)
    }
}
