//! Why somebody does not get an account or is not signed in. The texts are sentences for the person
//! on the other side, and tell nothing about accounts of others but that an address is taken.

use std::time::Duration;

use axum::http::StatusCode;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// No such account, no password there, or another one.
    #[error("The address or the password is wrong.")]
    BadCredentials,
    /// Too many failures, or accounts; when it is worth trying again.
    #[error("There were too many attempts; try again in {} seconds.", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// Nobody may make an account.
    #[error("No accounts can be made here; ask whoever operates this server.")]
    RegistrationClosed,
    /// Somebody has the address.
    #[error("There is an account with this address; sign in instead.")]
    Exists,
    /// The account is one of another site.
    #[error("This account has no password; it signs in another way.")]
    NoPassword,
    /// Too much hashing at once.
    #[error("Too many people sign in at this time; try again in some seconds.")]
    Busy,
    /// The person has said no at the other site.
    #[error("You have not let GitHub tell who you are.")]
    Denied,
    /// The same, where an account was to be connected.
    #[error("You have not let Leo use your account at GitHub; nothing has changed.")]
    ConnectDenied,
    /// Less was given than was asked for.
    #[error(
        "GitHub has not given Leo the right to private repositories (the scope `repo`); begin again."
    )]
    TooLittle,
    /// An account is connected with a browser.
    #[error(
        "Connecting an account this way needs a browser that is signed in; with a token of GitHub use PUT \
         /api/settings/github."
    )]
    NoBrowser,
    /// Who began is not there any more.
    #[error(
        "Nobody, or somebody else, is signed in than when this began; sign in and begin again."
    )]
    OtherUser,
    /// It did not begin here, or too long ago.
    #[error("This did not begin in this browser, or too long ago; begin again.")]
    WrongState,
    /// The other site does not know the code.
    #[error("GitHub does not accept this any more; begin again.")]
    CodeRefused,
    /// The other site does not answer, or not as it should.
    #[error("GitHub cannot say who you are at this time; try again later.")]
    GithubAway,
}

impl AccountError {
    /// The status and the code for programs.
    pub(crate) const fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::BadCredentials => (StatusCode::UNAUTHORIZED, "bad_credentials"),
            Self::TooManyAttempts(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            Self::RegistrationClosed => (StatusCode::FORBIDDEN, "registration_closed"),
            Self::Exists => (StatusCode::CONFLICT, "account_exists"),
            Self::NoPassword => (StatusCode::CONFLICT, "no_password"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Denied => (StatusCode::FORBIDDEN, "sign_in_denied"),
            Self::ConnectDenied => (StatusCode::FORBIDDEN, "connect_denied"),
            Self::TooLittle => (StatusCode::FORBIDDEN, "scope_refused"),
            Self::NoBrowser => (StatusCode::FORBIDDEN, "browser_needed"),
            Self::WrongState | Self::OtherUser => (StatusCode::BAD_REQUEST, "wrong_state"),
            Self::CodeRefused => (StatusCode::BAD_REQUEST, "code_refused"),
            Self::GithubAway => (StatusCode::BAD_GATEWAY, "github_unavailable"),
        }
    }

    /// When it is worth trying again, where that is known.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts(wait) => Some(*wait),
            Self::BadCredentials
            | Self::RegistrationClosed
            | Self::Exists
            | Self::NoPassword
            | Self::Busy
            | Self::Denied
            | Self::ConnectDenied
            | Self::TooLittle
            | Self::NoBrowser
            | Self::OtherUser
            | Self::WrongState
            | Self::CodeRefused
            | Self::GithubAway => None,
        }
    }
}
