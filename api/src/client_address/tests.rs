//! Whom one believes, and what.

use axum::http::HeaderValue;

use super::*;

fn proxies() -> Proxies {
    let given = ["10.0.0.0/8", " 192.0.2.7", "2001:db8::/32", ""].map(str::to_owned);
    Proxies::new(&given).unwrap()
}

fn arrival(peer: &str, headers: &[(&'static str, &'static str)]) -> Arrival {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(*name, HeaderValue::from_static(value));
    }
    proxies().arrival(Some(peer.parse().unwrap()), &all)
}

fn client(peer: &str, forwarded_for: &'static str) -> String {
    let arrival = arrival(peer, &[("x-forwarded-for", forwarded_for)]);
    arrival.address().unwrap()
}

#[test]
fn strangers_are_believed_nothing() {
    let told = [
        ("host", "leo.example"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
    ];
    let expected = Arrival {
        client: Some("203.0.113.9".parse().unwrap()),
        proxied: false,
        https: false,
        host: Some("leo.example".parse().unwrap()),
    };
    assert_eq!(arrival("203.0.113.9:40000", &told), expected);
    assert_eq!(arrival("[::ffff:203.0.113.9]:40000", &told), expected);
}

#[test]
fn a_proxy_says_who_has_asked_it_for_what() {
    let told = [
        ("host", "api-1:5013"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "leo.example"),
    ];
    let expected = Arrival {
        client: Some("203.0.113.9".parse().unwrap()),
        proxied: true,
        https: true,
        host: Some("leo.example".parse().unwrap()),
    };
    for peer in [
        "10.1.2.3:1",
        "192.0.2.7:1",
        "[2001:db8::1]:1",
        "[::ffff:10.1.2.3]:1",
    ] {
        assert_eq!(arrival(peer, &told), expected, "{peer}");
    }
    let quiet = arrival("10.1.2.3:1", &[("host", "leo.example")]);
    assert_eq!(quiet.address().unwrap(), "10.1.2.3");
    assert!(quiet.proxied && !quiet.https && quiet.host == expected.host);
}

#[test]
fn what_stands_before_the_first_stranger_is_his_own_tale() {
    for (told, expected) in [
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("127.0.0.1,203.0.113.9 ,10.0.0.5,192.0.2.7", "203.0.113.9"),
        ("10.0.0.5, 10.0.0.6", "10.0.0.5"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2003::1", "2003::1"),
        ("[2003::1]:4711", "2003::1"),
        ("[2003::1]", "2003::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("203.0.113.9, unknown, 10.0.0.5", "10.0.0.5"),
        ("", "10.0.0.1"),
        ("203.0.113.9, ", "10.0.0.1"),
    ] {
        assert_eq!(client("10.0.0.1:1", told), expected, "{told}");
    }
}

#[test]
fn several_lines_are_one_list() {
    let lines = [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-for", "203.0.113.9, 10.0.0.5"),
        ("x-forwarded-proto", "https, http"),
    ];
    let arrival = arrival("10.0.0.1:1", &lines);
    assert_eq!(arrival.address().unwrap(), "203.0.113.9");
    assert!(!arrival.https);
}

#[test]
fn what_is_no_address_is_no_proxy() {
    for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0", "*"] {
        let given = ["10.0.0.1".to_owned(), wrong.to_owned()];
        assert_eq!(Proxies::new(&given).unwrap_err(), wrong);
    }
}

#[test]
fn a_doubled_host_is_none() {
    let doubled = [("host", "leo.example"), ("host", "evil.example")];
    assert_eq!(arrival("203.0.113.9:1", &doubled).host, None);
}
