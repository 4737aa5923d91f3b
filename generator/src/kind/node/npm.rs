//! Why npm did not do what it was asked to.

use crate::process::{Exit, Outcome, plain};

/// What npm puts before each line of an error.
const MARK: &str = "npm error ";
/// What it puts before an error's code.
const CODE: &str = "npm error code ";

/// Why npm has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// A package, or a version of it, is not where npm has looked.
    NotFound,
    /// The registry cannot be reached.
    Unreachable,
    /// Packages want different versions of another.
    Conflict,
    /// It took too long.
    TooLong,
    /// Something else.
    Other,
}

impl Failure {
    /// Why a command has failed, from what it has printed.
    pub(super) fn of(outcome: &Outcome) -> Self {
        if outcome.exit == Exit::TooLong {
            return Self::TooLong;
        }
        let code = outcome
            .tail
            .lines()
            .find_map(|line| line.strip_prefix(CODE));
        match code.map(str::trim) {
            Some("ENOTCACHED" | "ETARGET" | "E404" | "ENOVERSIONS") => Self::NotFound,
            Some(
                "EAI_AGAIN" | "ENOTFOUND" | "ECONNREFUSED" | "ECONNRESET" | "ETIMEDOUT"
                | "ENETUNREACH" | "EHOSTUNREACH" | "ERR_SOCKET_TIMEOUT" | "EIDLETIMEOUT"
                | "ENETDOWN" | "EADDRNOTAVAIL",
            ) => Self::Unreachable,
            Some("ERESOLVE") => Self::Conflict,
            Some(_) | None => Self::Other,
        }
    }
}

/// What npm says of its error, without its marks and without where its own log is.
pub(super) fn explanation(tail: &str) -> String {
    let tail = plain(tail);
    let lines = tail.lines().filter_map(|line| line.strip_prefix(MARK));
    let telling: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| {
            !line.is_empty() && !line.starts_with("code ") && !line.contains("complete log")
        })
        .take(8)
        .collect();
    if telling.is_empty() {
        return tail.trim().to_owned();
    }
    telling.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(tail: &str) -> Outcome {
        Outcome {
            exit: Exit::Code(1),
            tail: tail.to_owned(),
        }
    }

    #[test]
    fn failures_are_told_apart() {
        for (code, failure) in [
            ("ENOTCACHED", Failure::NotFound),
            ("EAI_AGAIN", Failure::Unreachable),
            ("ERESOLVE", Failure::Conflict),
            ("EWHATEVER", Failure::Other),
        ] {
            let tail = format!("npm warn x\nnpm error code {code}\nnpm error it is so\n");
            assert_eq!(Failure::of(&outcome(&tail)), failure, "{code}");
        }
        assert_eq!(Failure::of(&outcome("")), Failure::Other);
    }

    #[test]
    fn an_explanation_is_what_npm_says_and_no_more() {
        let tail = "npm warn x\nnpm error code ETARGET\nnpm error notarget No matching version found for react@^18.\n\
            npm error A complete log of this run can be found in: /x/debug.log";
        assert_eq!(
            explanation(tail),
            "notarget No matching version found for react@^18."
        );
        assert_eq!(explanation("something\n"), "something");
    }
}
