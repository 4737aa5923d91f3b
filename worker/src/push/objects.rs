//! Git's objects, made by libgit2 in a bare repository that is thrown away afterwards.
//!
//! Everything is deterministic: the same files, messages and times make the same ids, on whichever
//! worker and however often. That is what a push that is carried out again is recognised by.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, Repository, RepositoryInitOptions};

/// Author and committer of everything. The domain is one that never exists.
const LEO: &str = "Leo <noreply@leo.invalid>";
/// Larger files are never compared with each other to save space, which would take memory.
const BIG: i64 = 1 << 20;
/// Memory in which files are compared, in bytes.
const WINDOW: i64 = 16 << 20;
/// Modes of files in trees.
const PLAIN: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

/// A file of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The blob.
    pub(super) blob: Oid,
    /// Whether it may be executed.
    pub(super) executable: bool,
}

/// The files of a tree by their paths.
pub(super) type Files = BTreeMap<String, Entry>;

/// A commit to be made.
#[derive(Debug)]
pub(super) struct NewCommit<'a> {
    /// What the app is.
    pub(super) tree: Oid,
    /// What it was before.
    pub(super) parent: Option<Oid>,
    /// Seconds of the Unix clock.
    pub(super) time: i64,
    /// What has happened.
    pub(super) message: &'a str,
}

/// A tree, and what git lets nobody have in one.
#[derive(Debug)]
pub(super) struct Tree {
    /// The tree.
    pub(super) id: Oid,
    /// Paths like `.git/config`, which are left out.
    pub(super) left_out: Vec<String>,
}

/// A repository without a network, a working tree or refs.
pub(super) struct Objects {
    repo: Repository,
    folder: PathBuf,
}

impl Objects {
    /// In a folder that is empty or not there.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let mut options = RepositoryInitOptions::new();
        // Nothing of this machine's templates.
        options.bare(true).mkpath(true).external_template(false);
        let repo = Repository::init_opts(folder, &options).context("make a repository")?;
        let mut config = repo.config()?;
        // It is this one that libgit2 takes for the size of a big file.
        config.set_i64("pack.deltaCacheSize", BIG)?;
        config.set_i64("pack.windowMemory", WINDOW)?;
        let folder = folder.to_owned();
        Ok(Self { repo, folder })
    }

    /// Makes a blob of bytes that are at hand.
    pub(super) fn blob(&self, bytes: &[u8]) -> anyhow::Result<Oid> {
        Ok(self.repo.odb()?.write(ObjectType::Blob, bytes)?)
    }

    /// Makes a blob of `size` bytes that come piece by piece, until there is none.
    pub(super) fn blob_of<B: AsRef<[u8]>>(
        &self,
        size: u64,
        mut next: impl FnMut() -> anyhow::Result<Option<B>>,
    ) -> anyhow::Result<Oid> {
        let odb = self.repo.odb()?;
        let mut writer = odb.writer(usize::try_from(size)?, ObjectType::Blob)?;
        while let Some(bytes) = next()? {
            writer.write_all(bytes.as_ref())?;
        }
        Ok(writer.finalize()?)
    }

    /// Makes a tree with all its folders.
    pub(super) fn tree(&self, files: &Files) -> anyhow::Result<Tree> {
        let mut index = Index::new()?;
        let mut left_out = Vec::new();
        for (path, entry) in files {
            if index.add(&in_index(path, entry)).is_err() {
                left_out.push(path.clone());
            }
        }
        let id = index.write_tree_to(&self.repo)?;
        Ok(Tree { id, left_out })
    }

    /// Makes a commit. The parent need not be here: nothing is asked of it but its id.
    pub(super) fn commit(&self, new: &NewCommit<'_>) -> anyhow::Result<Oid> {
        let parent = new.parent.map(|parent| format!("parent {parent}\n"));
        let who = format!("{LEO} {} +0000", new.time);
        let text = format!(
            "tree {}\n{}author {who}\ncommitter {who}\n\n{}\n",
            new.tree,
            parent.unwrap_or_default(),
            new.message.trim_end(),
        );
        let odb = self.repo.odb()?;
        Ok(odb.write(ObjectType::Commit, text.as_bytes())?)
    }

    /// Writes a pack with these commits and everything in them into a file; its place and size.
    pub(super) fn pack(&self, commits: &[Oid]) -> anyhow::Result<(PathBuf, u64)> {
        let mut packer = self.repo.packbuilder()?;
        packer.set_threads(1);
        for commit in commits {
            packer.insert_commit(*commit)?;
        }
        let path = self.folder.join("new.pack");
        let mut file = BufWriter::new(File::create(&path)?);
        let mut written: io::Result<()> = Ok(());
        let packed = packer.foreach(|bytes| {
            written = file.write_all(bytes);
            written.is_ok()
        });
        written?;
        packed?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((path, file.metadata()?.len()))
    }
}

