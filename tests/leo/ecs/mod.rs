//! Generators as tasks of AWS ECS.

use std::net::TcpListener;

use leo_tests::moto::Cluster;
use leo_tests::{Builder, Leo, Mode, Moto};

mod checks;
mod failures;
mod way;

/// An installation whose tasks run in this cluster, with its results in a bucket.
async fn on(moto: &Moto, cluster: &Cluster) -> Builder {
    with(moto, cluster.settings()).await
}

/// The same, where these settings tell of ECS.
async fn with(moto: &Moto, settings: impl IntoIterator<Item = (&'static str, String)>) -> Builder {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let store = format!("s3://{}/leo", moto.bucket().await);
    let wishes = Leo::in_mode(Mode::Process)
        .set("LEO_RUNNER_BIND", &address)
        .set("LEO_RUNNER_URL", &format!("ws://{address}"));
    let wishes = settings
        .into_iter()
        .fold(wishes, |wishes, (name, value)| wishes.set(name, &value));
    moto.keeping(wishes, &store)
}
