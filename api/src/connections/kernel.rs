//! What Linux knows of a connection, and how often it asks a peer that takes nothing.

use std::io;
use std::time::Duration;

use nix::sys::socket::{GetSockOpt as _, SetSockOpt as _};
// The macro calls the other two and libc by these names.
use nix::{getsockopt_impl, libc, setsockopt_impl, sockopt_impl};
use tokio::net::TcpStream;

/// The longest pause between two attempts to reach a peer, in milliseconds. The kernel's own is two
/// minutes, which is how late it would be noticed that a peer has gone that had taken nothing for as
/// long.
const MAX_PAUSE: u32 = 5000;
/// Not in libc yet.
const TCP_RTO_MAX_MS: libc::c_int = 44;

/// The beginning of the kernel's `tcp_info`, which is the same since Linux 2.6, in words of 32 bits.
type Words = [u32; 26];
/// Where that has `tcpi_state`, `tcpi_ca_state`, `tcpi_retransmits` and `tcpi_probes`, a byte each.
const PROBES_WORD: usize = 0;
/// Which of these bytes `tcpi_probes` is.
const PROBES_BYTE: usize = 3;
/// Where it has `tcpi_unacked`.
const UNACKED: usize = 6;
/// Where it has `tcpi_last_ack_recv`.
const LAST_ACK_RECEIVED: usize = 14;

sockopt_impl!(
    /// How a connection stands.
    TcpInfo, GetOnly, libc::IPPROTO_TCP, libc::TCP_INFO, Words
);
sockopt_impl!(
    /// The longest pause between two attempts, in milliseconds; since Linux 6.15.
    TcpMaxPause, SetOnly, libc::IPPROTO_TCP, TCP_RTO_MAX_MS, u32
);

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Something was sent, if only the question whether there is room, and is not acknowledged.
    pub(super) unanswered: bool,
    /// How long ago the peer has acknowledged anything, new or not.
    pub(super) heard: Duration,
}

/// How a connection stands.
///
/// # Errors
/// When the kernel does not say.
pub(super) fn standing(stream: &TcpStream) -> io::Result<Standing> {
    let words = TcpInfo.get(stream)?;
    let probes = words[PROBES_WORD].to_ne_bytes()[PROBES_BYTE];
    Ok(Standing {
        unanswered: words[UNACKED] > 0 || probes > 0,
        heard: Duration::from_millis(words[LAST_ACK_RECEIVED].into()),
    })
}

/// Has the kernel go on asking a peer that takes nothing, often enough for [`standing`] to mean
/// something.
///
/// # Errors
/// When the kernel is too old for that.
pub(super) fn ask_often(stream: &TcpStream) -> io::Result<()> {
    Ok(TcpMaxPause.set(stream, &MAX_PAUSE)?)
}
