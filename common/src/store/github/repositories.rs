//! The repository of a session: chosen, made, pushed to, gone.
//!
//! The name is stored before anything is made at GitHub, so that whoever goes on after a kill looks
//! for that one and makes no second one.

use leo_protocol::SessionId;

use crate::store::{Db, StoreError, named};

/// Where a repository stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepositoryState {
    /// Its name is chosen; whether there is one is not known.
    Chosen,
    /// It is there.
    Made,
    /// It was there, and is not any more.
    Gone,
}

impl RepositoryState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Made => "made",
            Self::Gone => "gone",
        }
    }
}

impl std::str::FromStr for RepositoryState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Chosen, Self::Made, Self::Gone]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// The repository of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// With the user's own account, or else with the installation's.
    pub own: bool,
    /// Whose it is at GitHub.
    pub owner: String,
    /// Its name there.
    pub name: String,
    /// Where it stands.
    pub state: RepositoryState,
    /// Its default branch, once it is made.
    pub branch: Option<String>,
    /// What was pushed last.
    pub pushed: Option<Pushed>,
    /// What was last about to be pushed. Where the repository holds it, it was pushed.
    pub next: Option<Pushed>,
}

/// What was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The id of the commit.
    pub commit: String,
    /// The id of its tree.
    pub tree: String,
}

impl Db {
    /// The repository of a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository(&self, session: SessionId) -> Result<Option<Repository>, StoreError> {
        let row = sqlx::query!(
            "select own, owner, name, state, branch, last_commit, last_tree, next_commit, next_tree
               from session_repositories where session_id = $1",
            session.uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Repository {
            own: row.own,
            owner: row.owner,
            name: row.name,
            state: named("state of a repository", &row.state)?,
            branch: row.branch,
            pushed: row
                .last_commit
                .zip(row.last_tree)
                .map(|(commit, tree)| Pushed { commit, tree }),
            next: row
                .next_commit
                .zip(row.next_tree)
                .map(|(commit, tree)| Pushed { commit, tree }),
        }))
    }

    /// Stores the name of a repository that is about to be made, in the place of what was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choose_repository(
        &self,
        session: SessionId,
        own: bool,
        owner: &str,
        name: &str,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into session_repositories (session_id, own, owner, name, state) values ($1, $2, $3, $4, 'chosen')
             on conflict (session_id) do update set own = excluded.own, owner = excluded.owner, name = excluded.name,
               state = 'chosen', branch = null, last_commit = null, last_tree = null,
               next_commit = null, next_tree = null, updated_at = now()",
            session.uuid(),
            own,
            owner,
            name,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes that the repository is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository_made(
        &self,
        session: SessionId,
        branch: &str,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update session_repositories set state = 'made', branch = $2, updated_at = now() where session_id = $1",
            session.uuid(),
            branch,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes that the repository is not there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository_gone(&self, session: SessionId) -> Result<(), StoreError> {
        sqlx::query!(
            "update session_repositories set state = 'gone', updated_at = now() where session_id = $1",
            session.uuid(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes what is about to be pushed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository_pushing(
        &self,
        session: SessionId,
        next: &Pushed,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update session_repositories set next_commit = $2, next_tree = $3, updated_at = now()
              where session_id = $1",
            session.uuid(),
            next.commit,
            next.tree,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes what was pushed last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository_pushed(
        &self,
        session: SessionId,
        pushed: &Pushed,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update session_repositories set last_commit = $2, last_tree = $3, updated_at = now()
              where session_id = $1",
            session.uuid(),
            pushed.commit,
            pushed.tree,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
