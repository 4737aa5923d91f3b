//! What has changed between two versions, for people and for `git apply`.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use leo_protocol::JobId;
use leo_protocol::versions::{Change, Diff, Omitted};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode};
use reqwest::Method;

use super::{data, made};

/// Paths, rights and bytes of a folder.
type Tree = BTreeMap<String, (bool, Vec<u8>)>;

/// A job's zip, unpacked as `unzip` would.
async fn unpacked(client: &Client, job: JobId, into: &Path) {
    let zip = client
        .get(&format!("/api/jobs/{job}/download"))
        .await
        .bytes(200);
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    zip.extract(into).unwrap();
}

fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let executable = path.metadata().unwrap().permissions().mode() & 0o111 != 0;
            tree.insert(name, (executable, std::fs::read(&path).unwrap()));
        }
    }
    tree
}

fn git_apply(folder: &Path, patch: &[u8]) {
    let mut git = Command::new("git")
        .args(["apply", "--verbose", "-"])
        .current_dir(folder)
        // Outside of every repository.
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(patch).unwrap();
    let done = git.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(patch)
    );
}

async fn patch(client: &Client, path: &str) -> Vec<u8> {
    let request = client
        .request(Method::GET, path)
        .header("accept", "text/x-diff");
    let answer = Answer::of(request).await;
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/x-diff"), "{kind}");
    answer.bytes(200)
}

/// Two versions with every kind of change that a patch can hold.
async fn versions(client: &Client) -> (JobId, JobId) {
    let session = client.new_session().await;
    let long: String = (0..200).map(|n| format!("line {n}\n")).collect();
    let first = [
        data("long.txt", &long),
        data("no-newline", "a\nb"),
        data("gone/deep.txt", "gone\n"),
        data("old-name.txt", "the same\nbytes\n"),
        data("run.sh", "#!/bin/sh\n"),
        data("\"quoted\".txt", "1\n"),
        data("crlf.txt", "a\r\nb\rc\r\n"),
        data("empties", "x\n"),
        data("same.txt", "same\n"),
        data("été.txt", "1\n"),
    ];
    let first = made(client, session, &first.join("; ")).await;
    let changed = long
        .replace("line 7\n", "seven\n")
        .replace("line 190\n", "");
    let second = [
        data("long.txt", changed),
        data("no-newline", "a\nc"),
        "remove gone/deep.txt".to_owned(),
        "remove old-name.txt".to_owned(),
        data("new/name.txt", "the same\nbytes\n"),
        "executable run.sh".to_owned(),
        data("\"quoted\".txt", "2\n"),
        data("crlf.txt", "a\r\nb\rd\r\n"),
        data("empties", ""),
        data("void", ""),
        data("added.sh", "#!/bin/sh\n"),
        "executable added.sh".to_owned(),
        data("été.txt", "2\n"),
    ];
    let second = made(client, session, &second.join("; ")).await;
    (first.id, second.id)
}

#[tokio::test]
async fn git_makes_the_later_version_of_the_earlier_one() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let (first, second) = versions(&client).await;
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    unpacked(&client, first, before.path()).await;
    unpacked(&client, second, after.path()).await;
    assert_ne!(tree(before.path()), tree(after.path()));
    let there = patch(&client, &format!("/api/jobs/{second}/diff")).await;
    git_apply(before.path(), &there);
    assert_eq!(tree(before.path()), tree(after.path()));

    // And the other way round, by name and by query.
    let path = format!("/api/jobs/{first}/diff?from={second}&format=patch");
    git_apply(before.path(), &client.get(&path).await.bytes(200));
    let first_again = tempfile::tempdir().unwrap();
    unpacked(&client, first, first_again.path()).await;
    assert_eq!(tree(before.path()), tree(first_again.path()));

    // From nothing.
    let empty = tempfile::tempdir().unwrap();
    git_apply(
        empty.path(),
        &patch(&client, &format!("/api/jobs/{first}/diff")).await,
    );
    assert_eq!(tree(empty.path()), tree(first_again.path()));
}

