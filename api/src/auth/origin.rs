//! Which site's page sends a request.
//!
//! A browser adds what it knows (a cookie, or being on the developer's machine) to every request,
//! whichever page asks for it. So whatever rests on that asks here first whether the page is one of
//! ours. Browsers send an `Origin` with every write, every WebSocket and every readable request to
//! another site, and no page can change it; where there is none, `Sec-Fetch-Site` tells, and no
//! browser omits both.
//!
//! A page of ours is one whose origin is under the name that the request was sent to. But a name is
//! ours only where it can be nobody else's: whoever owns any other name can let it lead here, and then has
//! pages that are same-origin with Leo (DNS rebinding). The scheme is not compared, which is unknown
//! behind a proxy that ends TLS.

use std::collections::HashSet;
use std::net::IpAddr;

use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::client_address::Arrival;

/// What a browser says about the page that sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// Its `Origin` is this site, or one that is trusted.
    Own,
    /// There is no `Origin`, and no sign of another site: no browser, or a request for which browsers
    /// send none, such as one of the address bar.
    Unsaid,
    /// Another site.
    Foreign,
}

/// The sites whose pages may speak for the user of a browser.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sites {
    trusted: HashSet<String>,
    /// The server's own name beside addresses and `localhost`; where nobody has said one, any may be.
    names: Names,
}

/// Under which names the server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Names {
    /// Nobody has said.
    #[default]
    Any,
    /// Under this one, if any, addresses and `localhost`.
    Only(Option<String>),
}

impl Sites {
    /// `trusted`: origins, as browsers write them, beside the one that a request is sent to.
    pub(crate) fn new(trusted: impl IntoIterator<Item = String>, names: Names) -> Self {
        Self {
            trusted: trusted.into_iter().collect(),
            names,
        }
    }

    /// Which site a request comes from.
    pub(crate) fn of(&self, parts: &Parts) -> Site {
        match parts.headers.get(header::ORIGIN) {
            Some(origin) => match origin.to_str() {
                Ok(origin) if self.is_own(origin, parts) => Site::Own,
                _ => Site::Foreign,
            },
            None => match parts.headers.get("sec-fetch-site") {
                Some(site) if site != "same-origin" && site != "none" => Site::Foreign,
                _ => Site::Unsaid,
            },
        }
    }

    /// Whether a page of another site sends this, and could do harm with it.
    pub(crate) fn is_foreign(&self, parts: &Parts) -> bool {
        // A link from another site may lead here; a script there may not even read.
        let followed = parts.method.is_safe() && !parts.headers.contains_key(header::ORIGIN);
        self.of(parts) == Site::Foreign && (is_socket(parts) || !followed)
    }

    /// Whether a page of another site sends this, be it by a link.
    pub(crate) fn is_led_here(&self, parts: &Parts) -> bool {
        self.of(parts) == Site::Foreign
    }

    /// Whether the cookie of a request counts for nothing, because of the page that sends it. The
    /// handshake of a WebSocket must say that the page is ours, since every browser can.
    pub(crate) fn bars_cookie(&self, parts: &Parts) -> bool {
        self.is_foreign(parts) || (is_socket(parts) && self.of(parts) != Site::Own)
    }

    fn is_own(&self, origin: &str, parts: &Parts) -> bool {
        self.trusted.contains(origin)
            || Arrival::of(&parts.extensions)
                .host
                .is_some_and(|host| self.names.hold(&host) && is_same(origin, &host))
    }
}

impl Names {
    fn hold(&self, host: &Authority) -> bool {
        let Self::Only(own) = self else {
            return true;
        };
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        let mut known = own.iter().map(String::as_str).chain(["localhost"]);
        name.parse::<IpAddr>().is_ok() || known.any(|known| name.eq_ignore_ascii_case(known))
    }
}

