//! With this machine's node and npm, and without a network: what is installed comes from the packages that
//! `make node-image` keeps below `.leo`.

use std::fs;

use leo_protocol::EventKind;

use super::*;
use crate::config::variable;
use crate::emit::Emitter;
use crate::kind::{Addition, Installed, Problem};
use crate::run::Run;
use crate::stop::Stop;
use crate::testing::events;

/// Where scripts/node-image keeps the packages.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.leo/node");

/// An app made from the template, or `None` where there is no node or there are no packages.
struct Try {
    node: Node,
    app: TempDir,
}

impl Try {
    fn begin() -> Option<Self> {
        let packages = fs::read_dir(KEPT)
            .ok()?
            .flatten()
            .map(|entry| entry.path().join("npm"));
        let packages = packages
            .filter(|folder| folder.join("packages.json").exists())
            .max();
        let path = variable("PATH");
        let found =
            packages.map(|packages| Node::find_with(path.as_deref(), &packages, false).unwrap());
        let Some(node) = found.flatten() else {
            println!(
                "NOT tested: apps of the kind node, for want of node or of its packages (make node-image)"
            );
            return None;
        };
        let app = tempfile::tempdir().unwrap();
        let made = Self { node, app };
        for (path, text) in TEMPLATE {
            made.write(path, text);
        }
        Some(made)
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.app.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    /// Does something in a run, and gives what it has said.
    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&Run<'_>, &Path) -> Result<T, Error>,
    ) -> (T, Vec<EventKind>) {
        let (mut out, (_sender, stop)) = (Vec::new(), Stop::channel());
        let result = {
            let run = Run::new(Emitter::new(&mut out), &stop);
            work(&run, self.app.path()).await.unwrap()
        };
        (result, events(std::str::from_utf8(&out).unwrap()))
    }

    async fn install(&self, packages: &[&str]) -> (Installed, Vec<EventKind>) {
        let packages: Vec<String> = packages.iter().map(ToString::to_string).collect();
        let additions = [Addition {
            packages: &packages,
            dev: false,
        }];
        self.run(async |run, app| self.node.install(run, app, &additions).await)
            .await
    }

    async fn verify(&self) -> Vec<Problem> {
        self.run(async |run, app| self.node.verify(run, app).await)
            .await
            .0
    }

    async fn serve(&self) -> (Vec<Problem>, Vec<EventKind>) {
        self.run(async |run, app| self.node.serve(run, app).await)
            .await
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other events are of no interest"
)]
fn names(said: &[EventKind]) -> Vec<&'static str> {
    let names = said.iter().filter_map(|event| match event {
        EventKind::SubprocessStart { .. } => Some("start"),
        EventKind::ServerStarted { .. } => Some("server"),
        EventKind::SubprocessComplete { .. } => Some("complete"),
        _ => None,
    });
    names.collect()
}

#[tokio::test]
async fn the_template_is_installed_built_and_served_and_leaves_nothing_behind() {
    let Some(made) = Try::begin() else { return };
    let (installed, said) = made.install(&[]).await;
    assert_eq!(installed, Installed::default());
    assert_eq!(names(&said), ["start", "complete"]);
    assert_eq!(made.verify().await, []);
    let (problems, said) = made.serve().await;
    assert_eq!(problems, []);
    assert_eq!(names(&said), ["start", "server", "complete"]);

    let (installed, said) = made.install(&[]).await;
    assert_eq!((installed, names(&said)), (Installed::default(), vec![]));
    let files = crate::kind::files::walk(made.app.path());
    let template: Vec<&str> = TEMPLATE.iter().map(|(path, _)| *path).collect();
    assert_eq!(files, template);
    // Neither packages nor results nor caches, which a walk would not name.
    let top = template.iter().map(|path| path.split('/').next().unwrap());
    let top: std::collections::BTreeSet<_> = top.collect();
    assert_eq!(fs::read_dir(made.app.path()).unwrap().count(), top.len());
}

#[tokio::test]
async fn what_a_later_phase_adds_is_installed() {
    let Some(made) = Try::begin() else { return };
    made.install(&[]).await;
    let (installed, _) = made.install(&["zustand"]).await;
    assert_eq!(installed.problems, []);
    assert_eq!(installed.changed, [MANIFEST, LOCK]);
    let lock = fs::read_to_string(made.app.path().join(LOCK)).unwrap();
    assert!(lock.contains("node_modules/zustand") && !lock.contains("packages.invalid"));

    // By hand, as a model writes it.
    let manifest = fs::read_to_string(made.app.path().join(MANIFEST)).unwrap();
    let manifest = manifest.replace(r#""react": "#, "\"clsx\": \"^2.0.0\",\n    \"react\": ");
    made.write(MANIFEST, &manifest);
    made.write(
        "src/App.tsx",
        "import clsx from 'clsx';\nimport { create } from 'zustand';\n\
         const use = create(() => ({ n: 1 }));\nexport const App = () => <p className={clsx('a')}>{use().n}</p>;\n",
    );
    let (installed, _) = made.install(&[]).await;
    assert_eq!(installed.problems, []);
    assert_eq!(made.verify().await, []);
}

#[tokio::test]
async fn what_cannot_be_had_is_named() {
    let Some(made) = Try::begin() else { return };
    let (installed, _) = made.install(&["left-pad", "zod"]).await;
    let told = installed.problems[0].to_string();
    assert!(
        told.starts_with("package.json: not in the image") && told.contains("left-pad"),
        "{told}"
    );
    assert!(!told.contains("zod"), "{told}");
    let (installed, _) = made.install(&["zod@3"]).await;
    let told = installed.problems[0].to_string();
    assert!(told.contains("zod@3"), "{told}");
}

#[tokio::test]
async fn what_does_not_build_is_told_by_file_and_line() {
    let Some(made) = Try::begin() else { return };
    made.install(&[]).await;
    made.write(
        "src/App.tsx",
        "export const App = () => <p>{missing}</p>;\nconst x: number = '';\n",
    );
    let places: Vec<_> = made
        .verify()
        .await
        .into_iter()
        .map(|problem| (problem.path.unwrap(), problem.line))
        .collect();
    let path = || "src/App.tsx".to_owned();
    assert_eq!(places, [(path(), Some(1)), (path(), Some(2))]);
    made.write(MANIFEST, "{ \"scripts\": ");
    assert_eq!(made.verify().await[0].path.as_deref(), Some(MANIFEST));
}

#[tokio::test]
async fn a_server_that_ends_by_itself_is_a_problem() {
    let Some(made) = Try::begin() else { return };
    made.write(
        MANIFEST,
        r#"{"scripts": {"start": "echo no such luck; exit 3"}}"#,
    );
    let (problems, said) = made.serve().await;
    assert!(problems[0].message.contains("no such luck"), "{problems:?}");
    assert_eq!(names(&said), ["start", "complete"]);
}

#[test]
fn whatever_the_template_needs_is_in_the_image() {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let template = read(include_str!("template/package-lock.json"));
    let image = read(include_str!("../../../../infra/node/package-lock.json"));
    let versions = |lock: &serde_json::Value| -> Vec<String> {
        let all = lock["packages"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(path, _)| !path.is_empty());
        all.map(|(path, package)| {
            format!(
                "{} {}",
                path.rsplit("node_modules/").next().unwrap(),
                package["version"].as_str().unwrap()
            )
        })
        .collect()
    };
    let there = versions(&image);
    for package in versions(&template) {
        assert!(there.contains(&package), "{package}");
    }
}
