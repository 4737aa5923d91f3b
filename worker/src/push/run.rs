//! One push, from what is stored to what is at GitHub.

use leo_common::github::Site;
use leo_common::store::artifacts::ArtifactRecord;
use leo_common::store::github::pushes::{FIRST, Published};
use leo_common::store::github::repositories::Pushed;
use leo_common::store::jobs::JobRecord;
use leo_common::store::outbox::Effect;
use leo_protocol::{ArtifactId, JobId};
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::build::{self, Before, Built, Wanted};
use super::credential::Credential;
use super::error::PushError;
use super::folder;
use super::report::Report;
use super::repository::{self, Place};
use super::send::{Command, Remote};
use super::target::{self, Target};
use crate::context::Context;

/// Names of files that are told.
const TOLD_NAMES: usize = 5;
/// So often the repository may change between a look at it and the push.
const ROUNDS: u32 = 3;

/// What the effect's row says besides.
#[derive(Deserialize)]
struct Payload {
    artifact: ArtifactId,
}

/// Pushes a job's result; where it is then, and what there is to know of it.
pub(super) async fn push(
    ctx: &Context,
    effect: &Effect,
    job: &JobRecord,
) -> Result<Published, PushError> {
    let app = artifact(ctx, effect, job).await?;
    build::check(&app)?;
    let credential = Credential::of(ctx, job.user_id).await?;
    let asked = effect.kind != FIRST;
    let place = repository::ready(ctx, job, &credential, asked).await?;
    let push = Push {
        ctx,
        job,
        before: before(ctx, job.id).await?,
        app,
        place,
        credential,
        folder: folder::new(&crate::job::staging(ctx))
            .await
            .map_err(|error| PushError::here("make a folder")(error.into()))?,
    };
    Box::pin(push.run()).await
}

/// What is to be pushed: the job's result, or before its end what will be that.
async fn artifact(
    ctx: &Context,
    effect: &Effect,
    job: &JobRecord,
) -> Result<ArtifactRecord, PushError> {
    let payload = Payload::deserialize(&effect.payload);
    let id = job
        .artifact_id
        .or(payload.ok().map(|payload| payload.artifact));
    let found = match id {
        Some(id) => ctx.db.artifact(id).await?,
        None => None,
    };
    found.ok_or_else(|| PushError::failed("the files of this job are not kept any more"))
}

async fn before(ctx: &Context, job: JobId) -> Result<Before, PushError> {
    let Some(id) = ctx.db.begun_with(job).await?.artifact else {
        return Ok(Before::Nothing);
    };
    let found = ctx.db.artifact(id).await?;
    Ok(found.map_or(Before::Forgotten, |found| Before::Version(Box::new(found))))
}

/// A push under way.
struct Push<'a> {
    ctx: &'a Context,
    job: &'a JobRecord,
    app: ArtifactRecord,
    before: Before,
    place: Place,
    credential: Credential,
    folder: tempfile::TempDir,
}

