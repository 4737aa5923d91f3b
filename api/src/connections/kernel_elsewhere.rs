//! Where the kernel is not Linux, it is not asked: dead peers are found when it gives up.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) unanswered: bool,
    pub(super) heard: Duration,
}

pub(super) fn standing(_: &TcpStream) -> io::Result<Standing> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn ask_often(_: &TcpStream) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
