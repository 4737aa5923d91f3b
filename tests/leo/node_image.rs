//! The image with node: what it brings along is enough for the template, in a container as narrow as that of a
//! generation.

use std::fs;

use bytes::Bytes;
use leo_tests::config;
use leo_tests::engine::Engine;

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