impl Push<'_> {
    async fn run(&self) -> Result<Published, PushError> {
        let mut remote = self.look().await?;
        let mut alone = false;
        for round in 0..ROUNDS {
            let pushed = self.pushed(&remote).filter(|_| !alone);
            let built = self.build(round, pushed).await?;
            let last = pushed.map(|pushed| &*pushed.commit);
            let target = target::choose(&remote, &self.place.branch, self.job.id, last, &built);
            let (branch, old) = match &target {
                Target::There { branch } => {
                    return self.published(&built, pushed, branch.as_deref()).await;
                }
                Target::Push { branch, old } => (branch, old.as_deref()),
            };
            let Some(tip) = &built.tip else {
                return self.published(&built, pushed, None).await;
            };
            let next = Pushed {
                commit: tip.clone(),
                tree: built.tree.clone(),
            };
            self.ctx
                .db
                .repository_pushing(self.job.session_id, &next)
                .await?;
            let name = format!("refs/heads/{branch}");
            let command = Command {
                name: &name,
                old,
                new: tip,
            };
            let why = match remote.push(&command, &built.pack, built.size).await? {
                Report::Done => {
                    return self.published(&built, Some(&next), Some(branch)).await;
                }
                // What was pushed last may be gone from there: then it begins anew.
                Report::Unusable(_) if pushed.is_some() => {
                    alone = true;
                    continue;
                }
                Report::Unusable(why) | Report::Refused(why) => why,
            };
            let now = self.look().await?;
            if now.is_as(&remote) {
                return Err(PushError::failed(format!(
                    "GitHub has refused the push: {why}"
                )));
            }
            remote = now;
        }
        Err(PushError::later("the repository changes all the time"))
    }

    async fn look(&self) -> Result<Remote<'_>, PushError> {
        let (owner, name) = (&self.place.owner, &self.place.name);
        let site = Site::of(&self.ctx.config.github.github_api_url);
        let url = site.git(owner, name);
        let url = url.map_err(|_| PushError::failed("the repository has no address"))?;
        let found = Remote::look(&url, &self.credential.token).await?;
        if found.is_none() {
            self.ctx.db.repository_gone(self.job.session_id).await?;
        }
        found.ok_or_else(|| repository::gone(owner, name))
    }

    /// What was pushed last. A push that was cut off may have been taken; and a repository in which
    /// nothing is has lost what was pushed.
    fn pushed(&self, remote: &Remote<'_>) -> Option<&Pushed> {
        let stored = &self.place.stored;
        let next = stored.next.as_ref();
        let taken = next.filter(|next| !remote.branches_at(&next.commit).is_empty());
        taken
            .or(stored.pushed.as_ref())
            .filter(|_| !remote.is_empty())
    }

    /// Makes the commits: on top of what was pushed last, or alone.
    async fn build(&self, round: u32, pushed: Option<&Pushed>) -> Result<Built, PushError> {
        let parent =
            pushed.map(|pushed| anyhow::Ok((build::id(&pushed.commit)?, build::id(&pushed.tree)?)));
        let parent = parent
            .transpose()
            .map_err(PushError::here("read what it has pushed"))?;
        let wanted = Wanted {
            job: self.job.clone(),
            app: self.app.clone(),
            before: self.before.clone(),
            parent,
        };
        let (ctx, tokio) = (self.ctx.clone(), Handle::current());
        let folder = self.folder.path().join(round.to_string());
        let built = spawn_blocking(move || build::build(&ctx, &tokio, &wanted, &folder)).await;
        let built = built.map_err(|error| PushError::here("make the commits")(error.into()))?;
        built.map_err(PushError::here("make the commits"))
    }

    /// Notes what is there at the other end, and says it.
    async fn published(
        &self,
        built: &Built,
        pushed: Option<&Pushed>,
        branch: Option<&str>,
    ) -> Result<Published, PushError> {
        let now = built.tip.as_ref().map(|commit| Pushed {
            commit: commit.clone(),
            tree: built.tree.clone(),
        });
        if let Some(now) = now.as_ref().or(pushed) {
            self.ctx
                .db
                .repository_pushed(self.job.session_id, now)
                .await?;
        }
        let site = Site::of(&self.ctx.config.github.github_api_url);
        let Place {
            owner,
            name,
            branch: usual,
            ..
        } = &self.place;
        let aside = branch.filter(|branch| branch != usual);
        let mut notes = Vec::new();
        if let Some(branch) = aside {
            notes.push(format!(
                "{owner}/{name} has moved on since the last push, so this version is on the branch `{branch}`; nothing \
                 was overwritten"
            ));
        } else if branch.is_none() {
            notes.push(format!(
                "{owner}/{name} has moved on since the last push, and this generation has changed nothing"
            ));
        }
        notes.extend(left_out(&built.left_out));
        Ok(Published {
            url: Some(match aside {
                Some(branch) => site.branch(owner, name, branch),
                None => site.repository(owner, name),
            }),
            error: (!notes.is_empty()).then(|| notes.join("; ")),
        })
    }
}

fn left_out(paths: &[String]) -> Option<String> {
    let told: Vec<_> = paths.iter().take(TOLD_NAMES).map(String::as_str).collect();
    let more = match paths.len() > TOLD_NAMES {
        true => " and others",
        false => "",
    };
    (!told.is_empty()).then(|| {
        format!(
            "git allows no such names, so they were not pushed: {}{more}",
            told.join(", ")
        )
    })
}
