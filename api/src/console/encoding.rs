//! In which form a client takes a file.

use axum::http::{HeaderMap, header};

/// A form in which a file lies beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packed {
    Brotli,
    Gzip,
}

impl Packed {
    /// The smallest first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in HTTP.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// How the names of such files end.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// Whether a name is that of a packed form, which is no file of its own.
pub(super) fn is_packed(name: &str) -> bool {
    Packed::ALL
        .iter()
        .any(|packed| name.ends_with(packed.ending()))
}

/// The forms that a client takes, the smallest first, whatever it likes most.
pub(super) fn taken(headers: &HeaderMap) -> impl Iterator<Item = Packed> {
    let packed = Packed::ALL.into_iter();
    packed.filter(|packed| takes(headers, packed.name()))
}

/// A form is taken where it is named without a weight of zero, or not named and everything is taken.
fn takes(headers: &HeaderMap, name: &str) -> bool {
    let (mut named, mut any) = (None, false);
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for wish in value.to_str().unwrap_or_default().split(',') {
            let (form, weight) = wish.split_once(';').unwrap_or((wish, ""));
            match form.trim() {
                "*" => any = is_wanted(weight),
                form if form.eq_ignore_ascii_case(name) => named = Some(is_wanted(weight)),
                _ => (),
            }
        }
    }
    named.unwrap_or(any)
}

/// Whether a weight such as `q=0.5` is more than zero; no weight is the whole one.
fn is_wanted(weight: &str) -> bool {
    let value = weight.trim().strip_prefix("q=");
    value.and_then(|value| value.trim().parse::<f32>().ok()) != Some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_smallest_form_that_is_taken_comes_first() {
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", "br gzip"),
            ("gzip;q=1.0, br;q=0.1", "br gzip"),
            ("br;q=0, gzip", "gzip"),
            ("br; q=0.000 , GZIP", "gzip"),
            ("*", "br gzip"),
            ("*;q=0", ""),
            ("gzip;q=0, *", "br"),
            ("identity", ""),
            ("brotli", ""),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            let found: Vec<_> = taken(&headers).map(Packed::name).collect();
            assert_eq!(found.join(" "), expected, "{accepted}");
        }
        assert_eq!(taken(&HeaderMap::new()).count(), 0);
    }
}
