//! nginx in front of an installation, with the configuration that people are given.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::config::repository;
use crate::program::Program;
use crate::wait::wait_for;

/// What people are given, below the repository's root.
const GIVEN: &str = "infra/nginx.conf";
/// What of it names the machine that it is on, and stands there once.
const LISTEN: &str = "listen 80;";
const REPLICA: &str = "server 127.0.0.1:5013;";
const LOGS: &str = "/var/log/nginx";
/// Where Debian keeps it, which is not in everybody's PATH.
const PROGRAM: &str = "/usr/sbin/nginx";

/// A running nginx on a port of its own.
#[derive(Debug)]
pub struct Nginx {
    server: Program,
    port: u16,
    dir: TempDir,
}

impl Nginx {
    /// Starts one in front of the servers at these addresses, such as `http://127.0.0.1:5013`.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start(replicas: impl IntoIterator<Item = String>) -> Self {
        let dir = tempfile::tempdir().expect("make a folder");
        let port = free_port();
        let replicas = replicas.into_iter().map(|replica| {
            let address = replica.strip_prefix("http://").expect("an http URL");
            format!("server {address};")
        });
        let replicas: Vec<_> = replicas.collect();
        let main = dir.path().join("nginx.conf");
        std::fs::write(&main, settings(dir.path(), port, &replicas)).expect("write a file");
        let program = if Path::new(PROGRAM).exists() {
            PROGRAM
        } else {
            "nginx"
        };
        let mut command = Command::new(program);
        command.arg("-c").arg(&main).arg("-p").arg(dir.path());
        command.arg("-e").arg(dir.path().join("start.log"));
        let server = Program::start("nginx", command, dir.path());
        wait_for("answer of nginx", async || {
            TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        Self { server, port, dir }
    }

    /// Where it is.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it has written about requests.
    ///
    /// # Panics
    /// When that cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("leo.log")).expect("read a log")
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.server.is_running()
    }
}

/// What is given, on this port, with these servers and with all that is written in `dir`.
fn settings(dir: &Path, port: u16, replicas: &[String]) -> String {
    let given = std::fs::read_to_string(repository().join(GIVEN)).expect("read nginx.conf");
    for place in [LISTEN, REPLICA] {
        assert_eq!(given.matches(place).count(), 1, "{place} in {GIVEN}");
    }
    let dir = dir.display().to_string();
    let given = given
        .replace(LISTEN, &format!("listen 127.0.0.1:{port};"))
        .replace(REPLICA, &replicas.join("\n"))
        .replace(LOGS, &dir);
    format!(
        "daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/start.log;
         events {{}}
         http {{
           access_log off;
           client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
           uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
           {given}
         }}"
    )
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("find a free port");
    let address = listener.local_addr().expect("read an address");
    address.port()
}
