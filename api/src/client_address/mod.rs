//! Whose request it is, by address, and under which address he has reached Leo.
//!
//! Without a proxy that is the connection's peer and the `Host`. Where the peer is in
//! `LEO_TRUSTED_PROXIES`, its `X-Forwarded-For`, `-Proto` and `-Host` say it instead; from anybody
//! else these headers are not even looked at, because whoever likes can send them. Found out once a
//! request, by [`noting`], before anything else; everybody asks [`Arrival::of`].

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::connections::Peer;

/// By whom a proxy was asked; each appends whom it was asked by.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// How the outermost proxy was asked: `http` or `https`.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The `Host` that the outermost proxy was asked for.
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies(Vec<IpNet>);

/// Where a request comes from and what it was sent to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// The client's address; `None` for a request without a connection.
    pub(crate) client: Option<IpAddr>,
    /// Whether a trusted proxy has passed it on.
    pub(crate) proxied: bool,
    /// Whether the client speaks TLS, as far as a trusted proxy says.
    pub(crate) https: bool,
    /// The host and port that the client has asked for; `None` where it is missing, doubled or none.
    pub(crate) host: Option<Authority>,
}

impl Proxies {
    /// The proxies of a list of addresses and networks.
    ///
    /// # Errors
    /// The entry that is neither.
    pub(crate) fn new(given: &[String]) -> Result<Self, String> {
        let given = given.iter().map(|entry| entry.trim());
        let known = given
            .filter(|entry| !entry.is_empty())
            .map(|entry| network(entry).ok_or_else(|| entry.to_owned()));
        known.collect::<Result<_, _>>().map(Self)
    }

    /// Adds the [`Arrival`] to a request.
    fn note(&self, request: &mut Request) {
        let peer = request.extensions().get::<ConnectInfo<Peer>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.address());
        let arrival = self.arrival(peer, request.headers());
        request.extensions_mut().insert(arrival);
    }

    /// Where a request of this peer comes from.
    pub(crate) fn arrival(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Arrival {
        let peer = peer.map(|peer| peer.ip().to_canonical());
        let Some(proxy) = peer.filter(|peer| self.trusts(*peer)) else {
            return Arrival {
                client: peer,
                host: only(headers),
                ..Arrival::default()
            };
        };
        let host = last(headers, &FORWARDED_HOST).map(|host| host.parse().ok());
        Arrival {
            client: Some(self.client_behind(proxy, headers)),
            proxied: true,
            https: last(headers, &FORWARDED_PROTO)
                .is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: host.unwrap_or_else(|| only(headers)),
        }
    }

    /// From the nearest hop outwards, as far as each hop is trusted to say who came before it. What
    /// is no address ends the way: the one who wrote it is the last that is known.
    fn client_behind(&self, proxy: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = proxy;
        for hop in hops(headers) {
            let Some(address) = hop.and_then(address) else {
                break;
            };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|known| known.contains(&address))
    }
}

impl Arrival {
    /// What was found out about a request.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    /// The client's address as text, for logs and the audit log.
    pub(crate) fn address(&self) -> Option<String> {
        self.client.map(|client| client.to_string())
    }
}

impl<S: Sync> FromRequestParts<S> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// The layer that notes who comes.
pub(crate) fn noting(proxies: Proxies) -> impl Fn(Request) -> std::future::Ready<Request> + Clone {
    move |mut request: Request| {
        proxies.note(&mut request);
        std::future::ready(request)
    }
}

/// A network, or an address, which is a network of one.
fn network(entry: &str) -> Option<IpNet> {
    let single = entry.parse::<IpAddr>().map(|ip| ip.to_canonical().into());
    single.or_else(|_| entry.parse()).ok()
}

/// The hops of `X-Forwarded-For`, the nearest first; `None` for what is no text.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<&str>> {
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    lines.into_iter().rev().flat_map(|line| {
        let text = line.to_str().ok();
        let hops: Vec<_> = match text {
            Some(text) => text.rsplit(',').map(|hop| Some(hop.trim())).collect(),
            None => vec![None],
        };
        hops
    })
}

/// An address as proxies write it: alone, in brackets, with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|hop| hop.ip()));
    address.map(|address| address.to_canonical())
}

/// What the nearest proxy says.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?;
    line.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// The `Host`. Two of them are a trick, not a request.
fn only(headers: &HeaderMap) -> Option<Authority> {
    let mut all = headers.get_all(header::HOST).iter();
    let one = all.next()?.to_str().ok()?.parse().ok();
    one.filter(|_| all.next().is_none())
}

#[cfg(test)]
mod tests;
