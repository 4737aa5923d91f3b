//! Clients that send too much: they are told, the process stays up, and its memory stays flat.

use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::repl::CLOSE_RATE_LIMITED;
use leo_tests::procfs::resident_kib;
use leo_tests::{Client, Leo, Mode, Repl};
use serde_json::Value;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

/// What one socket sends without a pause.
const MESSAGES: usize = 10_000;
/// One socket after the other, so that a leak adds up.
const SOCKETS: usize = 10;
/// How much memory may grow in KiB, from after the first socket: less than the floods are long.
const GROWTH: u64 = 8 << 10;

/// Sends the message as fast as the server takes it, reads beside it; the last error's code and the
/// code of the close.
async fn flood(client: &Client, message: &str) -> (String, Option<u16>) {
    let url = format!("{}/ws", client.base().replacen("http", "ws", 1));
    let (socket, _) = connect_async(url).await.unwrap();
    let (mut sink, mut stream) = socket.split();
    let sending = async {
        for _ in 0..MESSAGES {
            match sink.send(Message::text(message)).await {
                Ok(()) => {}
                // The server has closed, as it should.
                Err(
                    Error::ConnectionClosed
                    | Error::AlreadyClosed
                    | Error::Protocol(_)
                    | Error::Io(_),
                ) => return,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let reading = async {
        let mut code = String::new();
        while let Some(Ok(frame)) = stream.next().await {
            match frame {
                Message::Text(text) => {
                    let told: Value = serde_json::from_str(&text).unwrap();
                    if told["type"] == "error" {
                        told["code"].as_str().unwrap().clone_into(&mut code);
                    }
                }
                Message::Close(frame) => return (code, frame.map(|frame| frame.code.into())),
                _ => {}
            }
        }
        (code, None)
    };
    let both = async { tokio::join!(sending, reading).1 };
    tokio::time::timeout(leo_tests::DEADLINE, both)
        .await
        .unwrap()
}

async fn assert_flat(message: &str) {
    let mut leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let refused = ("rate_limited".to_owned(), Some(CLOSE_RATE_LIMITED));
    assert_eq!(flood(&client, message).await, refused);
    let before = resident_kib(leo.api(0).pid());
    for _ in 0..SOCKETS {
        assert_eq!(flood(&client, message).await, refused);
    }
    let after = resident_kib(leo.api(0).pid());
    assert!(after < before + GROWTH, "from {before} to {after} KiB");
    assert!(leo.api(0).is_running());
    // Others are served as before.
    Repl::connect(&client).await;
    assert_eq!(client.get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn of_pings() {
    assert_flat("{\"type\":\"ping\"}").await;
}

#[tokio::test]
async fn of_nonsense() {
    assert_flat(&"nonsense ".repeat(100)).await;
}
