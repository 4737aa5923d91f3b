//! Names of operations: each needs one of its own, by which generators of clients name their
//! functions. Handlers in different modules have the same names, so it is made of method and path:
//! `GET /api/jobs/{id}/files` is `getJobsIdFiles`.

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

/// What nearly all paths begin with, and no name needs.
const PREFIX: &str = "/api";

/// Names all operations.
pub(super) fn give(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in by_method(item) {
            operation.operation_id = Some(name(method, path));
        }
    }
}

fn by_method(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

fn name(method: &str, path: &str) -> String {
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    words.fold(method.to_owned(), |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_name_is_method_and_path() {
        assert_eq!(name("get", "/api/jobs/{id}/files"), "getJobsIdFiles");
        assert_eq!(name("get", "/health"), "getHealth");
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut document = crate::router::document();
        let mut seen = HashSet::new();
        for item in document.paths.paths.values_mut() {
            for (_, operation) in by_method(item) {
                let id = operation.operation_id.clone();
                assert!(seen.insert(id.clone()), "{id:?} twice");
            }
        }
        assert!(seen.len() > 40 && !seen.contains(&None));
    }
}