/// Whether a request is the handshake of a WebSocket: a GET that does as much as any write.
fn is_socket(parts: &Parts) -> bool {
    let upgrade = parts.headers.get(header::UPGRADE);
    upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

fn is_same(origin: &str, host: &Authority) -> bool {
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(Arrival {
            host: Some("leo.example:8443".parse().unwrap()),
            ..Arrival::default()
        });
        parts
    }

    fn sites() -> Sites {
        Sites::new(["https://console.example".to_owned()], Names::Any)
    }

    #[test]
    fn a_name_that_may_be_anybodys_is_not_ours() {
        let names = Names::Only(Some("leo.example".to_owned()));
        for ours in [
            "leo.example",
            "Leo.Example:8443",
            "localhost:1",
            "10.0.0.5:80",
            "[::1]:5013",
        ] {
            assert!(names.hold(&ours.parse().unwrap()), "{ours}");
        }
        for anybodys in ["evil.example", "x.leo.example", "10.0.0.5.evil.example"] {
            let host = anybodys.parse().unwrap();
            assert!(
                !names.hold(&host) && !Names::Only(None).hold(&host),
                "{anybodys}"
            );
            assert!(Names::Any.hold(&host));
        }
        let rebound = parts("POST", &[("origin", "http://leo.example:8443")]);
        assert_eq!(
            Sites::new([], Names::Only(None)).of(&rebound),
            Site::Foreign
        );
        assert_eq!(Sites::new([], names).of(&rebound), Site::Own);
    }

    #[test]
    fn pages_of_this_site_and_of_trusted_ones_are_own() {
        for origin in [
            "https://leo.example:8443",
            "http://leo.example:8443",
            "https://LEO.example:8443",
            "https://console.example",
        ] {
            let asked = parts("POST", &[("origin", origin)]);
            assert_eq!(sites().of(&asked), Site::Own, "{origin}");
        }
    }

    #[test]
    fn all_other_origins_are_foreign() {
        for origin in [
            "null",
            "",
            "https://leo.example",
            "https://leo.example:8443.evil.example",
            "https://evil.example",
            "http://console.example",
            "leo.example:8443",
            "https://me@leo.example:8443",
        ] {
            let asked = parts("POST", &[("origin", origin)]);
            assert_eq!(sites().of(&asked), Site::Foreign, "{origin}");
        }
    }

    #[test]
    fn without_an_origin_the_browser_tells_in_another_way() {
        for (site, said) in [
            ("same-origin", Site::Unsaid),
            ("none", Site::Unsaid),
            ("same-site", Site::Foreign),
            ("cross-site", Site::Foreign),
        ] {
            let asked = parts("POST", &[("sec-fetch-site", site)]);
            assert_eq!(sites().of(&asked), said, "{site}");
        }
        assert_eq!(sites().of(&parts("POST", &[])), Site::Unsaid);
    }

    #[test]
    fn links_may_lead_here_and_scripts_may_not_read() {
        let foreign = ("origin", "https://evil.example");
        let linked = ("sec-fetch-site", "cross-site");
        assert!(!sites().bars_cookie(&parts("GET", &[linked])));
        assert!(sites().bars_cookie(&parts("POST", &[linked])));
        assert!(sites().bars_cookie(&parts("GET", &[foreign])));
        assert!(sites().bars_cookie(&parts("DELETE", &[foreign])));
        assert!(!sites().bars_cookie(&parts("DELETE", &[])));
    }

    #[test]
    fn a_cookie_opens_a_socket_for_our_pages_alone() {
        let socket = ("upgrade", "WebSocket");
        let own = ("origin", "https://console.example");
        let foreign = ("origin", "https://evil.example");
        assert!(!sites().bars_cookie(&parts("GET", &[own, socket])));
        assert!(sites().bars_cookie(&parts("GET", &[foreign, socket])));
        assert!(sites().bars_cookie(&parts("GET", &[socket])));
        // Somebody who needs no cookie may come without a page.
        assert!(!sites().is_foreign(&parts("GET", &[socket])));
        let linked = ("sec-fetch-site", "cross-site");
        assert!(sites().is_foreign(&parts("GET", &[linked, socket])));
    }
}
