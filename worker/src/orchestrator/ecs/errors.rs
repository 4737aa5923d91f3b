//! What an error of ECS means.
//!
//! AWS says "too many calls" in many ways: as an exception of that name, as an error of the caller
//! with a text that quotes the throttling of another service behind it, or with a status alone. The
//! code decides where it is known, and the text where it is not.

use super::api::{ApiError, Kind};

/// Codes that mean: too many calls.
const THROTTLED: [&str; 8] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "SlowDown",
];
/// Texts that mean the same, in small letters, whatever the code.
const THROTTLED_TEXTS: [&str; 4] = [
    "rate exceeded",
    "errorcode: throttling",
    "too many concurrent",
    "request limit exceeded",
];
/// The status that means the same.
const TOO_MANY_REQUESTS: u16 = 429;
/// Codes of an ECS that fails.
const AWAY: [&str; 5] = [
    "ServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "InternalFailure",
    "InternalServerError",
];
/// Statuses from here on are the server's fault.
const SERVER_ERRORS: u16 = 500;
/// What ECS says of a task, in small letters, that it does not know.
const NOT_FOUND_TEXTS: [&str; 2] = ["task was not found", "unable to describe task definition"];
/// The longest text of an error that is handed on, in characters.
const MAX_MESSAGE: usize = 500;

/// An answer that is an error: its code, its text and its status.
pub(super) fn of(code: Option<&str>, message: &str, status: Option<u16>) -> ApiError {
    let line: Vec<&str> = message.split_whitespace().collect();
    let line: String = line.join(" ").chars().take(MAX_MESSAGE).collect();
    let message = match code {
        Some(code) if line.is_empty() => code.to_owned(),
        Some(code) => format!("{code}: {line}"),
        None => line,
    };
    ApiError {
        kind: kind(code.unwrap_or_default(), &message.to_lowercase(), status),
        message,
        conflict: Vec::new(),
    }
}

/// No answer at all.
pub(super) fn no_answer(message: String) -> ApiError {
    ApiError {
        kind: Kind::Away,
        message,
        conflict: Vec::new(),
    }
}

fn kind(code: &str, text: &str, status: Option<u16>) -> Kind {
    let says = |texts: &[&str]| texts.iter().any(|known| text.contains(known));
    if THROTTLED.contains(&code) || says(&THROTTLED_TEXTS) || status == Some(TOO_MANY_REQUESTS) {
        Kind::Throttled
    } else if code == "ConflictException" {
        Kind::Conflict
    } else if AWAY.contains(&code) || status.is_some_and(|status| status >= SERVER_ERRORS) {
        Kind::Away
    } else if says(&NOT_FOUND_TEXTS) {
        Kind::NotFound
    } else {
        Kind::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_known_in_all_its_disguises() {
        for (code, message, status) in [
            (Some("ThrottlingException"), "Rate exceeded", 400),
            (Some("RequestLimitExceeded"), "", 503),
            (
                Some("ClientException"),
                "Too many concurrent attempts to create a new revision of the specified family.",
                400,
            ),
            (
                Some("InvalidParameterException"),
                "Unexpected EC2 error while attempting to tag the network interface: Rate exceeded (ErrorCode: Throttling)",
                400,
            ),
            (None, "", 429),
        ] {
            let error = of(code, message, Some(status));
            assert_eq!(error.kind, Kind::Throttled, "{error}");
        }
    }

    #[test]
    fn a_server_that_fails_may_do_better() {
        let error = of(
            Some("ServerException"),
            "Service Unavailable. Please try again later.",
            Some(500),
        );
        assert_eq!(error.kind, Kind::Away);
        assert_eq!(of(None, "<html>\nbad\ngateway", Some(502)).kind, Kind::Away);
        assert_eq!(
            of(None, "<html>\nbad\ngateway", Some(502)).message,
            "<html> bad gateway"
        );
    }

    #[test]
    fn a_refusal_is_one() {
        for (code, message, kind) in [
            (
                "AccessDeniedException",
                "not authorized to perform: ecs:RunTask",
                Kind::Refused,
            ),
            (
                "ClusterNotFoundException",
                "Cluster not found.",
                Kind::Refused,
            ),
            (
                "InvalidParameterException",
                "The referenced task was not found.",
                Kind::NotFound,
            ),
            (
                "ClientException",
                "Unable to describe task definition.",
                Kind::NotFound,
            ),
            ("ConflictException", "other parameters", Kind::Conflict),
        ] {
            assert_eq!(of(Some(code), message, Some(400)).kind, kind, "{message}");
        }
    }
}
