//! A proxy between Leo and Postgres that can lose what a network loses.
//!
//! The hard case is the answer that is lost after the commit: the statement has had its effect, and
//! whoever sent it sees nothing but a closed connection. The proxy forwards such a statement, reads
//! the server's whole answer, and drops it with the connection. The other way round it drops a
//! statement that the server never saw. It cuts and holds up connections like a bad network.
//!
//! It can also change statements on their way: so a test runs Leo without one of its checks.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader, BufWriter, split};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinHandle;
use url::Url;

mod orders;
mod wire;

use orders::Orders;
use wire::{Message, Statements, startup};

/// A text in statements, and what stands there instead; both of the same length.
pub(crate) type Rewrite = (&'static str, &'static str);

/// Longer than any test.
const FOR_EVER: Duration = Duration::from_secs(24 * 60 * 60);

/// A running proxy; it ends when this is dropped, and its connections with the next cut.
#[derive(Debug)]
pub struct PgProxy {
    address: SocketAddr,
    orders: Arc<Orders>,
    accepting: JoinHandle<()>,
}

/// Where the real server is.
#[derive(Debug, Clone)]
enum Upstream {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl PgProxy {
    /// Starts one before the server of this URL.
    ///
    /// # Panics
    /// When the URL is none, or no port is free.
    pub(crate) async fn start(database_url: &str, rewrite: Option<Rewrite>) -> Self {
        let upstream = Upstream::of(database_url);
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("listen for clients");
        let address = listener.local_addr().expect("know the own address");
        let orders = Arc::new(Orders::new());
        let accepting = tokio::spawn(accept(listener, upstream, Arc::clone(&orders), rewrite));
        Self {
            address,
            orders,
            accepting,
        }
    }

    /// The same database through the proxy.
    ///
    /// # Panics
    /// When the URL is none.
    pub fn url(&self, database_url: &str) -> String {
        let given = Url::parse(database_url).expect("a database has a URL");
        let options = PgConnectOptions::from_str(database_url).expect("a database has a URL");
        let (user, database) = (
            options.get_username(),
            options.get_database().unwrap_or_default(),
        );
        let text = format!(
            "postgres://{user}@{}/{database}?sslmode=disable",
            self.address
        );
        let mut url = Url::parse(&text).expect("this is a URL");
        url.set_password(given.password())
            .expect("a URL with a host has a password");
        url.into()
    }

    /// Drops the next answers to statements that have changed something.
    pub fn swallow_answers(&self, count: u32) {
        self.orders.swallow_answers(count);
    }

    /// Drops the next statements that would change something.
    pub fn lose_requests(&self, count: u32) {
        self.orders.lose_requests(count);
    }

    /// Closes all connections.
    pub fn cut(&self) {
        self.orders.cut();
    }

    /// Lets nothing through for a while, without closing anything.
    pub fn stall(&self, time: Duration) {
        self.orders.stall(time);
    }

    /// Lets nothing through until [`Self::open`], and closes all connections: new ones hang.
    pub fn close(&self) {
        self.orders.stall(FOR_EVER);
        self.orders.cut();
    }

    /// Lets everything through again.
    pub fn open(&self) {
        self.orders.stall(Duration::ZERO);
    }

    /// Forgets orders that have not been carried out.
    pub fn withdraw(&self) {
        self.orders.withdraw();
    }

    /// How many answers were swallowed after the commit, and how many statements were lost.
    pub(crate) fn carried_out(&self) -> (u64, u64) {
        let orders = &self.orders;
        (
            orders.swallowed.load(Ordering::SeqCst),
            orders.lost.load(Ordering::SeqCst),
        )
    }
}

impl Drop for PgProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.orders.cut();
    }
}

impl Upstream {
    fn of(database_url: &str) -> Self {
        let options = PgConnectOptions::from_str(database_url).expect("a database has a URL");
        let (host, port) = (options.get_host(), options.get_port());
        let folder = options.get_socket().cloned();
        let folder = folder.or_else(|| host.starts_with('/').then(|| PathBuf::from(host)));
        match folder {
            Some(folder) => Self::Unix(folder.join(format!(".s.PGSQL.{port}"))),
            None => Self::Tcp(host.to_owned(), port),
        }
    }
}

