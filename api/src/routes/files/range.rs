//! Which part of a file a client asks for (RFC 9110, section 14).
//!
//! One range of bytes is answered as such. A request for several, in another unit, or that cannot
//! be understood gets the whole file, as the standard allows; so does one that was made for another
//! version of the file (`If-Range`).

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that the file does not have.
    Beyond,
}

/// Reads the headers; `tag` is the file's, `size` its length in bytes.
pub(super) fn wanted(headers: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // Dates are not known here, and a weak tag is never good enough: both are no match.
    if headers.contains_key(header::IF_RANGE) && text(header::IF_RANGE) != Some(tag) {
        return Wanted::Whole;
    }
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (
        ranges.next().and_then(|range| range.to_str().ok()),
        ranges.next(),
    ) {
        (Some(range), None) => one_range(range, size).unwrap_or(Wanted::Whole),
        _ => Wanted::Whole,
    }
}

/// `None` where it is no single range of bytes.
fn one_range(text: &str, size: u64) -> Option<Wanted> {
    let (unit, range) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let part = match (first.is_empty(), last.is_empty()) {
        (false, true) => place(first)?..size,
        (false, false) => {
            let (first, last) = (place(first)?, place(last)?);
            // The other way round it is no range at all.
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
        (true, false) => {
            let length = place(last)?;
            if length == 0 {
                return Some(Wanted::Beyond);
            }
            size.saturating_sub(length)..size
        }
        (true, true) => return None,
    };
    Some(if part.start < size {
        Wanted::Part(part)
    } else {
        Wanted::Beyond
    })
}

/// A number of digits alone; one that is too large is beyond every file.
fn place(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(range: &'static str, size: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        wanted(&headers, "\"x\"", size)
    }

    #[test]
    fn a_range_is_a_part() {
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-4", 2..5),
            ("bytes=2-", 2..10),
            ("bytes=9-99999999999999999999999", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("Bytes=5-5", 5..6),
        ] {
            assert_eq!(of(range, 10), Wanted::Part(part), "{range}");
        }
    }

    #[test]
    fn what_is_not_there_is_beyond() {
        for range in [
            "bytes=10-",
            "bytes=10-20",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(of(range, 10), Wanted::Beyond, "{range}");
        }
        assert_eq!(of("bytes=-1", 0), Wanted::Beyond);
        assert_eq!(of("bytes=0-", 0), Wanted::Beyond);
    }

    #[test]
    fn all_else_is_the_whole() {
        for range in [
            "bytes=4-2",
            "bytes=0-1,3-4",
            "bytes=-",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1",
            "lines=0-1",
            "bytes",
            "",
        ] {
            assert_eq!(of(range, 10), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_of_another_version_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        for (condition, part) in [
            ("\"x\"", true),
            ("\"y\"", false),
            ("W/\"x\"", false),
            ("Sun, 06 Nov 1994 08:49:37 GMT", false),
        ] {
            headers.insert(header::IF_RANGE, HeaderValue::from_static(condition));
            let found = wanted(&headers, "\"x\"", 10) == Wanted::Part(0..2);
            assert_eq!(found, part, "{condition}");
        }
    }
}
