//! Which settings make a provider, and which stop the start.

use jsonwebtoken::Algorithm::{ES256, EdDSA, HS256, RS256};
use leo_common::config::{self, Identity};

use crate::auth::ExternalSettings;
use crate::config::WrongSetting;

#[derive(Debug, clap::Parser)]
struct Sample {
    #[command(flatten)]
    identity: Identity,
}

const SECRET: [&str; 2] = ["--supabase-jwt-secret", "0123456789abcdef0123456789abcdef"];
const PROJECT: [&str; 2] = ["--supabase-url", "https://abc.supabase.co/"];

fn read(given: &[&[&str]]) -> Result<Option<ExternalSettings>, WrongSetting> {
    let arguments = ["leo-api"].iter().chain(given.iter().copied().flatten());
    let sample = config::read::<Sample>(arguments.map(Into::into).collect::<Vec<_>>());
    ExternalSettings::read(&sample.unwrap().identity)
}

fn provider(given: &[&[&str]]) -> ExternalSettings {
    read(given).unwrap().unwrap()
}

fn complaint(given: &[&[&str]]) -> String {
    read(given).unwrap_err().to_string()
}

#[test]
fn nothing_set_is_no_provider() {
    assert!(read(&[]).unwrap().is_none());
    assert!(read(&[&["--supabase-jwt-secret", ""]]).unwrap().is_none());
}

#[test]
fn a_project_has_its_keys_and_issuer_at_known_places() {
    let provider = provider(&[&PROJECT]);
    assert_eq!(
        provider.keys.unwrap().as_str(),
        "https://abc.supabase.co/auth/v1/.well-known/jwks.json"
    );
    let issuer = provider.issuer.unwrap();
    assert_eq!(issuer, "https://abc.supabase.co/auth/v1");
    assert_eq!(provider.algorithms, [RS256, ES256, EdDSA]);
    assert_eq!(provider.audience, "authenticated");
}

#[test]
fn algorithms_are_those_of_the_keys_or_as_said() {
    assert_eq!(provider(&[&SECRET]).algorithms, [HS256]);
    let both = provider(&[&SECRET, &PROJECT]);
    assert_eq!(both.algorithms, [HS256, RS256, ES256, EdDSA]);
    let one = provider(&[&SECRET, &PROJECT, &["--jwt-algorithms", "HS256"]]);
    assert_eq!(one.algorithms, [HS256]);
    assert!(one.keys.is_none(), "nothing is fetched that nobody needs");
}

#[test]
fn the_issuer_is_as_said_or_anybody() {
    let said = provider(&[&PROJECT, &["--jwt-issuer", "https://id.example"]]);
    assert_eq!(said.issuer.as_deref(), Some("https://id.example"));
    assert!(provider(&[&SECRET]).issuer.is_none());
}

#[test]
fn wrong_settings_are_named() {
    for (given, named) in [
        (&["--jwt-algorithms", "none"][..], "JWT_ALGORITHMS"),
        (&["--jwt-algorithms", "HS384"], "JWT_ALGORITHMS"),
        (&["--jwt-algorithms", "hs256"], "JWT_ALGORITHMS"),
        (&["--jwt-algorithms", "HS256"], "SUPABASE_JWT_SECRET"),
        (&["--jwt-algorithms", "RS256"], "SUPABASE_JWKS_URL"),
        (&["--supabase-jwt-secret", "short"], "SUPABASE_JWT_SECRET"),
        (&["--supabase-url", "ftp://x.example"], "SUPABASE_URL"),
        (
            &["--supabase-jwks-url", "file:///etc/x"],
            "SUPABASE_JWKS_URL",
        ),
        (
            &["--supabase-url", "https://x.example", "--jwt-issuer", "leo"],
            "JWT_ISSUER",
        ),
        (
            &[
                "--supabase-url",
                "https://x.example",
                "--jwt-issuer",
                "leo:password",
            ],
            "JWT_ISSUER",
        ),
        (
            &[
                "--supabase-url",
                "https://x.example",
                "--jwt-issuer",
                "https://github.com",
            ],
            "JWT_ISSUER",
        ),
        (
            &["--supabase-url", "https://x.example", "--jwt-audience", ""],
            "JWT_AUDIENCE",
        ),
    ] {
        let line = complaint(&[given]);
        assert!(line.contains(named) && !line.contains('\n'), "{line}");
    }
}
