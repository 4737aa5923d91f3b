//! A program beside Leo: a child process that says a line when it is ready, reads its stdin, and ends
//! with it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long it may take to start.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A running server; killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Sidecar {
    stdin: ChildStdin,
    said: String,
    pid: u32,
    stdout: BufReader<ChildStdout>,
    // Ends with this.
    _child: Child,
}

impl Sidecar {
    /// Starts a command and waits for its first line.
    pub(crate) async fn start(mut command: Command) -> anyhow::Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let starting = async {
            let mut child = command.spawn()?;
            let pid = child.id().context("it has no number")?;
            let stdin = child.stdin.take().context("it has no stdin")?;
            let mut stdout = BufReader::new(child.stdout.take().context("it has no stdout")?);
            let mut said = String::new();
            stdout.read_line(&mut said).await?;
            if said.is_empty() {
                anyhow::bail!("it has ended");
            }
            Ok::<_, anyhow::Error>(Self {
                stdin,
                said: said.trim_end().to_owned(),
                pid,
                stdout,
                _child: child,
            })
        };
        let started = timeout(START_WITHIN, starting).await;
        let started = started
            .context("it says nothing")
            .and_then(|started| started);
        started.with_context(|| format!("failed to start {command:?}"))
    }

    /// Its first line.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// Its process number.
    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Gives it a line to read.
    pub(crate) async fn tell(&mut self, line: &[u8]) -> anyhow::Result<()> {
        self.stdin
            .write_all(line)
            .await
            .context("write to a server's stdin")
    }

    /// The next line that it says.
    pub(crate) async fn hear(&mut self, within: Duration) -> anyhow::Result<String> {
        let mut line = String::new();
        timeout(within, self.stdout.read_line(&mut line))
            .await
            .with_context(|| format!("it says nothing for {within:?}"))?
            .context("read what it says")?;
        anyhow::ensure!(line.ends_with('\n'), "it has ended");
        Ok(line)
    }
}
