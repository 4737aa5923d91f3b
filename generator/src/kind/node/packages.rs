//! The packages that the image brings along: a cache of npm that is only read.
//!
//! npm has to write beside its index even when it only reads, so each run has a cache of its own whose index is
//! a copy (4 MB) and whose contents (55 MB) are the image's, by a link.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where the image has them; infra/generator-node.Dockerfile puts them there.
pub(super) const FOLDER: &str = "/opt/leo/npm";
/// The registry that the cache is one of; infra/node/cache.mjs says the same. It does not exist.
pub(super) const REGISTRY: &str = "https://packages.invalid/";
/// Names and versions.
const LIST: &str = "packages.json";
/// npm's own name for what is in its cache.
const CACHE: &str = "_cacache";
/// What npm looks things up in, and changes.
const INDEX: &str = "index-v5";
/// What npm finds there.
const CONTENT: &str = "content-v2";

/// Packages that can be installed without a network.
#[derive(Debug)]
pub(super) struct Packages {
    versions: BTreeMap<String, String>,
    /// The cache of this run.
    pub(super) cache: PathBuf,
}

impl Packages {
    /// Opens those in `folder`, `None` where there are none, with a cache for this run in `scratch`.
    pub(super) fn open(folder: &Path, scratch: &Path) -> Result<Option<Self>, Error> {
        let list = match fs::read(folder.join(LIST)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            list => list,
        };
        let cache = scratch.join("npm-of-image");
        let opened = list.and_then(|list| {
            let versions = serde_json::from_slice(&list)?;
            let (from, to) = (folder.join(CACHE), cache.join(CACHE));
            copy(&from.join(INDEX), &to.join(INDEX))?;
            symlink(from.join(CONTENT), to.join(CONTENT))?;
            Ok(Self { versions, cache })
        });
        opened.map(Some).map_err(|source| Error::Io {
            what: format!("open the packages in {}", folder.display()),
            source,
        })
    }

    /// `name version` of each, sorted.
    pub(super) fn list(&self) -> Vec<String> {
        let all = self.versions.iter();
        all.map(|(name, version)| format!("{name} {version}"))
            .collect()
    }

    /// The version of a package.
    pub(super) fn version(&self, name: &str) -> Option<&str> {
        self.versions.get(name).map(String::as_str)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            // The copy is to be written to, whatever the image's files allow.
            fs::write(to, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
