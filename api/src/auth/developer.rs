//! The developer on his own machine, who needs no token.
//!
//! Only where Leo listens on a loopback address. Being reached over loopback is not enough to be
//! him: a page of any site can send requests to localhost from his browser, and a name that
//! resolves to 127.0.0.1 makes such a page same-origin with Leo (DNS rebinding). So the connection,
//! the Host and the Origin must all be of this machine, and a request that a proxy has passed on is
//! not his.

use std::net::IpAddr;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::{AuthError, Identity, Sites};
use crate::client_address::Arrival;
use crate::connections::Peer;

/// Who vouches for him: nobody but the machine.
pub(super) const ISSUER: &str = "local";
/// His name.
const SUBJECT: &str = "developer";
/// What proxies add; whoever comes through one comes from elsewhere.
const PROXY_HEADERS: [&str; 6] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Decides which requests are the developer's.
#[derive(Debug)]
pub(crate) struct Developer {
    sites: Sites,
}

impl Developer {
    /// `sites`: whose pages he trusts.
    pub(crate) const fn new(sites: Sites) -> Self {
        Self { sites }
    }

    /// The developer, if the request is his.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn admit(&self, parts: &Parts) -> Result<Identity, AuthError> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        if !peer.is_some_and(|ConnectInfo(peer)| peer.address().ip().to_canonical().is_loopback()) {
            return Err(AuthError::Missing);
        }
        let named = |name: &&str| parts.headers.contains_key(*name);
        let arrival = Arrival::of(&parts.extensions);
        if arrival.proxied || PROXY_HEADERS.iter().any(named) {
            return Err(AuthError::Missing);
        }
        let host = arrival.host.filter(is_loopback);
        host.ok_or(AuthError::WrongHost)?;
        if self.sites.is_foreign(parts) {
            return Err(AuthError::CrossOrigin);
        }
        Ok(Identity {
            issuer: ISSUER.to_owned(),
            subject: SUBJECT.to_owned(),
            email: None,
            operator: true,
            expires_at: None,
        })
    }
}

fn is_loopback(host: &Authority) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Names;
    use crate::client_address::Proxies;
    use axum::http::Request;

    fn ask(peer: &str, headers: &[(&str, &str)]) -> Result<Identity, AuthError> {
        let mut request = Request::post("/api/jobs");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer = Peer::at(peer.parse().unwrap());
        let arrival = Proxies::default().arrival(Some(peer.address()), &parts.headers);
        parts.extensions.insert(arrival);
        parts.extensions.insert(ConnectInfo(peer));
        let sites = Sites::new(["http://localhost:5173".to_owned()], Names::Any);
        Developer::new(sites).admit(&parts)
    }

    const LOCAL: &str = "127.0.0.1:40000";
    const HOST: (&str, &str) = ("host", "localhost:5013");

    #[test]
    fn the_developer_is_let_in() {
        for host in [
            "localhost",
            "LOCALHOST:5013",
            "127.0.0.1:1",
            "[::1]:5013",
            "127.8.9.1",
        ] {
            assert!(ask(LOCAL, &[("host", host)]).is_ok(), "{host}");
        }
        assert!(ask("[::1]:9", &[HOST]).is_ok());
        assert!(ask("[::ffff:127.0.0.1]:9", &[HOST]).is_ok());
        assert!(ask(LOCAL, &[HOST, ("origin", "http://localhost:5013")]).is_ok());
        assert!(ask(LOCAL, &[HOST, ("origin", "http://localhost:5173")]).is_ok());
        assert!(ask(LOCAL, &[HOST, ("sec-fetch-site", "same-origin")]).is_ok());
    }

    #[test]
    fn other_machines_and_proxies_are_not() {
        assert!(matches!(
            ask("10.0.0.7:1", &[HOST]),
            Err(AuthError::Missing)
        ));
        let passed_on = [HOST, ("x-forwarded-for", "10.0.0.7")];
        assert!(matches!(ask(LOCAL, &passed_on), Err(AuthError::Missing)));
    }

    #[test]
    fn other_names_are_refused() {
        for host in [
            "evil.example:5013",
            "localhost.evil.example",
            "10.0.0.1",
            "",
            "a b",
        ] {
            let asked = ask(LOCAL, &[("host", host)]);
            assert!(matches!(asked, Err(AuthError::WrongHost)), "{host}");
        }
        assert!(matches!(ask(LOCAL, &[]), Err(AuthError::WrongHost)));
        let two = [HOST, ("host", "evil.example")];
        assert!(matches!(ask(LOCAL, &two), Err(AuthError::WrongHost)));
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        for origin in [
            "http://evil.example",
            "null",
            "http://localhost:3000",
            "localhost:5013",
        ] {
            let asked = ask(LOCAL, &[HOST, ("origin", origin)]);
            assert!(matches!(asked, Err(AuthError::CrossOrigin)), "{origin}");
        }
        let form = [HOST, ("sec-fetch-site", "cross-site")];
        assert!(matches!(ask(LOCAL, &form), Err(AuthError::CrossOrigin)));
    }
}
