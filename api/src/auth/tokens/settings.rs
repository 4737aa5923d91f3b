//! What the settings say of an identity provider, checked.

use jsonwebtoken::Algorithm;
use leo_common::config::{Identity, MIN_SECRET_KEY};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::LOCAL_ISSUER;
use crate::auth::developer;
use crate::config::WrongSetting;

/// Where a Supabase project issues tokens.
const ISSUER_PATH: &str = "auth/v1";
/// Where it tells its keys, from there.
const KEYS_PATH: &str = ".well-known/jwks.json";
/// With what the issuers of accounts begin that people make here.
const LOCAL_PREFIX: &str = "leo:";
/// What public keys may be used with.
const BY_PUBLIC_KEY: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// A provider whose tokens are accepted.
#[derive(Debug, Clone)]
pub(crate) struct ExternalSettings {
    /// Signs with HS256.
    pub(super) secret: Option<SecretString>,
    /// Where public keys are, if they are wanted.
    pub(super) keys: Option<Url>,
    /// What tokens may be signed with.
    pub(super) algorithms: Vec<Algorithm>,
    /// Who must have issued them; anybody but the others who vouch here where it is not set.
    pub(super) issuer: Option<String>,
    /// The site where people sign in by OAuth, which is the issuer of their accounts.
    pub(super) site: String,
    /// Whom they must be meant for.
    pub(super) audience: String,
}

impl ExternalSettings {
    /// The provider, if there is one.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub(crate) fn read(given: &Identity) -> Result<Option<Self>, WrongSetting> {
        let secret = secret(given)?;
        let base = given.supabase_url.as_ref();
        let base = base.map(project).transpose()?;
        let keys = match (&given.supabase_jwks_url, &base) {
            (Some(url), _) => Some(web("SUPABASE_JWKS_URL", url)?.clone()),
            (None, Some(base)) => Some(below(base, KEYS_PATH)),
            (None, None) => None,
        };
        let algorithms = algorithms(given, secret.is_some(), keys.is_some())?;
        if algorithms.is_empty() {
            return Ok(None);
        }
        let public = algorithms.iter().any(|one| BY_PUBLIC_KEY.contains(one));
        Ok(Some(Self {
            secret,
            keys: keys.filter(|_| public),
            algorithms,
            issuer: issuer(given)?.or_else(|| base.map(|base| trimmed(&base))),
            audience: audience(given)?,
            site: trimmed(&given.oauth_github_url),
        }))
    }
}

/// Whether accounts of this issuer are made in another way than by a provider's token: by Leo
/// itself, or at the site where people sign in by OAuth.
pub(super) fn is_other(issuer: &str, site: &str) -> bool {
    let own = [LOCAL_ISSUER, developer::ISSUER].contains(&issuer);
    own || issuer.starts_with(LOCAL_PREFIX) || issuer == site
}

fn issuer(given: &Identity) -> Result<Option<String>, WrongSetting> {
    let issuer = given.jwt_issuer.as_deref();
    let issuer = issuer.filter(|issuer| !issuer.is_empty());
    let site = trimmed(&given.oauth_github_url);
    if issuer.is_some_and(|issuer| is_other(issuer, &site)) {
        let what = "this issuer vouches for other accounts: expected the identity provider's";
        return Err(WrongSetting::because("JWT_ISSUER", what));
    }
    Ok(issuer.map(str::to_owned))
}

fn audience(given: &Identity) -> Result<String, WrongSetting> {
    if given.jwt_audience.is_empty() {
        let what = "expected whom tokens are meant for, as in `authenticated`";
        return Err(WrongSetting::because("JWT_AUDIENCE", what));
    }
    Ok(given.jwt_audience.clone())
}

fn secret(given: &Identity) -> Result<Option<SecretString>, WrongSetting> {
    let secret = given.supabase_jwt_secret.clone();
    let secret = secret.filter(|secret| !secret.expose_secret().is_empty());
    let short = |secret: &SecretString| secret.expose_secret().chars().count() < MIN_SECRET_KEY;
    if secret.as_ref().is_some_and(short) {
        let what = format!("too short: expected at least {MIN_SECRET_KEY} characters");
        return Err(WrongSetting::because("SUPABASE_JWT_SECRET", what));
    }
    Ok(secret)
}

/// Where the project at this address issues tokens.
fn project(url: &Url) -> Result<Url, WrongSetting> {
    Ok(below(web("SUPABASE_URL", url)?, ISSUER_PATH))
}

fn below(url: &Url, path: &str) -> Url {
    let mut below = url.clone();
    below.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
    below
}

fn trimmed(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn web<'a>(name: &'static str, url: &'a Url) -> Result<&'a Url, WrongSetting> {
    let what = "expected an address that begins with https:// or http://";
    let web = matches!(url.scheme(), "http" | "https");
    web.then_some(url)
        .ok_or_else(|| WrongSetting::because(name, what))
}

/// The algorithms that are named, or all for which there are keys.
fn algorithms(given: &Identity, secret: bool, keys: bool) -> Result<Vec<Algorithm>, WrongSetting> {
    let mut all = Vec::new();
    for name in given.jwt_algorithms.iter().map(|name| name.trim()) {
        let algorithm = match name.parse() {
            _ if name.is_empty() => continue,
            Ok(Algorithm::HS256) if !secret => Err("needs SUPABASE_JWT_SECRET"),
            Ok(Algorithm::HS256) => Ok(Algorithm::HS256),
            Ok(known) if BY_PUBLIC_KEY.contains(&known) && !keys => {
                Err("needs SUPABASE_URL or SUPABASE_JWKS_URL")
            }
            Ok(known) if BY_PUBLIC_KEY.contains(&known) => Ok(known),
            Ok(_) | Err(_) => Err("is not known: expected HS256, RS256, ES256 or EdDSA"),
        };
        all.push(
            algorithm.map_err(|what| {
                WrongSetting::because("JWT_ALGORITHMS", format!("`{name}` {what}"))
            })?,
        );
    }
    if all.is_empty() {
        all.extend(secret.then_some(Algorithm::HS256));
        all.extend(BY_PUBLIC_KEY.into_iter().filter(|_| keys));
    }
    Ok(all)
}
