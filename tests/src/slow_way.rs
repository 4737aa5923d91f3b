//! A way to a server on which there is time for something to happen: a TCP proxy that carries only
//! so much in a second to it, and everything back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// What is carried at once, in bytes.
const PIECE: usize = 64 << 10;

/// The way; it is closed when this is dropped.
#[derive(Debug)]
pub struct SlowWay {
    address: SocketAddr,
    carried: Arc<AtomicU64>,
    carrying: JoinHandle<()>,
}

impl SlowWay {
    /// Opens it to a server, for so many bytes a second and connection.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn to(server: SocketAddr, bytes_a_second: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind a port");
        let address = listener.local_addr().expect("an address");
        let carried = Arc::new(AtomicU64::new(0));
        let a_byte = Duration::from_secs(1) / bytes_a_second;
        let counter = Arc::clone(&carried);
        let carrying = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, a_byte, Arc::clone(&counter)));
            }
        });
        Self {
            address,
            carried,
            carrying,
        }
    }

    /// Its own address, for those who take it.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).expect("an address is part of a URL")
    }

    /// The bytes that were carried to the server so far.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }
}

impl Drop for SlowWay {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

async fn carry(client: TcpStream, server: SocketAddr, a_byte: Duration, carried: Arc<AtomicU64>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let forth = async {
        let mut piece = vec![0; PIECE];
        while let Ok(length @ 1..) = from_client.read(&mut piece).await {
            if to_server.write_all(&piece[..length]).await.is_err() {
                break;
            }
            carried.fetch_add(length as u64, Ordering::Relaxed);
            tokio::time::sleep(a_byte * u32::try_from(length).unwrap_or(u32::MAX)).await;
        }
    };
    // Whichever side ends, the connection is over.
    tokio::select! {
        () = forth => {}
        _ = copy(&mut from_server, &mut to_client) => {}
    }
}
