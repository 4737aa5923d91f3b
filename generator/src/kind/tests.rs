use std::fs;

use leo_protocol::EventKind;
use tempfile::TempDir;

use super::*;
use crate::emit::Emitter;
use crate::stop::Stop;
use crate::testing::events;

fn app(files: &[(&str, &str)]) -> TempDir {
    let app = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let full = app.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    app
}

#[test]
fn the_kind_of_an_app_is_told_from_its_files() {
    assert_eq!(Kind::of(app(&[]).path()), None);
    for (files, kind) in [
        (pages::SAMPLE, Kind::Static),
        (Kind::Node.template(), Kind::Node),
    ] {
        assert_eq!(Kind::of(app(files).path()), Some(kind));
    }
    let of = |manifest: &str| Kind::of(app(&[("package.json", manifest)]).path());
    assert_eq!(of(r#"{"scripts": {"build": "x"}}"#), Some(Kind::Node));
    assert_eq!(
        of(r#"{"devDependencies": {"vite": "8"}}"#),
        Some(Kind::Node)
    );
    assert_eq!(of(r#"{"name": "x"}"#), Some(Kind::Static));
    assert_eq!(of("broken"), Some(Kind::Static));
}

#[test]
fn without_node_only_static_apps_are_offered() {
    for path in [None, Some(""), Some("/nowhere:relative")] {
        let toolchain = Toolchain::find(path).unwrap();
        assert!(toolchain.offers(Kind::Static) && !toolchain.offers(Kind::Node));
        assert!(toolchain.packages().is_empty());
    }
}

#[tokio::test]
async fn a_static_app_is_checked_and_served() {
    let app = app(pages::SAMPLE);
    let toolchain = Toolchain::find(None).unwrap();
    let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
    {
        let run = Run::new(Emitter::new(&mut out), &stop);
        let kind = Kind::Static;
        let installed = toolchain
            .install(&run, kind, app.path(), &[])
            .await
            .unwrap();
        assert_eq!(installed, Installed::default());
        assert!(
            toolchain
                .verify(&run, kind, app.path())
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            toolchain
                .serve(&run, kind, app.path())
                .await
                .unwrap()
                .is_empty()
        );
        fs::remove_file(app.path().join("index.html")).unwrap();
        assert_eq!(
            toolchain
                .verify(&run, kind, app.path())
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            toolchain.serve(&run, kind, app.path()).await.unwrap().len(),
            1
        );
    }
    let said = events(std::str::from_utf8(&out).unwrap());
    assert_eq!(said, [EventKind::ServerStarted { url: None }]);
}

#[tokio::test]
async fn what_this_image_does_not_have_is_refused() {
    let toolchain = Toolchain::find(None).unwrap();
    let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
    let run = Run::new(Emitter::new(&mut out), &stop);
    let refused = toolchain.verify(&run, Kind::Node, Path::new("/")).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}
