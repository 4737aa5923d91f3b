//! Deploys: a hook is told of a result and given an address where it can be fetched.
//!
//! The address is made anew for each try, so that none arrives that has expired. What the hook says is an
//! event of the session, stored together with the end of the try.

use std::time::Duration;

use leo_common::artifacts::{Manifest, zip_name};
use leo_common::error_chain::Chain;
use leo_common::hex::hex;
use leo_common::store::artifacts::ArtifactRecord;
use leo_common::store::jobs::JobRecord;
use leo_common::store::outbox::Effect;
use leo_common::store::webhooks::{Deployed, message_id};
use leo_protocol::webhooks::WebhookEvent;
use leo_protocol::{EventKind, WebhookId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::aim::{self, Aim};
use super::attempt::{self, Attempt};
use super::{Done, log, message, next, pause};
use crate::context::Context;

/// How long the address of a result is good.
const VALID: Duration = Duration::from_secs(24 * 3600);
/// The pause before the database is told again what came of a try.
const PAUSE: Duration = Duration::from_secs(1);

/// Asks a hook to deploy a job's result.
pub(in crate::outbox) async fn deploy(ctx: &Context, effect: &Effect) -> Done {
    let event = WebhookEvent::DeployRequested.as_str();
    let webhook = webhook_of(effect);
    let aimed = match webhook {
        Some(id) => aim::webhook(ctx, id).await,
        None => aim::installation(&ctx.hooks),
    };
    let attempt = match aimed {
        Aim::At(target) => match message(ctx, effect, event).await {
            Ok(body) => attempt::post(&target, &message_id(effect.id), body).await,
            Err(NoMessage::Later(why)) => Attempt::not_made(why),
            Err(NoMessage::Never(why)) => never(why),
        },
        Aim::Never(why) => never(why),
        Aim::Later(why) => Attempt::not_made(why),
    };
    let next = next(ctx, effect, &attempt);
    if let Some(id) = webhook {
        log(ctx, effect, id, event, &attempt, next).await;
    }
    record(ctx, effect, attempt, next).await
}

/// Nobody is there to be asked again.
fn never(why: String) -> Attempt {
    Attempt {
        last: true,
        ..Attempt::not_made(why)
    }
}

/// The user's webhook; the installation's hook where none is named.
fn webhook_of(effect: &Effect) -> Option<WebhookId> {
    let id = effect.payload.get("webhook").and_then(Value::as_str)?;
    id.parse().ok()
}

/// The hook's host; the rest of its address may be confidential.
fn host_of(effect: &Effect) -> String {
    let host = effect.payload.get("host").and_then(Value::as_str);
    host.unwrap_or_default().to_owned()
}

/// Why there is nothing to send.
enum NoMessage {
    /// There may be later.
    Later(String),
    /// There never will.
    Never(String),
}

async fn message(ctx: &Context, effect: &Effect, event: &str) -> Result<String, NoMessage> {
    let broken = |error| NoMessage::Later(Chain(&error).to_string());
    let gone = || NoMessage::Never("the result is gone".to_owned());
    let job = ctx.db.any_job(effect.job).await.map_err(broken)?;
    let job = job.ok_or_else(gone)?;
    let artifact = job.artifact_id.ok_or_else(gone)?;
    let artifact = ctx.db.artifact(artifact).await.map_err(broken)?;
    let artifact = artifact.ok_or_else(gone)?;
    let session = ctx.db.session(job.user_id, job.session_id).await;
    let session = session.map_err(broken)?.ok_or_else(gone)?;
    let data = data(ctx, job, &artifact, &session.title).await?;
    Ok(message::written(event, effect.created_at, data))
}

async fn data(
    ctx: &Context,
    job: JobRecord,
    artifact: &ArtifactRecord,
    title: &str,
) -> Result<Value, NoMessage> {
    let place = ctx.hooks.zips.acquire().await;
    let name = zip_name(title, artifact.partial);
    let links = &ctx.hooks.links;
    let link = links.link(&ctx.artifacts, artifact, &name, VALID).await;
    drop(place);
    let link = link.map_err(|error| NoMessage::Later(Chain(&error).to_string()))?;
    Ok(json!({
        "job": message::shown(job),
        "artifact": {
            "url": link.url,
            "expiresAt": link.expires_at,
            "partial": artifact.partial,
            "size": artifact.manifest.app_files().map(|(_, file)| file.size).sum::<u64>(),
            "files": artifact.manifest.app_files().count(),
            "filesSha256": files_sha256(&artifact.manifest),
        },
    }))
}

/// The SHA-256 of the list that `sha256sum` prints of the app's files, in the order of their paths.
fn files_sha256(manifest: &Manifest) -> String {
    let mut files: Vec<_> = manifest.app_files().collect();
    files.sort_unstable_by_key(|(path, _)| *path);
    let mut hash = Sha256::new();
    for (path, file) in files {
        hash.update(format!("{}  {path}\n", file.sha256));
    }
    hex(&hash.finalize())
}

/// Writes down what came of it, and tells the session's viewers.
async fn record(ctx: &Context, effect: &Effect, attempt: Attempt, next: Option<Duration>) -> Done {
    let event = EventKind::DeployAnswered {
        job_id: effect.job,
        host: host_of(effect),
        status: attempt.status,
        error: attempt.error.clone(),
        next_try_at: next.and_then(|after| pause::time(attempt.at + attempt.took, after)),
    };
    let ended = match (attempt.error, next) {
        (None, _) => Deployed::Done(json!({ "status": attempt.status })),
        (Some(why), Some(after)) => Deployed::Again(after, why),
        (Some(why), None) => Deployed::Failed(why),
    };
    loop {
        let written = ctx.db.end_deploy(ctx.worker, effect, &ended, &event).await;
        match written {
            Ok(fact) => {
                if let Some(fact) = fact {
                    ctx.publisher.fact(fact);
                }
                return Done::Recorded;
            }
            Err(error) if error.is_refusal() => return Done::Failed(Chain(&error).to_string()),
            Err(error) => {
                tracing::debug!(error = %Chain(&error), "what came of a deploy waits for the database");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