async fn accept(
    listener: TcpListener,
    upstream: Upstream,
    orders: Arc<Orders>,
    rewrite: Option<Rewrite>,
) {
    loop {
        // A client that is gone already, or no more file descriptors: the next one tries again.
        let Ok((client, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (upstream, orders) = (upstream.clone(), Arc::clone(&orders));
        tokio::spawn(async move {
            let cut = orders.next_cut();
            tokio::select! {
                // However it ends, both connections are closed.
                _ = forward(client, &upstream, &orders, rewrite) => {}
                () = cut => {}
            }
        });
    }
}

async fn forward(
    mut client: TcpStream,
    upstream: &Upstream,
    orders: &Orders,
    rewrite: Option<Rewrite>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let startup = startup(&mut client).await?;
    orders.pass().await;
    match upstream {
        Upstream::Tcp(host, port) => {
            let server = TcpStream::connect((host.as_str(), *port)).await?;
            server.set_nodelay(true)?;
            talk(client, server, &startup, orders, rewrite).await
        }
        Upstream::Unix(path) => {
            let server = UnixStream::connect(path).await?;
            talk(client, server, &startup, orders, rewrite).await
        }
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    client: TcpStream,
    server: S,
    startup: &[u8],
    orders: &Orders,
    rewrite: Option<Rewrite>,
) -> io::Result<()> {
    let (from_client, to_client) = split(client);
    let (from_server, mut to_server) = split(server);
    to_server.write_all(startup).await?;
    // For each group that is on its way, whether its answer is to be swallowed.
    let doomed = Mutex::new(VecDeque::new());
    tokio::select! {
        done = requests(BufReader::new(from_client), to_server, orders, &doomed, rewrite) => done,
        done = answers(BufReader::new(from_server), to_client, orders, &doomed) => done,
    }
}

type Doomed = Mutex<VecDeque<bool>>;

async fn requests(
    mut from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    orders: &Orders,
    doomed: &Doomed,
    rewrite: Option<Rewrite>,
) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    let mut statements = Statements::default();
    while let Some(mut message) = Message::read(&mut from).await? {
        if let (b'P', Some((old, new))) = (message.letter(), rewrite) {
            message.replace(old, new);
        }
        let group = statements.note(&message);
        if let Some(effect) = group {
            if effect && orders.take_request() {
                orders.lost.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            let swallow = effect && orders.take_answer();
            lock(doomed).push_back(swallow);
        }
        message.write(&mut to).await?;
        // `Flush` and messages of the authentication want an answer too.
        if group.is_some() || matches!(message.letter(), b'H' | b'p') {
            orders.pass().await;
            to.flush().await?;
        }
    }
    to.flush().await
}

async fn answers(
    mut from: BufReader<impl AsyncRead + Unpin>,
    to: impl AsyncWrite + Unpin,
    orders: &Orders,
    doomed: &Doomed,
) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    let mut held = Vec::new();
    let mut refused = false;
    while let Some(message) = Message::read(&mut from).await? {
        let swallow = lock(doomed).front().copied().unwrap_or(false);
        let ready = message.letter() == b'Z';
        refused |= message.letter() == b'E';
        if swallow {
            let durable = message.is_idle() && !refused;
            held.push(message);
            if durable {
                orders.swallowed.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            if ready {
                // Nothing is durable yet: it is the commit whose answer counts.
                orders.swallow_answers(1);
                for message in held.drain(..) {
                    message.write(&mut to).await?;
                }
            }
        } else {
            message.write(&mut to).await?;
        }
        if ready {
            lock(doomed).pop_front();
            refused = false;
        }
        orders.pass().await;
        if from.buffer().is_empty() {
            to.flush().await?;
        }
    }
    to.flush().await
}

/// A panic of another holder changes nothing: every change is made whole.
fn lock(doomed: &Doomed) -> MutexGuard<'_, VecDeque<bool>> {
    doomed.lock().unwrap_or_else(PoisonError::into_inner)
}
