//! The REPL WebSocket, `/ws`.
//!
//! One task a connection: it reads what the client sends, carries it out, and sends events as fast
//! as the client takes them. Promise: nothing that a client sends or leaves unread makes the server
//! hold more than a bounded amount of memory; every mistake is answered with a readable `error`;
//! a slow client is never cut off for being slow, a dead one is found within half a minute.
//!
//! The messages are in [`leo_protocol::repl`]; what is asked for is done by [`crate::actions`], and
//! what is seen comes from [`crate::stream`].

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::{IntoResponse as _, Response};

use crate::state::AppState;

mod connection;
mod credit;
mod end;
mod hello;
mod outbox;
mod pace;
mod rate;
mod refusal;
mod requests;
mod session_state;
mod viewer;
mod viewers;

/// Read and write buffers of a connection, in bytes. What is larger by default costs every idle
/// connection 250 KiB.
const BUFFER: usize = 4 << 10;
/// The largest message that is read at all, in bytes. Beyond it the connection is of no use any
/// more, so it lies well above what is accepted and refused in an orderly way.
const READ_LIMIT: usize = 1 << 20;
/// What may wait in the connection's own buffer, in bytes. Nothing is added to it while it is
/// blocked, so it has to take one frame, and the largest is one stored batch.
const WRITE_LIMIT: usize = 16 << 20;

/// `GET /ws`: accepts the socket before it judges who is there, so that a refusal is readable.
pub(crate) async fn repl(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &state).await {
        Ok(upgrade) => upgrade
            .read_buffer_size(BUFFER)
            .write_buffer_size(BUFFER)
            .max_write_buffer_size(WRITE_LIMIT)
            .max_message_size(READ_LIMIT)
            .max_frame_size(READ_LIMIT)
            .on_upgrade(move |socket| {
                let tasks = state.tasks.clone();
                tasks.track_future(connection::run(socket, state, parts))
            }),
        Err(rejection) => rejection.into_response(),
    }
}
