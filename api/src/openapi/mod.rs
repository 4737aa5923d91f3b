//! The OpenAPI document: made from the handlers' annotations, so that it cannot say what the
//! server does not do.

use leo_protocol::problem::Problem;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

mod names;
mod refusals;

/// The name of the credential in the document.
const BEARER: &str = "bearer";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Leo",
        description = "Generates apps from prompts. Errors are problem documents (RFC 9457) with a stable `code` and the \
                       `requestId`; ids that do not exist and ids of other people are answered alike, with 404.",
    ),
    components(schemas(Problem)),
    modifiers(&Credential),
    security(("bearer" = [])),
)]
struct Base;

struct Credential;

impl Modify for Credential {
    fn modify(&self, document: &mut OpenApi) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("`leo-api token` makes one"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme(BEARER, SecurityScheme::Http(token));
    }
}

/// What every document of ours has; paths come from the router.
pub(crate) fn base() -> OpenApi {
    Base::openapi()
}

/// Adds what every request may be refused with, names the operations, and gives paths the form that the specification
/// knows: it has no parameter of several segments.
pub(crate) fn portable(mut document: OpenApi) -> OpenApi {
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect();
    refusals::add(&mut document);
    names::give(&mut document);
    document
}

/// The document, as `/api/openapi.json` gives it.
///
/// # Errors
/// When it cannot be written as JSON, which would be a defect.
pub fn document() -> Result<String, serde_json::Error> {
    crate::router::document().to_pretty_json()
}
