//! Tests of [`super`]: the jail, links, whole files.

use std::os::unix::fs::symlink;

use super::*;

fn open() -> (tempfile::TempDir, Workspace) {
    let root = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&root.path().join("app")).unwrap();
    (root, workspace)
}

#[test]
fn a_link_on_the_way_is_refused_and_a_link_at_the_end_replaced() {
    let (root, workspace) = open();
    let outside = root.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "keep").unwrap();
    symlink(&outside, workspace.root.join("way")).unwrap();
    symlink(outside.join("file"), workspace.root.join("end")).unwrap();

    let way = workspace.write(&RelPath::new("way/x").unwrap(), "x");
    assert!(matches!(way, Err(WorkspaceError::Escapes(_))), "{way:?}");
    assert!(!outside.join("x").exists());

    let end = RelPath::new("end").unwrap();
    assert_eq!(workspace.look(&end).unwrap(), Found::Other);
    workspace.write(&end, "new").unwrap();
    assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "keep");
    assert_eq!(workspace.look(&end).unwrap(), Found::Text("new".into()));
}

#[test]
fn files_are_written_whole_with_their_folders_and_listed() {
    let (_root, workspace) = open();
    let path = RelPath::new("a/b/c.txt").unwrap();
    assert_eq!(workspace.look(&path).unwrap(), Found::Nothing);
    workspace.write(&path, "one").unwrap();
    workspace.write(&path, "two").unwrap();
    assert_eq!(workspace.look(&path).unwrap(), Found::Text("two".into()));
    assert_eq!(workspace.list().unwrap(), ["a/b/c.txt"]);
}

#[test]
fn the_digest_is_the_well_known_one() {
    assert_eq!(
        sha256("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}
