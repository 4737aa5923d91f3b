//! Numbered frames over the generator's own socket: kept until they are acknowledged, and sent
//! again over the next connection when one breaks.
//!
//! It trusts nobody: a server that has forgotten what it acknowledged, or has what was never sent,
//! ends the generator with an error.

use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use leo_protocol::repl::{CLOSE_NOT_FOUND, CLOSE_UNAUTHENTICATED};
use leo_protocol::runner::{CLOSE_SUPERSEDED, RunnerMessage};
use tungstenite::http::Uri;
use tungstenite::{Message, WebSocket};

/// How long a server may take to let a connection in, and to take a frame.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one look for a message takes.
const LISTEN: Duration = Duration::from_millis(5);
/// The pause before the next connection.
const PAUSE: Duration = Duration::from_millis(100);
/// With more frames than this unacknowledged, it waits.
const KEPT: usize = 2000;
/// Close codes after which it makes no sense to come back.
const FINAL: [u16; 6] = [
    CLOSE_UNAUTHENTICATED,
    CLOSE_NOT_FOUND,
    CLOSE_SUPERSEDED,
    1002,
    1008,
    1009,
];

type Socket = WebSocket<TcpStream>;

/// Why a connection is over.
enum Over {
    Broken,
    Refused(String),
}

impl From<tungstenite::Error> for Over {
    fn from(_: tungstenite::Error) -> Self {
        Self::Broken
    }
}

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// The frames of one run.
pub(crate) struct Frames {
    url: String,
    socket: Option<Socket>,
    /// Not acknowledged, in order.
    kept: VecDeque<String>,
    /// The last frame.
    last: u64,
}

impl Frames {
    /// Nothing is dialled yet.
    pub(crate) const fn new(url: String) -> Self {
        Self {
            url,
            socket: None,
            kept: VecDeque::new(),
            last: 0,
        }
    }

    /// Sends a line for the log as the next frame.
    pub(crate) fn line(&mut self, line: &str) -> Result<()> {
        self.send(&format!(r#""type":"log","log":{{"line":"{line}"}}"#))
    }

    /// Sends an event, whose fields these are, as the next frame.
    pub(crate) fn event(&mut self, fields: &str) -> Result<()> {
        self.send(fields)
    }

    /// Sends that this was all, and waits until the server has everything.
    pub(crate) fn end(mut self) -> Result<()> {
        self.send(r#""type":"end""#)?;
        while !self.kept.is_empty() {
            self.step()?;
        }
        Ok(())
    }

    /// Hears, dials and sends again, whatever there is to do, for so long.
    pub(crate) fn pass(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step()?;
        }
        Ok(())
    }

    fn send(&mut self, fields: &str) -> Result<()> {
        while self.kept.len() >= KEPT {
            self.step()?;
        }
        self.last += 1;
        let frame = format!(r#"{{"n":{},{fields}}}"#, self.last);
        if let Some(socket) = &mut self.socket
            && socket.send(Message::text(frame.as_str())).is_err()
        {
            self.socket = None;
        }
        self.kept.push_back(frame);
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        let done = match self.socket.take() {
            Some(socket) => self.hear(socket),
            None => self.dial(),
        };
        match done {
            Ok(socket) => self.socket = Some(socket),
            Err(Over::Broken) => thread::sleep(PAUSE),
            Err(Over::Refused(why)) => bail!(why),
        }
        Ok(())
    }

    /// A new connection, over which everything was sent again that the server does not have.
    fn dial(&mut self) -> Result<Socket, Over> {
        let mut socket = connect(&self.url)?;
        let n = loop {
            match message(socket.read()?)? {
                Some(RunnerMessage::Resume { n }) => break n,
                // The close that follows an error says what to do; a cancel comes again.
                Some(
                    RunnerMessage::Ack { .. } | RunnerMessage::Cancel | RunnerMessage::Error { .. },
                )
                | None => {}
            }
        };
        let acked = self.last - self.kept.len() as u64;
        if n < acked {
            let why = format!("the server had acknowledged frame {acked} and resumes at {n}");
            return Err(Over::Refused(why));
        }
        self.acknowledge(n)?;
        for frame in &self.kept {
            socket.write(Message::text(frame.as_str()))?;
        }
        socket.flush()?;
        socket.get_ref().set_read_timeout(Some(LISTEN))?;
        Ok(socket)
    }

    /// Hears one message, or nothing for a moment.
    fn hear(&mut self, mut socket: Socket) -> Result<Socket, Over> {
        let heard = match socket.read() {
            Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => None,
            heard => message(heard?)?,
        };
        match heard {
            Some(RunnerMessage::Ack { n }) => self.acknowledge(n)?,
            Some(RunnerMessage::Cancel) => return Err(Over::Refused("cancelled".to_owned())),
            // The close that follows an error says what to do.
            Some(RunnerMessage::Resume { .. } | RunnerMessage::Error { .. }) | None => {}
        }
        Ok(socket)
    }

    fn acknowledge(&mut self, n: u64) -> Result<(), Over> {
        let Some(left) = self.last.checked_sub(n) else {
            let why = format!("the server has frame {n} of {}", self.last);
            return Err(Over::Refused(why));
        };
        while self.kept.len() as u64 > left {
            self.kept.pop_front();
        }
        Ok(())
    }
}

fn connect(url: &str) -> Result<Socket, Over> {
    let uri: Uri = url
        .parse()
        .map_err(|_| Over::Refused("WEBSOCKET_URL is no address".to_owned()))?;
    let stream =
        TcpStream::connect((uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(80)))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match tungstenite::client(url, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(_) => Err(Over::Broken),
    }
}

/// What a server says, if it is more than a sign of life.
fn message(heard: Message) -> Result<Option<RunnerMessage>, Over> {
    match heard {
        Message::Text(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Over::Refused(format!("the server says {text}: {error}"))),
        Message::Close(Some(frame)) if FINAL.contains(&u16::from(frame.code)) => {
            Err(Over::Refused(format!("the server refuses: {frame}")))
        }
        Message::Close(_) => Err(Over::Broken),
        Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
    }
}
