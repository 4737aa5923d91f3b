//! A cookie that only this host sets and reads, and no script.
//!
//! Where people reach Leo by https its name begins with `__Host-`, by which browsers keep other hosts of
//! the same domain from setting it; that demands `Secure` and the path `/`. `SameSite=Lax` keeps it
//! from most requests of other sites; what it does not keep it from, [`super::Sites`] does.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// How browsers are told that nobody else may set a cookie.
const HOST_ONLY: &str = "__Host-";

/// A cookie, without its value.
#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    name: String,
    attributes: String,
}

impl Cookie {
    /// The cookie of this name. `path`, where it is needed, bounds it as far as it is not bound to
    /// the host.
    pub(crate) fn new(name: &str, path: &str, https: bool) -> Self {
        let (prefix, path, secure) = match https {
            true => (HOST_ONLY, "/", "; Secure"),
            false => ("", path, ""),
        };
        Self {
            name: format!("{prefix}{name}"),
            attributes: format!("Path={path}; HttpOnly; SameSite=Lax{secure}"),
        }
    }

    /// What a request holds under this name, once or more often.
    pub(crate) fn values<'a>(&'a self, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> {
        let lines = headers.get_all(header::COOKIE).iter();
        let texts = lines.filter_map(|line| line.to_str().ok());
        let pairs = texts.flat_map(|text| text.split(';'));
        let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
        pairs.filter_map(|(name, value)| (name == self.name).then_some(value))
    }

    /// The header that sets it. `value` has only letters, digits, `.`, `-` and `_`.
    pub(crate) fn set(&self, value: &str, lasts: Duration) -> Option<HeaderValue> {
        let text = format!(
            "{}={value}; Max-Age={}; {}",
            self.name,
            lasts.as_secs(),
            self.attributes
        );
        let mut header = HeaderValue::try_from(text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// The header that removes it.
    pub(crate) fn removed(&self) -> Option<HeaderValue> {
        self.set("", Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(cookie: &Cookie, lines: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_static(line));
        }
        cookie.values(&headers).map(str::to_owned).collect()
    }

    #[test]
    fn it_is_found_among_others() {
        let cookie = Cookie::new("leo_session", "/", false);
        assert_eq!(held(&cookie, &["a=b; leo_session=x1; c=d"]), ["x1"]);
        assert_eq!(
            held(&cookie, &["leo_session=x", "leo_session=y"]),
            ["x", "y"]
        );
        assert_eq!(held(&cookie, &["leo_session=x;leo_session=y"]), ["x", "y"]);
        for none in ["", "xleo_session=1", "leo_session", "__Host-leo_session=1"] {
            assert!(held(&cookie, &[none]).is_empty(), "{none}");
        }
        let bound = Cookie::new("leo_session", "/", true);
        assert_eq!(
            held(&bound, &["leo_session=x; __Host-leo_session=y"]),
            ["y"]
        );
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_it() {
        let minute = Duration::from_secs(60);
        let set = |path, https| Cookie::new("n", path, https).set("v", minute).unwrap();
        assert_eq!(
            set("/p", false),
            "n=v; Max-Age=60; Path=/p; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            set("/p", true),
            "__Host-n=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(!format!("{:?}", set("/", false)).contains("n=v"));
        let removed = Cookie::new("n", "/", false).removed().unwrap();
        assert!(removed.to_str().unwrap().starts_with("n=; Max-Age=0;"));
    }
}
