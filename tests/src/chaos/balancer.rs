//! What stands between containers and the API: one address, behind it all replicas in turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running balancer; it ends when this is dropped, with its connections.
#[derive(Debug)]
pub(crate) struct Balancer {
    address: SocketAddr,
    /// Changes when all connections are to be cut.
    cuts: watch::Sender<u64>,
    served: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Balancer {
    /// Starts one before these servers.
    ///
    /// # Panics
    /// When no port is free.
    pub(crate) async fn start(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("listen for containers");
        let address = listener.local_addr().expect("know the own address");
        let (cuts, served) = (watch::Sender::new(0), Arc::new(AtomicU64::new(0)));
        let accepting = accept(listener, servers, cuts.subscribe(), Arc::clone(&served));
        Self {
            address,
            cuts,
            served,
            accepting: tokio::spawn(accepting),
        }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections; whether there were any.
    pub(crate) fn cut(&self) -> bool {
        self.cuts.send_modify(|cuts| *cuts += 1);
        // One of those who listen only accepts.
        self.cuts.receiver_count() > 1
    }

    /// Connections that came to a server.
    pub(crate) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(
    listener: TcpListener,
    servers: Vec<SocketAddr>,
    cuts: watch::Receiver<u64>,
    served: Arc<AtomicU64>,
) {
    for turn in 0.. {
        let Ok((client, _)) = listener.accept().await else {
            continue;
        };
        let (servers, mut cuts, served) = (servers.clone(), cuts.clone(), Arc::clone(&served));
        cuts.mark_unchanged();
        tokio::spawn(async move {
            tokio::select! {
                _ = cuts.changed() => {}
                () = serve(client, &servers, turn, &served) => {}
            }
        });
    }
}

/// Connects to the first server that answers, and passes everything on.
async fn serve(mut client: TcpStream, servers: &[SocketAddr], turn: usize, served: &AtomicU64) {
    for place in 0..servers.len() {
        let address = servers[(turn + place) % servers.len()];
        let Ok(mut server) = TcpStream::connect(address).await else {
            continue;
        };
        served.fetch_add(1, Ordering::Relaxed);
        // Whoever breaks it off has nothing more to say to the other.
        let _ = client.set_nodelay(true).and(server.set_nodelay(true));
        let _ = copy_bidirectional(&mut client, &mut server).await;
        return;
    }
}
