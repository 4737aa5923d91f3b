//! Tests of [`super`]: what a saved state is worth.

use super::*;

fn workspace() -> (tempfile::TempDir, Workspace) {
    let root = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&root.path().join("app")).unwrap();
    (root, workspace)
}

fn saved(workspace: &Workspace, names: &[&str]) -> Checkpoint {
    let mut done = Checkpoint {
        phase: 2,
        ..Checkpoint::default()
    };
    for name in names {
        let path = RelPath::new(name).unwrap();
        workspace.write(&path, "text").unwrap();
        let sha256 = sha256("text");
        done.add(vec![Written { path, sha256 }]);
    }
    done
}

#[test]
fn a_state_reads_back_while_its_files_are_there() {
    let (_root, workspace) = workspace();
    let done = saved(&workspace, &["a.txt", "b.txt"]);
    let read = || Checkpoint::read(&done.state(), &workspace).unwrap();
    assert_eq!(read(), Found::Whole(done.clone()));

    let path = |name| RelPath::new(name).unwrap();
    workspace.write(&path("a.txt"), "another text").unwrap();
    assert_eq!(read(), Found::Lacking(done.clone(), Vec::new()));
    workspace.remove(&path("b.txt")).unwrap();
    assert_eq!(read(), Found::Lacking(done.clone(), vec![path("b.txt")]));
    workspace.remove(&path("a.txt")).unwrap();
    assert_eq!(read(), Found::Nothing);
}

#[test]
fn what_is_no_state_is_not_relied_on() {
    let (_root, workspace) = workspace();
    let mut newer = saved(&workspace, &["a.txt"]).state();
    newer["version"] = json!(9);
    for state in [json!(null), json!({}), json!({"phase": 1}), newer] {
        let read = Checkpoint::read(&state, &workspace).unwrap();
        assert_eq!(read, Found::Nothing);
    }
}

#[test]
fn the_younger_state_counts() {
    let (root, workspace) = workspace();
    let done = saved(&workspace, &["a.txt"]);
    let told = Checkpoint::default().state();
    assert_eq!(younger(root.path(), told.clone()), told);
    settle(root.path(), &done).unwrap();
    assert_eq!(younger(root.path(), told), done.state());
    let later = Checkpoint {
        phase: 3,
        ..Checkpoint::default()
    };
    assert_eq!(younger(root.path(), later.state()), later.state());
}
