//! What a job leaves behind, kept outside the database.
//!
//! An artifact is a *pack*, the bytes of all files one after the other, and a [`Manifest`] that
//! says where each file lies and what its hash is. The manifest stands in Postgres; a pack that no
//! manifest names does not exist. [`ArtifactStore`] writes packs whole or not at all and checks
//! hashes when it reads. Who may read what is the caller's business.
//!
//! Archived events ([`crate::history`]) are objects in the same store.

use leo_protocol::runner::APP_DIR;
use serde::{Deserialize, Serialize};

mod credentials;
mod found;
mod object;
mod part;
mod place;
mod store;
mod unfinished;
mod unpack;
mod upload;
mod zip;

pub use credentials::{AwsIdentity, AwsKey};
pub use found::Found;
pub use object::ObjectWriter;
pub use part::Blocks;
pub use store::{ArtifactError, ArtifactStore};
pub use upload::{Parcel, SignedPut, Upload, UploadError, UploadWriter};
pub use zip::{ZIP_VERSION, slug, zip_name};

/// The format that this version writes: a plain concatenation in the order of the manifest.
pub const FORMAT: i16 = 1;

/// What is in a pack. Paths begin with `app/` (the user's) or `.leo/` (the generator's own).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Of pack and manifest.
    pub format: i16,
    /// By path.
    pub files: Vec<PackedFile>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackedFile {
    /// Relative, with `/`, without `..`.
    pub path: String,
    /// Where its bytes begin.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Of the bytes, in lower-case hex.
    pub sha256: String,
    /// Whether it may be executed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    /// Of files that have more than one, so that parts of them can be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Blocks>,
}

impl Manifest {
    /// The bytes of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// The user's files, with their paths relative to the app's folder.
    pub fn app_files(&self) -> impl Iterator<Item = (&str, &PackedFile)> {
        self.files.iter().filter_map(|file| {
            let path = file.path.strip_prefix(APP_DIR)?.strip_prefix('/')?;
            Some((path, file))
        })
    }

    /// One of the user's files.
    #[must_use]
    pub fn app_file(&self, path: &str) -> Option<&PackedFile> {
        self.app_files()
            .find(|(known, _)| *known == path)
            .map(|(_, file)| file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_see_the_app_and_nothing_else() {
        let file = |path: &str| PackedFile {
            path: path.into(),
            offset: 0,
            size: 1,
            sha256: String::new(),
            executable: false,
            blocks: None,
        };
        let files = vec![
            file(".leo/job.json"),
            file("app/index.html"),
            file("application/x"),
        ];
        let manifest = Manifest {
            format: FORMAT,
            files,
        };
        assert_eq!(
            manifest
                .app_files()
                .map(|(path, _)| path)
                .collect::<Vec<_>>(),
            ["index.html"]
        );
        assert!(manifest.app_file("index.html").is_some());
        assert!(manifest.app_file("../.leo/job.json").is_none());
    }
}
