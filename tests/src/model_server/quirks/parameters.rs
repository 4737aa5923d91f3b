//! Servers that refuse a request for a parameter they do not know.

use serde_json::json;

use super::super::{Asked, Reply};
use super::plain;

/// Whichever of the usual parameters is there is refused, one after the other.
#[must_use]
pub fn reply(asked: &Asked, answer: &str) -> Reply {
    for name in ["stream_options", "temperature"] {
        if asked.body.get(name).is_some() {
            let body = json!({"detail": [{"type": "extra_forbidden", "loc": ["body", name], "msg": format!("{name}: not permitted")}]});
            return Reply::json(422, &body);
        }
    }
    if asked.body.get("max_tokens").is_some() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        let error = json!({"message": message, "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"});
        return Reply::json(400, &json!({"error": error}));
    }
    plain::reply(asked, answer)
}