#[tokio::test]
async fn a_diff_says_what_has_become_of_each_file() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let (first, second) = versions(&client).await;
    let diff: Diff = client
        .get(&format!("/api/jobs/{second}/diff"))
        .await
        .expect(200);
    assert_eq!(
        (diff.from, diff.to, diff.truncated),
        (Some(first), second, false)
    );
    let of = |path: &str| {
        diff.changes
            .iter()
            .find(|change| change.path == path)
            .unwrap()
    };
    let long = of("long.txt");
    assert_eq!(
        (long.change, long.additions, long.deletions),
        (Change::Modified, Some(1), Some(2))
    );
    assert!(long.patch.as_ref().unwrap().contains("\n-line 7\n+seven\n"));
    let moved = of("new/name.txt");
    assert_eq!(
        (moved.change, moved.old_path.as_deref()),
        (Change::Renamed, Some("old-name.txt"))
    );
    let rights = of("run.sh");
    assert_eq!((rights.change, &rights.patch), (Change::Modified, &None));
    assert!(!rights.from.as_ref().unwrap().executable && rights.to.as_ref().unwrap().executable);
    assert_eq!(of("gone/deep.txt").change, Change::Removed);
    assert_eq!(of("added.sh").change, Change::Added);
    assert!(diff.changes.iter().all(|change| change.path != "same.txt"));
    assert!(diff.changes.is_sorted_by(|a, b| a.path < b.path));
    let totals = diff.totals;
    assert_eq!((totals.added, totals.removed, totals.renamed), (2, 1, 1));
    let none: Diff = client
        .get(&format!("/api/jobs/{first}/diff?from={first}"))
        .await
        .expect(200);
    assert!(none.changes.is_empty());
    let all: Diff = client
        .get(&format!("/api/jobs/{first}/diff"))
        .await
        .expect(200);
    assert!(all.from.is_none() && all.changes.iter().all(|one| one.change == Change::Added));
}

#[tokio::test]
async fn what_a_patch_cannot_hold_is_named_in_it() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let script = format!(
        "{}; write a.txt 1; pattern big.txt 3000000",
        data("x.png", [0, 1, 2])
    );
    made(&client, session, &script).await;
    let script = format!(
        "{}; write a.txt 2; write big.txt small",
        data("x.png", [0, 9])
    );
    let second = made(&client, session, &script).await;
    let path = format!("/api/jobs/{}/diff", second.id);
    let diff: Diff = client.get(&path).await.expect(200);
    let why: Vec<_> = diff
        .changes
        .iter()
        .map(|one| (one.path.as_str(), one.omitted, one.binary))
        .collect();
    assert_eq!(
        why,
        [
            ("a.txt", None, false),
            ("big.txt", Some(Omitted::TooLarge), false),
            ("x.png", Some(Omitted::Binary), true),
        ]
    );
    let text = String::from_utf8(patch(&client, &path).await).unwrap();
    assert!(
        text.contains("# not contained: x.png, because it is no text\n"),
        "{text}"
    );
    assert!(
        text.contains("# not contained: big.txt, because it is too large"),
        "{text}"
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "1").unwrap();
    git_apply(folder.path(), text.as_bytes());
    assert_eq!(std::fs::read(folder.path().join("a.txt")).unwrap(), b"2");
}

#[tokio::test]
async fn versions_of_two_sessions_are_not_compared() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let (one, two) = (anna.new_session().await, anna.new_session().await);
    let here = made(&anna, one, "write a.txt 1").await;
    let there = made(&anna, two, "write a.txt 2").await;
    let theirs = bob.new_session().await;
    let theirs = made(&bob, theirs, "write a.txt 3").await;
    let path = |from: JobId| format!("/api/jobs/{}/diff?from={from}", here.id);
    let answer = anna.get(&path(there.id)).await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (422, "invalid_field")
    );
    assert!(
        answer.problem().detail.contains("same session"),
        "{}",
        answer.text()
    );
    assert_eq!(anna.get(&path(theirs.id)).await.status, 404);
}
