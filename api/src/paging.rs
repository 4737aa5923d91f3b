//! Lists in pages.
//!
//! A cursor is opaque to clients: the place of a page's last row, with a version, so that its form
//! may change while old clients hold one.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use leo_common::store::sessions::SessionCursor;
use leo_protocol::http::Page;

use crate::error::ApiError;

/// Rows of a page where none are asked for.
const DEFAULT_LIMIT: u32 = 50;
/// The most rows of a page.
const MAX_LIMIT: u32 = 100;
/// The version of the cursors made here.
const VERSION: &str = "1";

/// How many rows a page is to have.
///
/// # Errors
/// When it is asked for none or too many.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, ApiError> {
    within(asked, DEFAULT_LIMIT, MAX_LIMIT)
}

/// A `limit` between 1 and `max`.
///
/// # Errors
/// When it is outside.
pub(crate) fn within(asked: Option<u32>, default: u32, max: u32) -> Result<u32, ApiError> {
    match asked.unwrap_or(default) {
        limit if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(ApiError::invalid(
            "limit",
            format!("must be from 1 to {max}"),
        )),
    }
}

/// Makes a page of rows that were asked for with one more than `limit`.
pub(crate) fn page<T>(mut rows: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(cursor);
    Page {
        items: rows,
        next_cursor,
    }
}

/// The place after a session in the list.
pub(crate) fn session_cursor(cursor: SessionCursor) -> String {
    write(&format!(
        "{} {}",
        cursor.updated_at.timestamp_micros(),
        cursor.id
    ))
}

/// Reads what [`session_cursor`] has written.
pub(crate) fn read_session_cursor(text: &str) -> Result<SessionCursor, ApiError> {
    let place = read(text)?;
    let (micros, id) = place.split_once(' ').ok_or_else(wrong)?;
    let updated_at = DateTime::from_timestamp_micros(parsed(micros)?).ok_or_else(wrong)?;
    let id = id.parse().map_err(|_| wrong())?;
    Ok(SessionCursor { updated_at, id })
}

/// The place after a row that is found by its id alone.
pub(crate) fn cursor(id: impl Display) -> String {
    write(&id.to_string())
}

/// Reads what [`cursor`] has written.
pub(crate) fn read_cursor<T: FromStr>(text: &str) -> Result<T, ApiError> {
    parsed(&read(text)?)
}

fn write(place: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{VERSION} {place}"))
}

fn read(text: &str) -> Result<String, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    match text.split_once(' ') {
        Some((VERSION, place)) => Ok(place.to_owned()),
        _ => Err(wrong()),
    }
}

fn parsed<T: FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| wrong())
}

fn wrong() -> ApiError {
    ApiError::invalid("cursor", "is not one that a page has given")
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::{JobId, SessionId};

    #[test]
    fn cursors_read_back() {
        let job = JobId::generate();
        assert_eq!(read_cursor::<JobId>(&cursor(job)).unwrap(), job);
        let cursor = SessionCursor {
            updated_at: DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap(),
            id: SessionId::generate(),
        };
        assert_eq!(
            read_session_cursor(&session_cursor(cursor)).unwrap(),
            cursor
        );
    }

    #[test]
    fn other_cursors_are_refused() {
        for text in [
            "",
            "x",
            "%%",
            "MSA",
            &write("x y"),
            &write("99999999999999999999 x"),
        ] {
            assert!(read_session_cursor(text).is_err(), "{text}");
            assert!(read_cursor::<JobId>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_row_too_many_only_tells_that_there_is_more() {
        let full = page(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!(
            (full.items, full.next_cursor.as_deref()),
            (vec![1, 2], Some("2"))
        );
        let last = page(vec![1, 2], 2, ToString::to_string);
        assert_eq!((last.items.len(), last.next_cursor), (2, None));
        assert!(limit(Some(0)).is_err() && limit(Some(101)).is_err());
        assert_eq!(limit(None).unwrap(), 50);
    }
}
