//! The repository of a session: found, or made.
//!
//! A name is stored before it is asked for, and a repository says which session it is of. So
//! whoever goes on after a kill finds the one that was made, and makes no second one.

use leo_common::github::{Client, Made};
use leo_common::store::github::repositories::{Repository, RepositoryState};
use leo_common::store::jobs::JobRecord;

use super::credential::Credential;
use super::error::PushError;
use super::name;
use crate::context::Context;

/// So many taken names are passed over.
const MAX_NAMES: usize = 100;
/// The branch of a repository that does not say which.
const USUAL_BRANCH: &str = "main";

/// A repository that is there, as far as is known.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Whose.
    pub(super) owner: String,
    /// Its name.
    pub(super) name: String,
    /// Its default branch.
    pub(super) branch: String,
    /// What was pushed to it last.
    pub(super) stored: Repository,
}

/// Finds the repository of a job's session, or makes it. One that is gone is made anew where
/// somebody has `asked` for the push.
pub(super) async fn ready(
    ctx: &Context,
    job: &JobRecord,
    credential: &Credential,
    asked: bool,
) -> Result<Place, PushError> {
    let known = ctx.db.repository(job.session_id).await?;
    // One with another account is another one.
    let known = known.filter(|known| known.own == credential.own);
    match known {
        Some(known) if known.state == RepositoryState::Made => Ok(place(known)),
        Some(known) if known.state == RepositoryState::Gone && !asked => {
            Err(gone(&known.owner, &known.name))
        }
        known => make(ctx, job, credential, known).await,
    }
}

/// What is said of one that is not there any more.
pub(super) fn gone(owner: &str, name: &str) -> PushError {
    PushError::failed(format!(
        "the repository {owner}/{name} is gone, or the token does not see it any more; a push that is asked for again \
         makes a new one"
    ))
}

fn place(stored: Repository) -> Place {
    let branch = stored.branch.as_deref().unwrap_or(USUAL_BRANCH);
    Place {
        owner: stored.owner.clone(),
        name: stored.name.clone(),
        branch: branch.to_owned(),
        stored,
    }
}

async fn make(
    ctx: &Context,
    job: &JobRecord,
    credential: &Credential,
    known: Option<Repository>,
) -> Result<Place, PushError> {
    let session = job.session_id;
    let title = ctx.db.session(job.user_id, session).await?;
    let title = title
        .ok_or_else(|| PushError::failed("the session is deleted"))?
        .title;
    let github = Client::new(&ctx.config.github.github_api_url, &credential.token)?;
    let login = github.who().await?.login;
    let owner = credential.owner.clone().unwrap_or_else(|| login.clone());
    let first = name::of_title(&title);
    let chosen =
        known.filter(|known| known.state == RepositoryState::Chosen && known.owner == owner);
    let mut name = match chosen {
        Some(chosen) => chosen.name,
        None => choose(ctx, job, credential, &owner, first.clone()).await?,
    };
    let description = name::description(&title, session);
    for _ in 0..MAX_NAMES {
        let found = match github.make(&login, &owner, &name, &description).await? {
            Made::Made(found) => Some(found),
            Made::Taken => {
                let found = github.repository(&owner, &name).await?;
                found.filter(|found| name::is_of(found.description.as_deref(), session))
            }
        };
        if let Some(found) = found {
            let branch = found.default_branch.as_deref().unwrap_or(USUAL_BRANCH);
            ctx.db.repository_made(session, branch).await?;
            let made = ctx.db.repository(session).await?;
            return made
                .map(place)
                .ok_or_else(|| PushError::failed("the session is deleted"));
        }
        let next = name::after(&first, &name);
        name = choose(ctx, job, credential, &owner, next).await?;
    }
    Err(PushError::failed(format!(
        "the names `{first}` to `{name}` are all taken at GitHub"
    )))
}

async fn choose(
    ctx: &Context,
    job: &JobRecord,
    credential: &Credential,
    owner: &str,
    name: String,
) -> Result<String, PushError> {
    let chosen = ctx
        .db
        .choose_repository(job.session_id, credential.own, owner, &name);
    chosen.await?;
    Ok(name)
}
