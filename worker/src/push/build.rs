//! The commits of a generation, and the pack that holds them.
//!
//! One commit a phase where the stream tells the files of each, else one that says why. The last
//! one's tree is the stored app, byte for byte, whatever the events say. What git allows nobody to
//! have in a tree (`.git`) is left out and told.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use git2::Oid;
use leo_common::artifacts::{ArtifactError, PackedFile};
use leo_common::store::artifacts::ArtifactRecord;
use leo_common::store::jobs::JobRecord;
use leo_protocol::batch::lines;
use tokio::runtime::Handle;

use super::error::PushError;
use super::message;
use super::objects::{Entry, Files, NewCommit, Objects};
use super::phases::{Done, Phases};
use crate::context::Context;
use crate::job::past::Pages;

/// GitHub takes no larger file, in bytes.
const MAX_FILE: u64 = 100 << 20;

/// What is to be pushed.
pub(super) struct Wanted {
    /// The generation.
    pub(super) job: JobRecord,
    /// What it has made.
    pub(super) app: ArtifactRecord,
    /// What it began with, where there was something and it is still there.
    pub(super) before: Before,
    /// The commit that was pushed last, and its tree.
    pub(super) parent: Option<(Oid, Oid)>,
}

/// What a generation began with.
#[derive(Clone)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// An earlier version.
    Version(Box<ArtifactRecord>),
    /// An earlier version that is not kept any more.
    Forgotten,
}

/// What is ready to be sent.
#[derive(Debug)]
pub(super) struct Built {
    /// The last commit; none where the app is as it was pushed last.
    pub(super) tip: Option<String>,
    /// Its tree.
    pub(super) tree: String,
    /// All that is new.
    pub(super) pack: PathBuf,
    /// Of the pack, in bytes.
    pub(super) size: u64,
    /// Files that git does not take.
    pub(super) left_out: Vec<String>,
}

/// Makes everything in an empty folder. On a thread that may block.
pub(super) fn build(
    ctx: &Context,
    tokio: &Handle,
    wanted: &Wanted,
    folder: &Path,
) -> anyhow::Result<Built> {
    let objects = Objects::new(folder)?;
    let mut builder = Builder {
        ctx,
        tokio,
        objects: &objects,
        known: HashMap::new(),
    };
    let files = builder.files(&wanted.app)?;
    let app = objects.tree(&files)?;
    let commits = builder.commits(wanted, &files, app.id)?;
    let (pack, size) = objects.pack(&commits)?;
    Ok(Built {
        tip: commits.last().map(ToString::to_string),
        tree: app.id.to_string(),
        pack,
        size,
        left_out: app.left_out,
    })
}

/// Whether GitHub would take these files at all.
pub(super) fn check(app: &ArtifactRecord) -> Result<(), PushError> {
    match app
        .manifest
        .app_files()
        .find(|(_, file)| file.size > MAX_FILE)
    {
        Some((path, _)) => Err(PushError::failed(format!(
            "`{path}` is larger than 100 MiB, the most that GitHub takes in a file"
        ))),
        None => Ok(()),
    }
}

struct Builder<'a> {
    ctx: &'a Context,
    tokio: &'a Handle,
    objects: &'a Objects,
    /// Blobs by the SHA-256 of their bytes.
    known: HashMap<String, Oid>,
}