fn in_index(path: &str, entry: &Entry) -> IndexEntry {
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: if entry.executable { EXECUTABLE } else { PLAIN },
        uid: 0,
        gid: 0,
        file_size: 0,
        id: entry.blob,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects() -> (tempfile::TempDir, Objects) {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::new(&folder.path().join("git")).unwrap();
        (folder, objects)
    }

    fn files(objects: &Objects, list: &[(&str, &str)]) -> Files {
        let entry = |text: &str| Entry {
            blob: objects.blob(text.as_bytes()).unwrap(),
            executable: text.starts_with("#!"),
        };
        let list = list.iter();
        list.map(|(path, text)| ((*path).to_owned(), entry(text)))
            .collect()
    }

    #[test]
    fn ids_are_those_of_git() {
        let (_folder, objects) = objects();
        let blob = objects.blob(b"hello\n").unwrap();
        assert_eq!(blob.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        let mut pieces = [&b"hel"[..], b"lo\n"].into_iter();
        let piecewise = objects.blob_of(6, || Ok(pieces.next()));
        assert_eq!(piecewise.unwrap(), blob);
        assert!(objects.blob_of(7, || Ok(None::<&[u8]>)).is_err());
    }

    #[test]
    fn the_same_makes_the_same_ids() {
        let make = || {
            let (_folder, objects) = objects();
            let files = files(&objects, &[("a", "1"), ("b/c", "#!/bin/sh"), ("b.d", "2")]);
            let tree = objects.tree(&files).unwrap();
            assert!(tree.left_out.is_empty());
            let new = NewCommit {
                tree: tree.id,
                parent: Some(Oid::ZERO_SHA1),
                time: 1_700_000_000,
                message: "What it is\n",
            };
            objects.commit(&new).unwrap()
        };
        assert_eq!(make(), make());
    }

    #[test]
    fn names_that_git_forbids_are_left_out_and_told() {
        let (_folder, objects) = objects();
        let files = files(
            &objects,
            &[
                (".git/config", "x"),
                ("a/.GIT/hooks/x", "x"),
                ("ok", "x"),
                (".gitignore", "x"),
            ],
        );
        let tree = objects.tree(&files).unwrap();
        assert_eq!(tree.left_out, [".git/config", "a/.GIT/hooks/x"]);
    }

    #[test]
    fn a_pack_holds_all_that_is_new() {
        let (_folder, objects) = objects();
        let tree = objects.tree(&files(&objects, &[("a/b", "1")])).unwrap().id;
        let new = NewCommit {
            tree,
            parent: None,
            time: 1,
            message: "m",
        };
        let commit = objects.commit(&new).unwrap();
        let (path, size) = objects.pack(&[commit]).unwrap();
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(bytes.len() as u64, size);
        // Two trees, a blob and a commit.
        assert_eq!(&bytes[..12], b"PACK\0\0\0\x02\0\0\0\x04");
    }
}
