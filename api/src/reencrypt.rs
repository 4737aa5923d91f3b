//! `leo-api reencrypt`: after a change of `LEO_SECRET_KEY`, all stored secrets under the new one.
//!
//! It may run beside everything else and any number of times: a secret under the present key is
//! left alone, and one that changes meanwhile was encrypted with the present key by whoever has
//! changed it.

use anyhow::Context as _;
use leo_common::config::{Database, Signing};
use leo_common::store::Db;
use leo_common::store::providers::SealedKeys;
use leo_common::store::webhooks::SealedSecrets;
use leo_common::vault::{Purpose, Vault, VaultError};
use leo_protocol::UserId;

use crate::config::{self, WrongSetting};
use crate::server;

/// What it needs to know.
#[derive(Debug, Clone, clap::Args)]
pub struct Reencryption {
    /// Postgres.
    #[command(flatten)]
    pub database: Database,
    /// The keys.
    #[command(flatten)]
    pub signing: Signing,
}

/// What has become of the stored secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reencrypted {
    /// Under the present key now.
    pub renewed: u64,
    /// They were before.
    pub present: u64,
    /// No key opens them; their owners have to set them again.
    pub unreadable: u64,
}

impl std::fmt::Display for Reencrypted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "re-encrypted {}, already under the present key {}, not readable with any key {}",
            self.renewed, self.present, self.unreadable
        )
    }
}

/// Encrypts every stored secret with `LEO_SECRET_KEY` that was encrypted with one of
/// `LEO_SECRET_KEY_PREVIOUS`.
///
/// # Errors
/// When the key is missing or too short, or the database fails; what is done by then stays done.
pub async fn reencrypt(settings: &Reencryption) -> anyhow::Result<Reencrypted> {
    config::checked(&settings.signing)?.ok_or_else(|| WrongSetting::secret_key("missing"))?;
    let vault = settings.signing.vault().context("make the key")?;
    let db = server::database(&settings.database)?;
    let mut done = Reencrypted::default();
    provider_keys(&db, &vault, &mut done).await?;
    github_tokens(&db, &vault, &mut done).await?;
    webhook_secrets(&db, &vault, &mut done).await?;
    Ok(done)
}

async fn provider_keys(db: &Db, vault: &Vault, done: &mut Reencrypted) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let page = db.sealed_keys(last).await.context("read the secrets")?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = Some(end.user);
        for old in &page {
            renew(db, vault, old, done).await?;
        }
    }
}

async fn github_tokens(db: &Db, vault: &Vault, done: &mut Reencrypted) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let page = db.sealed_tokens(last).await.context("read the secrets")?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = Some(end.user);
        for old in &page {
            let (before, sealed) = (done.renewed, old.token.as_slice());
            let new = resealed(vault, old.user, Purpose::GitHubToken, Some(sealed), done);
            if let Some(new) = new.filter(|_| done.renewed > before) {
                let stored = db.reseal_token(old, &new).await;
                stored.context("store a secret")?;
            }
        }
    }
}

async fn webhook_secrets(db: &Db, vault: &Vault, done: &mut Reencrypted) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let page = db.sealed_webhook_secrets(last).await;
        let page = page.context("read the secrets of webhooks")?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        last = Some(end.id);
        for old in &page {
            renew_webhook(db, vault, old, done).await?;
        }
    }
}

async fn renew_webhook(
    db: &Db,
    vault: &Vault,
    old: &SealedSecrets,
    done: &mut Reencrypted,
) -> anyhow::Result<()> {
    let before = done.renewed;
    let mut resealed = |sealed| resealed(vault, old.user, Purpose::WebhookSecret, sealed, done);
    let new = SealedSecrets {
        secret: resealed(Some(&old.secret)).unwrap_or_default(),
        before: resealed(old.before.as_deref()),
        ..*old
    };
    if done.renewed > before {
        let stored = db.reseal_webhook(old, &new).await;
        stored.context("store the secret of a webhook")?;
    }
    Ok(())
}

async fn renew(
    db: &Db,
    vault: &Vault,
    old: &SealedKeys,
    done: &mut Reencrypted,
) -> anyhow::Result<()> {
    let before = done.renewed;
    let mut resealed = |sealed| resealed(vault, old.user, Purpose::ProviderKey, sealed, done);
    let new = SealedKeys {
        user: old.user,
        secret: resealed(old.secret.as_deref()),
        secret_before: resealed(old.secret_before.as_deref()),
    };
    if done.renewed > before {
        let stored = db.reseal(old, &new).await;
        stored.context("store a secret")?;
    }
    Ok(())
}

/// One secret as it is to be stored; one that nobody can read stays as it is.
fn resealed(
    vault: &Vault,
    user: UserId,
    purpose: Purpose,
    sealed: Option<&[u8]>,
    done: &mut Reencrypted,
) -> Option<Vec<u8>> {
    let sealed = sealed?;
    if vault.is_present(sealed) {
        done.present += 1;
        return Some(sealed.to_vec());
    }
    let reseal = || {
        let secret = vault.open(user, purpose, sealed)?;
        vault.seal(user, purpose, &secret)
    };
    let renewed: Result<_, VaultError> = reseal();
    match renewed {
        Ok(renewed) => {
            done.renewed += 1;
            Some(renewed)
        }
        Err(_) => {
            done.unreadable += 1;
            Some(sealed.to_vec())
        }
    }
}
