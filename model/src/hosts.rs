//! Names that the machine itself knows, from its file of hosts.
//!
//! Elsewhere the system looks there first. A statically linked program in an image without a
//! configuration of names asks DNS first, and takes its silence for an answer: the names that an engine
//! gives to its containers, such as that of their host, would not be found.

use std::fs;
use std::net::IpAddr;

/// The file.
const HOSTS: &str = "/etc/hosts";

/// The address that the file has for a name; `None` where it has none, or is not there.
#[must_use]
pub fn lookup(name: &str) -> Option<IpAddr> {
    find(&fs::read_to_string(HOSTS).ok()?, name)
}

fn find(text: &str, name: &str) -> Option<IpAddr> {
    text.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let address = words.next()?.parse().ok()?;
        words
            .any(|known| known.eq_ignore_ascii_case(name))
            .then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_address_of_a_name_counts() {
        let text = "127.0.0.1\tlocalhost\n# 10.0.0.9 host.docker.internal\n\
            172.17.0.1 other Host.Docker.Internal # the host\n172.17.0.2 host.docker.internal\nbroken line\n";
        let found = |name| find(text, name).map(|address| address.to_string());
        assert_eq!(found("host.docker.internal").as_deref(), Some("172.17.0.1"));
        assert_eq!(found("localhost").as_deref(), Some("127.0.0.1"));
        assert_eq!(found("docker.internal"), None);
    }
}
