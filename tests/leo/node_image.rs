//! The image with node: what it brings along is enough for the template, in a container as narrow as that of a
//! generation, and a model's app is installed, built and served in it.

use std::fs;

use bytes::Bytes;
use leo_protocol::{EventKind, JobStatus};
use leo_tests::agent::Story;
use leo_tests::engine::Engine;
use leo_tests::model_server::{ModelServer, quirks};
use leo_tests::{Leo, Mode, config};

/// Where the template lies in the repository.
const TEMPLATE: &str = "generator/src/kind/node/template";
/// Installs, builds and serves a copy of the app, as the generator does.
const SCRIPT: &str = r#"
cp -r /workspace/app /tmp/app && cd /tmp/app
export HOME=/tmp/home npm_config_cache=/tmp/npm npm_config_ignore_scripts=true npm_config_update_notifier=false
mkdir -p "$HOME" /tmp/npm/_cacache
cp -r /opt/leo/npm/_cacache/index-v5 /tmp/npm/_cacache/
ln -s /opt/leo/npm/_cacache/content-v2 /tmp/npm/_cacache/content-v2
npm ci --offline --registry=https://packages.invalid/
npm install --offline --registry=https://packages.invalid/ zustand lucide-react @tailwindcss/vite tailwindcss
if npm install --offline --registry=https://packages.invalid/ left-pad; then echo "left-pad came from nowhere"; exit 1; fi
npm run build
cat dist/index.html
npm run dev -- --host 127.0.0.1 --port 5555 --strictPort &
node -e '
  const ask = () => fetch("http://127.0.0.1:5555/", { headers: { accept: "text/html" } }).then(
    async (answer) => { console.log("served", answer.status, (await answer.text()).includes("/src/main.tsx")); process.exit(); },
    () => setTimeout(ask, 50),
  );
  ask();
'
"#;

/// The app of the first phase.
const BOARD: &str = "export function App() {\n  return <h1>Bakery</h1>;\n}\n";
/// A store that the second phase adds, with a package that the first has not.
const ORDERS: &str = "import { create } from 'zustand';\n\nexport const useOrders = create<string[]>(() => ['rye', 'spelt']);\n";
/// The app that shows it.
const WITH_ORDERS: &str = "import { useOrders } from './orders';\n\nexport function App() {\n  const orders = useOrders();\n  return (\n    <ul>\n      {orders.map((order) => (\n        <li key={order}>{order}</li>\n      ))}\n    </ul>\n  );\n}\n";

#[tokio::test]
async fn a_prompt_becomes_an_app_that_is_built_there() {
    let story = Story::default()
        .kind("node")
        .chapter("The board", &[("src/App.tsx", BOARD)])
        .chapter(
            "Orders",
            &[("src/orders.ts", ORDERS), ("src/App.tsx", WITH_ORDERS)],
        );
    let server = ModelServer::start_everywhere(move |asked| {
        let mut answer = story.answer(asked);
        if asked.prompt().contains("This is phase 2:") {
            answer += "npm install zustand\n";
        }
        quirks::plain::reply(asked, &answer)
    })
    .await;
    let leo = Leo::in_mode(Mode::Docker).image(&config::node_image());
    let leo = leo.model(&server).start().await;
    let client = leo.client();
    let job = client.submit("a bakery board").await;
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);

    let ends = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::SubprocessComplete {
                name, exit_code, ..
            }) => Some((name.clone(), *exit_code)),
            Some(EventKind::ServerStarted { .. }) => Some(("server".to_owned(), 0)),
            _ => None,
        });
    let ends: Vec<(String, i32)> = ends.filter(|(name, _)| name != "npm run dev").collect();
    let phase = ["npm install", "npm run build", "server"].map(|name| (name.to_owned(), 0));
    assert_eq!(ends, [phase.clone(), phase].concat());

    let manifest = String::from_utf8(client.file(job.id, "package.json").await).unwrap();
    assert!(manifest.contains("zustand"), "{manifest}");
    let files = client.files(job.id).await.files;
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert!(
        paths.contains(&"src/orders.ts") && paths.contains(&"package-lock.json"),
        "{paths:?}"
    );
    let made = |path: &&&str| path.contains("node_modules") || path.starts_with("dist");
    assert_eq!(paths.iter().find(made), None);
}

#[tokio::test]
async fn the_template_is_installed_built_and_served_without_a_network() {
    let mut files = tar::Builder::new(Vec::new());
    let template = config::repository().join(TEMPLATE);
    files.append_dir_all("app", template).unwrap();
    let files = Bytes::from(files.into_inner().unwrap());
    let (code, said) = Engine::connect()
        .run_script(&config::node_image(), files, SCRIPT)
        .await;
    assert_eq!(code, 0, "{said}");
    for wanted in ["<script type=\"module\"", "served 200 true", "ENOTCACHED"] {
        assert!(said.contains(wanted), "{wanted} is missing in:\n{said}");
    }
}

#[test]
fn what_the_image_is_made_from_names_no_registry() {
    for file in [
        "infra/node/package-lock.json",
        "generator/src/kind/node/template/package-lock.json",
    ] {
        let lock = fs::read_to_string(config::repository().join(file)).unwrap();
        assert!(!lock.contains("\"resolved\""), "{file}");
    }
}
