//! Where a delivery goes to, and by what it is signed.

use leo_common::error_chain::Chain;
use leo_common::store::webhooks::SendingWebhook;
use leo_common::vault::Purpose;
use leo_common::webhook_secret::WebhookSecret;
use leo_protocol::WebhookId;
use reqwest::Client;
use url::Url;

use super::Hooks;
use crate::context::Context;

/// Where to.
pub(super) enum Aim {
    /// There.
    At(Target),
    /// Nowhere, at no time.
    Never(String),
    /// That could not be found out.
    Later(String),
}

/// A receiver.
pub(super) struct Target {
    pub(super) url: Url,
    /// Each signs; the present one first.
    pub(super) secrets: Vec<WebhookSecret>,
    /// What may ask it, or why nothing may.
    pub(super) client: Result<Client, String>,
}

/// A webhook of a user.
pub(super) async fn webhook(ctx: &Context, id: WebhookId) -> Aim {
    let found = match ctx.db.sending_webhook(id).await {
        Ok(found) => found,
        Err(error) => return Aim::Later(Chain(&error).to_string()),
    };
    let Some(webhook) = found else {
        return Aim::Never("the webhook was removed".to_owned());
    };
    if !webhook.enabled {
        return Aim::Never("the webhook is disabled".to_owned());
    }
    let Ok(url) = Url::parse(&webhook.url) else {
        return Aim::Never("the webhook's address cannot be read".to_owned());
    };
    let secrets = opened(ctx, &webhook);
    let client = match &secrets {
        Ok(_) => client(&ctx.hooks, &url),
        Err(why) => Err(why.clone()),
    };
    Aim::At(Target {
        url,
        secrets: secrets.unwrap_or_default(),
        client,
    })
}

/// The installation's deploy hook.
pub(super) fn installation(hooks: &Hooks) -> Aim {
    let Some(hook) = &hooks.deploy else {
        // It was there when the deploy was asked for; another worker may have it.
        return Aim::Later("this worker has no DEPLOY_HOOK_URL".to_owned());
    };
    Aim::At(Target {
        url: hook.url.clone(),
        secrets: vec![hook.secret.clone()],
        client: Ok(hooks.anywhere.clone()),
    })
}

fn client(hooks: &Hooks, url: &Url) -> Result<Client, String> {
    let client = hooks.outgoing.client(url);
    client.map_err(|private| private.to_string())
}

fn opened(ctx: &Context, webhook: &SendingWebhook) -> Result<Vec<WebhookSecret>, String> {
    let vault = ctx.vault.as_ref();
    let vault = vault.ok_or("the worker cannot sign: LEO_SECRET_KEY is not set")?;
    let open = |sealed: &Vec<u8>| {
        let text = vault.open(webhook.user, Purpose::WebhookSecret, sealed);
        let text = text.map_err(|error| format!("the worker cannot sign: {error}"))?;
        WebhookSecret::read(&text).map_err(|error| format!("the worker cannot sign: {error}"))
    };
    webhook.secrets.iter().map(open).collect()
}
