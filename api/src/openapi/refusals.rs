//! What every request may be refused with, so that no handler has to repeat it.

use leo_protocol::problem::CONTENT_TYPE;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Where a credential is needed.
const GUARDED: [(&str, &str); 5] = [
    ("401", "no credential, or one that is not accepted"),
    (
        "403",
        "the account is closed, the credential lacks the scope, or a page of another site sends this",
    ),
    ("421", "without a credential, and not under a loopback name"),
    ("429", "too many requests, or a quota is used up"),
    ("503", "the database does not answer"),
];
/// Where an id stands in the path.
const WITH_ID: [(&str, &str); 1] = [("404", "not there, or not yours")];
/// Where something is asked for in the query or a header.
const WITH_PARAMETERS: [(&str, &str); 1] = [("422", "a parameter is not accepted")];
/// Where a body is sent.
const WITH_BODY: [(&str, &str); 4] = [
    ("400", "the body is no JSON"),
    ("413", "the body is too large"),
    ("415", "the body is not declared as JSON"),
    ("422", "a field is not accepted"),
];

/// Adds the refusals that the operations have not described themselves.
pub(super) fn add(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            if !is_public(operation) {
                describe(operation, &GUARDED);
            }
            if has_parameter(operation, |place| *place == ParameterIn::Path) {
                describe(operation, &WITH_ID);
            }
            if has_parameter(operation, |place| *place != ParameterIn::Path) {
                describe(operation, &WITH_PARAMETERS);
            }
            if operation.request_body.is_some() {
                describe(operation, &WITH_BODY);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ];
    all.into_iter().filter_map(Option::as_mut)
}

/// Whether it says that no credential is needed.
fn is_public(operation: &Operation) -> bool {
    operation.security.as_ref().is_some_and(|needed| {
        needed
            .iter()
            .any(|one| *one == utoipa::openapi::SecurityRequirement::default())
    })
}

fn has_parameter(operation: &Operation, place: impl Fn(&ParameterIn) -> bool) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
        .any(|parameter| place(&parameter.parameter_in))
}

fn describe(operation: &mut Operation, refusals: &[(&str, &str)]) {
    for (status, description) in refusals {
        operation
            .responses
            .responses
            .entry((*status).to_owned())
            .or_insert_with(|| RefOr::T(problem(description)));
    }
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(
            CONTENT_TYPE,
            Content::new(Some(Ref::from_schema_name("Problem"))),
        )
        .build()
}
