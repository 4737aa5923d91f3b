//! A container's own WebSocket, spoken by the test instead of a container.

use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::runner::RunnerMessage;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::wait::DEADLINE;

/// An open connection. It reads only while somebody waits for something.
#[derive(Debug)]
pub struct Runner {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// How a server has ended a connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The `code` of its `error`; empty where there was none.
    pub code: String,
    /// The close code; 0 where the connection broke.
    pub close: u16,
}

impl Runner {
    /// Dials; nothing is read yet.
    ///
    /// # Panics
    /// When there is no WebSocket at that address.
    pub async fn dial(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("open a WebSocket");
        Self { socket }
    }

    /// Dials and is let in; the last frame that the server has.
    ///
    /// # Panics
    /// When the server does not let it in.
    pub async fn resume(url: &str) -> (Self, u64) {
        let mut runner = Self::dial(url).await;
        match runner.message().await {
            Ok(RunnerMessage::Resume { n }) => (runner, n),
            other => panic!("not let in: {other:?}"),
        }
    }

    /// Sends a frame as it is. Whether it arrives is not known: the server may be gone.
    pub async fn send_text(&mut self, text: &str) -> bool {
        self.socket.send(Message::text(text)).await.is_ok()
    }

    /// Sends an event under a number.
    pub async fn send(&mut self, n: u64, mut event: Value) -> bool {
        event["n"] = json!(n);
        self.send_text(&event.to_string()).await
    }

    /// Sends the log lines `line N`, each as frame N.
    pub async fn send_lines(&mut self, numbers: impl IntoIterator<Item = u64>) -> bool {
        for n in numbers {
            let line = json!({"type": "log", "log": {"line": format!("line {n}")}});
            if !self.send(n, line).await {
                return false;
            }
        }
        true
    }

    /// Sends `end` as frame `n` and waits for its acknowledgement.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn end(&mut self, n: u64) {
        assert!(self.send(n, json!({"type": "end"})).await);
        self.acked(n).await;
    }

    /// Waits until the server has the frames up to `n`.
    ///
    /// # Panics
    /// When it does not say so.
    pub async fn acked(&mut self, n: u64) {
        loop {
            match self.message().await {
                Ok(RunnerMessage::Ack { n: acked }) if acked >= n => return,
                Ok(RunnerMessage::Ack { .. } | RunnerMessage::Cancel) => {}
                other => panic!("frame {n} is not acknowledged: {other:?}"),
            }
        }
    }

    /// Waits for `cancel`.
    ///
    /// # Panics
    /// When something else ends the waiting.
    pub async fn cancelled(&mut self) {
        loop {
            match self.message().await {
                Ok(RunnerMessage::Cancel) => return,
                Ok(RunnerMessage::Ack { .. }) => {}
                other => panic!("no cancel: {other:?}"),
            }
        }
    }

    /// Reads until the server ends the connection.
    ///
    /// # Panics
    /// When it does not.
    pub async fn refused(&mut self) -> Refusal {
        let mut code = String::new();
        loop {
            match self.message().await {
                Ok(RunnerMessage::Error { code: said, .. }) => code = said,
                Ok(_) => {}
                Err(close) => return Refusal { code, close },
            }
        }
    }

    /// The next message; the close code where there is none.
    async fn message(&mut self) -> Result<RunnerMessage, u16> {
        loop {
            let frame = timeout(DEADLINE, self.socket.next()).await;
            match frame.expect("hear from the server") {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("read a message"));
                }
                Some(Ok(Message::Close(frame))) => {
                    // The answer to the close goes out with the next read.
                    let _ = self.socket.flush().await;
                    return Err(frame.map_or(0, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }
}
