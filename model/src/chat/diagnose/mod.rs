//! What a refusal or failure of a server means, and what can be done about it.
//!
//! By status and words, since every server has its own. Whatever is not known is shown to the user
//! as the server says it.

mod context;
mod parameter;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::client::Inner;
use super::quirks::{Change, Quirks};
use super::wire::fault::Fault;
use super::{ModelError, Request, Told};

/// Why an exchange came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// Asking again does not help.
    Fatal(ModelError),
    /// It may work later.
    Again(Again),
    /// It may work at once, without what the server does not know.
    Without(Change),
}

/// What may work later.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Again {
    /// What it comes to when it does not.
    pub(crate) error: ModelError,
    /// How long the server wants to be left alone.
    pub(crate) after: Option<Duration>,
    /// How much patience it deserves.
    pub(crate) patience: Patience,
}

/// How often something is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As often as anything.
    Usual,
    /// Not often: the failure may lie in the request, and each try may cost.
    Little,
    /// Until a model that is being loaded had time for it.
    Loading,
}

/// What was asked, for what is said about it.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a Inner,
    pub(crate) request: &'a Request,
    pub(crate) model: Option<&'a str>,
    pub(crate) quirks: Quirks,
    /// Whether the model was to go on with its own message.
    pub(crate) prefilled: bool,
}

impl Asked<'_> {
    /// What `fault` means. `status` is that of HTTP, or the code in an answer that began well.
    pub(crate) fn trouble(&self, status: u16, fault: &Fault, after: Option<Duration>) -> Trouble {
        let told = Told::of(&self.client.endpoint.mask(&fault.message));
        let url = self.client.endpoint.shown();
        // What a server dislikes may come with any status that is not about the client itself.
        if !matches!(status, 401 | 402 | 429) {
            if let Some(change) = parameter::change(self, status, fault) {
                return Trouble::Without(change);
            }
            if let Some(error) = context::error(fault, told.clone()) {
                return Trouble::Fatal(error);
            }
        }
        if fault.says(&[
            "insufficient_quota",
            "insufficient credit",
            "exceeded your current quota",
        ]) {
            return Trouble::Fatal(ModelError::Credit { url, status, told });
        }
        match status {
            300..=399 => Trouble::Fatal(ModelError::NoApi {
                url,
                what: format!("{status}, a redirect"),
                told: Told::default(),
            }),
            402 => Trouble::Fatal(ModelError::Credit { url, status, told }),
            403 if fault.says(&["moderation", "flagged"]) => Trouble::Fatal(ModelError::Filtered),
            401 | 403 => Trouble::Fatal(ModelError::Key { url, status, told }),
            400 | 404 | 422 if is_about_model(status, fault) => {
                Trouble::Fatal(ModelError::UnknownModel {
                    url,
                    model: self.model.unwrap_or("of its own choice").to_owned(),
                    told,
                })
            }
            404 | 405 => Trouble::Fatal(ModelError::NoApi {
                url,
                what: status.to_string(),
                told,
            }),
            429 => Trouble::Again(Again {
                error: ModelError::RateLimited {
                    status,
                    after,
                    told,
                },
                after,
                patience: Patience::Usual,
            }),
            408 | 500..=599 => self.failed(status, fault, after, told),
            _ => Trouble::Fatal(ModelError::Refused { status, told }),
        }
    }

    fn failed(&self, status: u16, fault: &Fault, after: Option<Duration>, told: Told) -> Trouble {
        // llama.cpp fails as a whole where the model's call was cut off; the same would happen again.
        if fault.says(&[
            "parse tool call",
            "failed to parse tool",
            "parse function call",
        ]) {
            return Trouble::Fatal(ModelError::ToolCall {
                name: "(not told)".to_owned(),
                why: told.0,
            });
        }
        let patience = match status {
            503 if fault.says(&["loading model", "model is loading"]) => Patience::Loading,
            408 | 502 | 503 | 504 | 529 => Patience::Usual,
            _ => Patience::Little,
        };
        let error = ModelError::Failed {
            what: status.to_string(),
            told,
        };
        Trouble::Again(Again {
            error,
            after,
            patience,
        })
    }
}

fn is_about_model(status: u16, fault: &Fault) -> bool {
    let named = fault.says(&[
        "model_not_found",
        "no such model",
        "not a valid model",
        "invalid model",
        "no models loaded",
        "unknown model",
    ]);
    let missing = fault.says(&[
        "not found",
        "does not exist",
        "not exist",
        "no endpoints found",
    ]);
    let model = fault.says(&["model"]);
    named || (missing && model) || (status == 404 && model)
}
