//! The console's files, each with a tag of its content, packed where the client takes that.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use leo_common::hex::hex;
use rust_embed::{Embed, EmbeddedFile};

use super::encoding::{self, Packed};
use crate::routes::files::{is_known, kind_of, with_charset};

/// The document, which is never given out as it is.
pub(super) const DOCUMENT: &str = "index.html";
/// What a shared cache has to tell apart.
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");

/// The answer with a file, or that the client has it; `None` where there is none.
pub(super) fn file<D: Embed>(
    name: &str,
    headers: &HeaderMap,
    cache: HeaderValue,
) -> Option<Response> {
    if !is_given_out(name) {
        return None;
    }
    let (file, packed) = chosen::<D>(name, headers)?;
    // The tag is of the form that is sent: a form is other bytes.
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()));
    let mut known = HeaderMap::new();
    known.insert(header::CACHE_CONTROL, cache);
    known.insert(header::VARY, VARY);
    known.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if is_known(headers, &tag) {
        return Some((StatusCode::NOT_MODIFIED, known).into_response());
    }
    let kind = HeaderValue::from_str(&with_charset(&kind_of(name))).ok()?;
    known.insert(header::CONTENT_TYPE, kind);
    if let Some(packed) = packed {
        let name = HeaderValue::from_static(packed.name());
        known.insert(header::CONTENT_ENCODING, name);
    }
    Some((known, body(file)).into_response())
}

/// Whether a name is that of a file for everybody, and leads nowhere else: a debug build asks the file system.
fn is_given_out(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    name != DOCUMENT && !encoding::is_packed(name) && !parts.any(|part| part.starts_with('.'))
}

/// The smallest form that there is and that the client takes.
fn chosen<D: Embed>(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<Packed>)> {
    let plain = D::get(name)?;
    let packed = encoding::taken(headers).find_map(|packed| {
        let file = D::get(&format!("{name}{}", packed.ending()));
        file.map(|file| (file, Some(packed)))
    });
    Some(packed.unwrap_or((plain, None)))
}

fn body(file: EmbeddedFile) -> Body {
    match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes).into(),
        Cow::Owned(bytes) => bytes.into(),
    }
}
