//! Apps of the kind `node`: Vite, TypeScript and React to begin with, and whatever their package.json says.
//!
//! They are installed, built and served in a copy of the app below `/tmp`, so that packages, results and
//! caches never lie in the workspace: what is kept of it are the app's own files even when the process is
//! killed in the middle, and packages take no share of the workspace's limit. The copy follows the app
//! before each step; package.json and the lock file go the other way after an installation.
//!
//! The app's scripts are a model's work and run with the rights of this process, which are few: the container is
//! the border. Scripts of packages are not run at installation.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::Error;
use crate::process::Command;

mod install;
mod manifest;
mod mirror;
mod npm;
mod packages;
mod refusal;
mod report;
mod script;
mod serve;
mod verify;

use packages::Packages;

/// What a new app begins with.
pub(super) const TEMPLATE: &[(&str, &str)] = &[
    (".gitignore", include_str!("template/.gitignore")),
    ("README.md", include_str!("template/README.md")),
    ("index.html", include_str!("template/index.html")),
    (
        "package-lock.json",
        include_str!("template/package-lock.json"),
    ),
    ("package.json", include_str!("template/package.json")),
    ("src/App.tsx", include_str!("template/src/App.tsx")),
    ("src/main.tsx", include_str!("template/src/main.tsx")),
    ("src/styles.css", include_str!("template/src/styles.css")),
    ("tsconfig.json", include_str!("template/tsconfig.json")),
    ("vite.config.ts", include_str!("template/vite.config.ts")),
];

/// What says what an app needs.
const MANIFEST: &str = "package.json";
/// What says which versions of it were taken.
const LOCK: &str = "package-lock.json";

/// Node and npm, and the place where they work.
#[derive(Debug)]
pub(super) struct Node {
    /// The folders with programs, as given.
    path: OsString,
    npm: PathBuf,
    /// Holds the copy of the app, and what npm and others leave in their home. Removed with this.
    scratch: TempDir,
    /// What can be installed without a network.
    packages: Option<Packages>,
    /// Whether a registry may be asked.
    online: bool,
    /// What package.json and the lock file were at the last installation. It is of no use to another process,
    /// which has another scratch folder, so it is kept in no file.
    installed: RefCell<Option<String>>,
}

/// Whether there is an app that node can build or develop.
pub(super) fn is_project(app: &Path) -> bool {
    manifest::Manifest::read(app).is_ok_and(|manifest| manifest.is_project())
}

impl Node {
    /// Looks for both programs in the folders of `path`.
    pub(super) fn find(path: Option<&str>) -> Result<Option<Self>, Error> {
        Self::find_with(path, Path::new(packages::FOLDER), install::has_network())
    }

    fn find_with(path: Option<&str>, packages: &Path, online: bool) -> Result<Option<Self>, Error> {
        let path = path.unwrap_or_default();
        let find = |program: &str| {
            let mut places = std::env::split_paths(path).map(|folder| folder.join(program));
            places.find(|place| place.is_absolute() && place.is_file())
        };
        let (Some(_), Some(npm)) = (find("node"), find("npm")) else {
            return Ok(None);
        };
        let scratch = scratch()?;
        let packages = Packages::open(packages, scratch.path())?;
        Ok(Some(Self {
            path: path.into(),
            npm,
            scratch,
            packages,
            online,
            installed: RefCell::new(None),
        }))
    }

    /// The packages that can be installed without a network.
    pub(super) fn packages(&self) -> Vec<String> {
        self.packages.as_ref().map_or_else(Vec::new, Packages::list)
    }

    /// The copy of the app.
    fn copy(&self) -> PathBuf {
        self.scratch.path().join("app")
    }

    /// Makes the copy what the app is.
    fn follow(&self, app: &Path) -> Result<(), Error> {
        mirror::follow(app, &self.copy()).map_err(|source| Error::Io {
            what: "copy the app to a temporary folder".to_owned(),
            source,
        })
    }

    /// A program of a package, where it is installed.
    fn tool(&self, name: &str) -> Option<PathBuf> {
        let tool = self.copy().join("node_modules/.bin").join(name);
        tool.exists().then_some(tool)
    }

    /// A command in the copy of the app.
    fn command(
        &self,
        name: &str,
        program: PathBuf,
        arguments: &[&str],
        limit: Duration,
    ) -> Command {
        Command {
            name: name.to_owned(),
            program,
            arguments: arguments.iter().map(OsString::from).collect(),
            folder: self.copy(),
            environment: self.environment(),
            limit,
        }
    }

    /// All that a command is told: nothing of this process's own environment, where keys and tokens are.
    fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("PATH", self.path.clone()),
            ("HOME", self.scratch.path().join("home").into()),
            ("TMPDIR", self.scratch.path().join("tmp").into()),
            ("LANG", "C.UTF-8".into()),
            // Nobody answers a question, and no browser can be opened.
            ("CI", "true".into()),
            ("BROWSER", "none".into()),
            ("npm_config_ignore_scripts", "true".into()),
            ("npm_config_audit", "false".into()),
            ("npm_config_fund", "false".into()),
            ("npm_config_update_notifier", "false".into()),
            ("npm_config_logs_max", "0".into()),
            // The lock file is the user's: it names no address of the place where it was made.
            ("npm_config_omit_lockfile_registry_resolved", "true".into()),
        ]
    }
}

fn scratch() -> Result<TempDir, Error> {
    let made = tempfile::Builder::new().prefix("leo-").tempdir();
    let made = made.and_then(|folder| {
        for name in ["app", "home", "tmp"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        Ok(folder)
    });
    made.map_err(|source| Error::Io {
        what: "make a temporary folder".to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
