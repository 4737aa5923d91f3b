//! An API process at an address that stays when the process does not.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::arena::Launch;
use super::jobs;
use crate::program::Program;
use crate::wait::DEADLINE;

/// Ports below those that the kernel gives to outgoing connections, one of which could otherwise
/// take the port of a replica that is down.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// How often one that does not answer yet is asked, and looked after.
const LOOK: Duration = Duration::from_millis(100);

/// One of several API processes.
#[derive(Debug)]
pub(crate) struct Replica {
    name: String,
    address: SocketAddr,
    launch: Launch,
    logs: PathBuf,
    /// Held while somebody stops and starts it.
    process: Mutex<Program>,
}

/// How a process is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By SIGTERM, as in a deploy: connections are closed with a reason.
    Asked,
    /// By SIGKILL.
    Killed,
}

impl Replica {
    /// Starts it and waits until it takes connections. `launch` lacks the address alone.
    ///
    /// # Panics
    /// When it does not come up.
    pub(crate) async fn start(
        name: &str,
        address: SocketAddr,
        logs: &Path,
        launch: &Launch,
    ) -> Self {
        let launch = launch.clone().with("LEO_BIND", &address.to_string());
        let process = Mutex::new(Program::start(name, launch.command(), logs));
        let (name, logs) = (name.to_owned(), logs.to_owned());
        let replica = Self {
            name,
            address,
            launch,
            logs,
            process,
        };
        replica.wait(&mut *replica.process.lock().await).await;
        replica
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it and starts it again after `pause`.
    ///
    /// # Panics
    /// When it does not end or does not come up.
    pub(crate) async fn restart(&self, ending: Ending, pause: Duration) {
        let mut process = self.process.lock().await;
        let running = process.is_running();
        assert!(
            running,
            "{} has ended by itself: {}",
            self.name,
            process.log()
        );
        match ending {
            Ending::Asked => {
                let status = process.terminate().await;
                assert!(status.success(), "{} ends with {status}", self.name);
            }
            Ending::Killed => process.kill(),
        }
        sleep(pause).await;
        *process = self.spawn();
        self.wait(&mut process).await;
    }

    /// What it has said so far.
    pub(crate) async fn log(&self) -> String {
        self.process.lock().await.log()
    }

    fn spawn(&self) -> Program {
        Program::start(&self.name, self.launch.command(), &self.logs)
    }

    /// Waits until it answers. One that ends before that, because Postgres was away, is started
    /// again, as by whoever keeps services running.
    async fn wait(&self, process: &mut Program) {
        let http = jobs::client();
        let url = format!("http://{}/health", self.address);
        let end = Instant::now() + DEADLINE;
        while http.get(&url).send().await.is_err() {
            let log = process.log();
            assert!(
                Instant::now() < end,
                "{} does not come up: {log}",
                self.name
            );
            sleep(LOOK).await;
            if !process.is_running() {
                *process = self.spawn();
            }
        }
    }
}

/// An address that nobody listens at.
pub(crate) fn free_address() -> SocketAddr {
    let mut rng = rand::rng();
    loop {
        let address = SocketAddr::from(([127, 0, 0, 1], rng.random_range(PORTS)));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
