//! What a signed token claims, and whether that is enough to be let in.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

use crate::auth::{AuthError, Identity};

/// By how much clocks may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// Names and addresses are at most this long, in bytes.
const MAX_NAME: usize = 255;

/// The claims that Leo knows. They are read as they are, so that each can be refused for what is
/// wrong with it.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    iss: Option<Value>,
    #[serde(default)]
    sub: Option<Value>,
    #[serde(default)]
    aud: Option<Value>,
    #[serde(default)]
    exp: Option<Value>,
    #[serde(default)]
    nbf: Option<Value>,
    #[serde(default)]
    iat: Option<Value>,
    #[serde(default)]
    email: Option<Value>,
    #[serde(default)]
    operator: Option<Value>,
}

/// Whom a token must be meant for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Audience<'a> {
    /// Nobody in particular; a token that names somebody is for him.
    Unnamed,
    /// This one, perhaps among others.
    Named(&'a str),
}

impl Claims {
    /// Who is said to have issued it.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.iss.as_ref()?.as_str()
    }

    /// Whether its bearer is said to be an operator.
    pub(super) fn operator(&self) -> bool {
        self.operator == Some(Value::Bool(true))
    }

    /// Who it names, if it does so for `audience` and at this time; no operator.
    ///
    /// # Errors
    /// When it does not.
    pub(super) fn judge(
        &self,
        audience: Audience<'_>,
        now: DateTime<Utc>,
    ) -> Result<Identity, AuthError> {
        let issuer = self.issuer().filter(|issuer| is_name(issuer));
        let issuer = issuer.ok_or(AuthError::Invalid("it names no issuer (`iss`)"))?;
        self.check_audience(audience)?;
        let expires_at = self.check_times(now)?;
        let subject = self.sub.as_ref().and_then(Value::as_str);
        let subject = subject.filter(|subject| is_name(subject));
        Ok(Identity {
            issuer: issuer.to_owned(),
            subject: subject.ok_or(NOBODY)?.to_owned(),
            email: self.email()?.map(str::to_owned),
            operator: false,
            expires_at: Some(expires_at),
        })
    }

    fn check_audience(&self, audience: Audience<'_>) -> Result<(), AuthError> {
        let meant = match (audience, &self.aud) {
            (Audience::Unnamed, None) => true,
            (Audience::Unnamed, Some(_)) => false,
            (Audience::Named(_), None) => {
                return Err(AuthError::Invalid("it names no audience (`aud`)"));
            }
            (Audience::Named(name), Some(Value::Array(all))) => {
                all.iter().all(Value::is_string) && all.iter().any(|one| one == name)
            }
            (Audience::Named(name), Some(one)) => one == name,
        };
        meant.then_some(()).ok_or(AuthError::Invalid(
            "it is meant for another audience (`aud`)",
        ))
    }

    /// When it ends.
    fn check_times(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, AuthError> {
        let end = self.exp.as_ref();
        let end = end.ok_or(AuthError::Invalid("it has no end (`exp`)"))?;
        let end = time(end).ok_or(AuthError::Invalid("its end (`exp`) is not a time"))?;
        if end + LEEWAY <= now {
            return Err(AuthError::Expired);
        }
        if let Some(begin) = &self.nbf {
            let begin = time(begin).ok_or(AuthError::Invalid("`nbf` is not a time"))?;
            if begin > now + LEEWAY {
                return Err(AuthError::Invalid("it is not valid yet (`nbf`)"));
            }
        }
        if let Some(issued) = &self.iat {
            let issued = time(issued).ok_or(AuthError::Invalid("`iat` is not a time"))?;
            if issued > now + LEEWAY {
                return Err(AuthError::Invalid("it was issued in the future (`iat`)"));
            }
        }
        Ok(end)
    }

    /// Its address; accounts without one have an empty text there.
    fn email(&self) -> Result<Option<&str>, AuthError> {
        match &self.email {
            None => Ok(None),
            Some(Value::String(email)) if email.is_empty() => Ok(None),
            Some(Value::String(email)) if is_name(email) => Ok(Some(email)),
            Some(_) => Err(AuthError::Invalid("its address (`email`) is not one")),
        }
    }
}

const NOBODY: AuthError = AuthError::Invalid("it names nobody (`sub`)");

/// Whether a text can be somebody's name or address.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME && !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// A `NumericDate` of RFC 7519: seconds, perhaps with a fraction.
fn time(value: &Value) -> Option<DateTime<Utc>> {
    let number = value.as_number()?;
    let seconds = match number.as_i64() {
        Some(seconds) => seconds,
        None => {
            let seconds = Duration::try_from_secs_f64(number.as_f64()?).ok()?;
            i64::try_from(seconds.as_secs()).ok()?
        }
    };
    // The leeway is added later.
    DateTime::from_timestamp(seconds, 0).filter(|time| time.checked_add_signed(LEEWAY).is_some())
}