impl Builder<'_> {
    /// The files of a stored version, their blobs made.
    fn files(&mut self, version: &ArtifactRecord) -> anyhow::Result<Files> {
        let mut files = Files::new();
        for (path, file) in version.manifest.app_files() {
            let entry = Entry {
                blob: self.blob(&version.location, file)?,
                executable: file.executable,
            };
            files.insert(path.to_owned(), entry);
        }
        Ok(files)
    }

    fn blob(&mut self, location: &str, file: &PackedFile) -> anyhow::Result<Oid> {
        if let Some(blob) = self.known.get(&file.sha256) {
            return Ok(*blob);
        }
        let read = self.ctx.artifacts.read(location, file);
        let mut bytes = self.tokio.block_on(read)?;
        let next = || Ok(self.tokio.block_on(bytes.try_next())?);
        let blob = self.objects.blob_of(file.size, next)?;
        self.known.insert(file.sha256.clone(), blob);
        Ok(blob)
    }

    /// The commits, oldest first; none where the app is as it was pushed last.
    fn commits(&mut self, wanted: &Wanted, files: &Files, app: Oid) -> anyhow::Result<Vec<Oid>> {
        if wanted.parent.is_some_and(|(_, tree)| tree == app) {
            return Ok(Vec::new());
        }
        let begun = match &wanted.before {
            Before::Nothing => Some(Files::new()),
            Before::Version(version) => self.version(version)?,
            Before::Forgotten => None,
        };
        let mut told = match &begun {
            Some(begun) => self.phases(wanted, begun, files)?,
            None => Told::together(
                wanted,
                "the files of the version before are not kept any more",
                None,
            ),
        };
        // Whatever no event has told belongs to the last one.
        if let Some(last) = told.0.last_mut() {
            last.tree = app;
        }
        if let (None, Some(begun)) = (wanted.parent, begun.filter(|begun| !begun.is_empty())) {
            told.0.insert(0, self.before(wanted, &begun)?);
        }
        self.chain(&told.0, wanted.parent)
    }

    /// An earlier version; `None` where it went meanwhile.
    fn version(&mut self, version: &ArtifactRecord) -> anyhow::Result<Option<Files>> {
        match self.files(version) {
            Ok(files) => Ok(Some(files)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn before(&self, wanted: &Wanted, begun: &Files) -> anyhow::Result<Done> {
        let time = wanted.job.created_at.timestamp();
        let message = message::of_before(wanted.job.id);
        Ok(Done::other(self.objects.tree(begun)?.id, time, message))
    }

    fn phases(&self, wanted: &Wanted, begun: &Files, last: &Files) -> anyhow::Result<Told> {
        let mut phases = Phases::new(self.objects, &self.known, begun, last, wanted.job.id);
        let mut pages = Pages::of(self.ctx, &wanted.job);
        while let Some(page) = self.tokio.block_on(pages.next())? {
            for line in page.iter().flat_map(|body| lines(body)) {
                phases.take(line)?;
            }
        }
        let why = match &phases.unknown {
            Some(path) => format!(
                "All phases in one commit: the events do not hold every version of `{path}`."
            ),
            None if phases.done.is_empty() => "The generator has told of no phases.".to_owned(),
            None => return Ok(Told(phases.done)),
        };
        Ok(Told::together(wanted, &why, phases.time))
    }

    /// A commit for each that changes something.
    fn chain(&self, told: &[Done], parent: Option<(Oid, Oid)>) -> anyhow::Result<Vec<Oid>> {
        let (mut parent, mut tree) = parent.unzip();
        let mut commits = Vec::new();
        for done in told {
            if tree == Some(done.tree) {
                continue;
            }
            let commit = self.objects.commit(&NewCommit {
                tree: done.tree,
                parent,
                time: done.time,
                message: &done.message,
            })?;
            (parent, tree) = (Some(commit), Some(done.tree));
            commits.push(commit);
        }
        Ok(commits)
    }
}

/// What is told of a generation; the tree of the last is set afterwards.
struct Told(Vec<Done>);

impl Told {
    /// All of it at once.
    fn together(wanted: &Wanted, why: &str, time: Option<i64>) -> Self {
        let job = &wanted.job;
        let begun = job.started_at.unwrap_or(job.created_at);
        let time = time.unwrap_or_else(|| begun.timestamp());
        let message = message::of_all(&job.prompt, why, job.id);
        Self(vec![Done::other(Oid::ZERO_SHA1, time, message)])
    }
}

/// Whether the bytes of a version are not there any more.
fn is_gone(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<ArtifactError>();
    error.is_some_and(ArtifactError::is_missing)
}

/// Reads an id that was stored.
pub(super) fn id(text: &str) -> anyhow::Result<Oid> {
    Oid::from_str(text).context("read the id of a commit")
}
