//! The thread that dials, sends, hears, and dials again.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::thread;
use std::time::{Duration, Instant};

use leo_model::hosts;
use leo_protocol::repl::{CLOSE_NOT_FOUND, CLOSE_UNAUTHENTICATED};
use leo_protocol::runner::{CLOSE_SUPERSEDED, RunnerMessage};
use tungstenite::http::Uri;
use tungstenite::protocol::CloseFrame;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{HandshakeError, Message, WebSocket};

use super::backoff::Backoff;
use super::buffer::Buffer;

/// How long a connection may take to come about, and a write to go out.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it listens before it looks for something to send.
const LISTEN: Duration = Duration::from_millis(20);
/// Frames sent before it listens.
const BURST: usize = 256;
/// A server says something every 20 s; one that has been silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// Close codes after which it makes no sense to come back.
const FINAL: [u16; 6] = [
    CLOSE_UNAUTHENTICATED,
    CLOSE_NOT_FOUND,
    CLOSE_SUPERSEDED,
    1002,
    1008,
    1009,
];
/// The port of an address without one.
const HTTP_PORT: u16 = 80;
/// The same with TLS.
const HTTPS_PORT: u16 = 443;

type Socket = WebSocket<MaybeTlsStream<TcpStream>>;

/// Why a connection is over.
enum Over {
    /// It broke, or could not be made.
    Broken,
    /// The server takes nothing of this run.
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

/// Keeps a connection to `url` until the server refuses.
pub(super) fn run(url: &str, buffer: &Buffer) {
    let mut backoff = Backoff::new();
    loop {
        let over = connect(url).and_then(|socket| {
            Conversation {
                socket,
                buffer,
                backoff: &mut backoff,
                heard: Instant::now(),
                resumed: false,
                complaint: None,
            }
            .talk()
        });
        match over {
            Err(Over::Refused(why)) => return buffer.refuse(why),
            Err(Over::Broken) | Ok(()) => thread::sleep(backoff.next()),
        }
    }
}

fn connect(url: &str) -> Result<Socket, Over> {
    // It holds a token, so it is not repeated.
    let refused = |_| Over::Refused("WEBSOCKET_URL is no address".to_owned());
    let uri: Uri = url.parse().map_err(refused)?;
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let usual = match uri.scheme_str() {
        Some("wss") => HTTPS_PORT,
        _ => HTTP_PORT,
    };
    let port = uri.port_u16().unwrap_or(usual);
    let stream = reach(host, port)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let listening = stream.try_clone()?;
    match tungstenite::client_tls(url, stream) {
        Ok((socket, _)) => {
            // A timeout belongs to the connection and not to the handle.
            listening.set_read_timeout(Some(LISTEN))?;
            Ok(socket)
        }
        Err(HandshakeError::Failure(_) | HandshakeError::Interrupted(_)) => Err(Over::Broken),
    }
}

/// The first of a name's addresses that answers.
fn reach(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::AddrNotAvailable.into();
    let listed = hosts::lookup(host).map(|address| SocketAddr::new(address, port));
    let addresses = match listed {
        Some(address) => vec![address],
        None => (host, port).to_socket_addrs()?.collect(),
    };
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// One connection.
struct Conversation<'a> {
    socket: Socket,
    buffer: &'a Buffer,
    backoff: &'a mut Backoff,
    heard: Instant,
    /// The server has said from where on to send.
    resumed: bool,
    /// The server's last `error`.
    complaint: Option<String>,
}

impl Conversation<'_> {
    fn talk(mut self) -> Result<(), Over> {
        while self.heard.elapsed() < SILENCE {
            if self.resumed {
                self.send()?;
            }
            match self.socket.read() {
                Ok(message) => {
                    self.heard = Instant::now();
                    self.hear(message)?;
                }
                Err(tungstenite::Error::Io(error)) if is_quiet(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Over::Broken)
    }

    fn send(&mut self) -> Result<(), Over> {
        for _ in 0..BURST {
            let Some(frame) = self.buffer.next() else {
                break;
            };
            self.socket.write(Message::text(frame))?;
        }
        Ok(self.socket.flush()?)
    }

    fn hear(&mut self, message: Message) -> Result<(), Over> {
        match message {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(message) => self.obey(message),
                // A message of a newer server.
                Err(_) => Ok(()),
            },
            Message::Close(frame) => Err(self.closed(frame.as_ref())),
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
        }
    }

    fn obey(&mut self, message: RunnerMessage) -> Result<(), Over> {
        match message {
            RunnerMessage::Resume { n } => {
                self.backoff.reset();
                self.resumed = true;
                if !self.buffer.resume(n) {
                    let why = "the server has frames that this process has not sent";
                    return Err(Over::Refused(why.to_owned()));
                }
            }
            RunnerMessage::Ack { n } => self.buffer.acknowledge(n),
            RunnerMessage::Cancel => signal_hook::low_level::raise(signal_hook::consts::SIGTERM)?,
            RunnerMessage::Error { error, .. } => self.complaint = Some(error),
        }
        Ok(())
    }

    fn closed(&mut self, frame: Option<&CloseFrame>) -> Over {
        match frame {
            Some(frame) if FINAL.contains(&u16::from(frame.code)) => {
                let said = self
                    .complaint
                    .take()
                    .unwrap_or_else(|| frame.reason.to_string());
                Over::Refused(format!("the server has refused this run: {said}"))
            }
            _ => Over::Broken,
        }
    }
}

/// Nothing came in the time that was given.
fn is_quiet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
