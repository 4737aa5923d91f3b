//! What jobs have left behind: where it is kept and what is in it.

use leo_protocol::{ArtifactId, JobId, SessionId, UserId};

use super::claims::db_small;
use super::github::pushes;
use super::{Db, StoreError, from_db, small, to_db};
use crate::artifacts::Manifest;

/// A kept result.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactRecord {
    /// The artifact.
    pub id: ArtifactId,
    /// The job that made it.
    pub job: JobId,
    /// The container run that made it.
    pub attempt: u32,
    /// Where the pack is, relative to the artifact store.
    pub location: String,
    /// What is in it.
    pub manifest: Manifest,
    /// The job ended before its app was complete.
    pub partial: bool,
}

/// A result to be recorded; its pack is durable already.
#[derive(Debug)]
pub struct NewArtifact<'a> {
    /// The artifact.
    pub id: ArtifactId,
    /// The job that made it.
    pub job: JobId,
    /// Its session.
    pub session: SessionId,
    /// Its owner.
    pub user: UserId,
    /// The container run that made it.
    pub attempt: u32,
    /// The epoch under which the recorder holds the job.
    pub epoch: u32,
    /// Where the pack is, relative to the artifact store.
    pub location: &'a str,
    /// What is in it.
    pub manifest: &'a Manifest,
    /// The job ended before its app was complete.
    pub partial: bool,
    /// It is to be pushed to GitHub.
    pub push: bool,
}

impl Db {
    /// Records an artifact, and with it that it is to be pushed. `false` when the job is not held
    /// under that epoch any more: then nothing is recorded.
    ///
    /// # Errors
    /// When the database fails; recording the same artifact again is safe.
    pub async fn record_artifact(&self, artifact: &NewArtifact<'_>) -> Result<bool, StoreError> {
        let manifest = serde_json::to_value(artifact.manifest)
            .map_err(|error| StoreError::Database(sqlx::Error::Encode(Box::new(error))))?;
        let mut tx = self.pool.begin().await?;
        let recorded = sqlx::query!(
            "insert into artifacts (id, job_id, session_id, user_id, attempt, format, location, manifest,
                                    bytes, files, partial)
             select $1, j.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from jobs j
              where j.id = $2 and j.status = 'generating' and j.epoch = $12
             on conflict (id) do update set location = excluded.location",
            artifact.id.uuid(),
            artifact.job.uuid(),
            artifact.session.uuid(),
            artifact.user.uuid(),
            db_small(artifact.attempt),
            artifact.manifest.format,
            artifact.location,
            manifest,
            to_db(artifact.manifest.bytes()),
            i32::try_from(artifact.manifest.files.len()).unwrap_or(i32::MAX),
            artifact.partial,
            db_small(artifact.epoch),
        )
        .execute(&mut *tx)
        .await?;
        let recorded = recorded.rows_affected() > 0;
        if recorded && artifact.push {
            pushes::add_first(&mut tx, artifact.job, artifact.session, artifact.id).await?;
        }
        tx.commit().await?;
        Ok(recorded)
    }

    /// An artifact by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifact(&self, id: ArtifactId) -> Result<Option<ArtifactRecord>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "select id, job_id, attempt, location, manifest, bytes, partial from artifacts where id = $1",
            id.uuid()
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::record).transpose()
    }

    /// What the latest attempt of a job before this one has left behind, where that was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifact_before(
        &self,
        job: JobId,
        attempt: u32,
    ) -> Result<Option<ArtifactRecord>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "select id, job_id, attempt, location, manifest, bytes, partial from artifacts
              where job_id = $1 and attempt < $2 order by attempt desc, created_at desc limit 1",
            job.uuid(),
            db_small(attempt)
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::record).transpose()
    }

    /// What an ended job has kept beside its result, with the places of the packs: its attempts
    /// went on from it, and nobody else does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spare_artifacts(
        &self,
        job: JobId,
    ) -> Result<Vec<(ArtifactId, String)>, StoreError> {
        let rows = sqlx::query!(
            "select a.id, a.location from artifacts a join jobs j on j.id = a.job_id
              where j.id = $1 and j.status in ('completed', 'failed', 'cancelled')
                and a.id is distinct from j.artifact_id",
            job.uuid()
        )
        .fetch_all(&self.pool)
        .await?;
        let spare = rows.into_iter().map(|row| (row.id.into(), row.location));
        Ok(spare.collect())
    }

    /// Forgets an artifact whose pack is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_artifact(&self, id: ArtifactId) -> Result<(), StoreError> {
        sqlx::query!("delete from artifacts where id = $1", id.uuid())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// What a link leads to, with the title of its session: nothing where that is deleted or its
    /// owner's account closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn linked_artifact(
        &self,
        id: ArtifactId,
    ) -> Result<Option<(ArtifactRecord, String)>, StoreError> {
        let title = sqlx::query_scalar!(
            "select s.title from artifacts a join sessions s on s.id = a.session_id
               join users u on u.id = a.user_id
              where a.id = $1 and s.deleted_at is null and u.closed_at is null",
            id.uuid()
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(title) = title else { return Ok(None) };
        let artifact = self.artifact(id).await?;
        Ok(artifact.map(|artifact| (artifact, title)))
    }
}

/// An artifact as it is stored.
struct Row {
    id: uuid::Uuid,
    job_id: uuid::Uuid,
    attempt: i32,
    location: String,
    manifest: serde_json::Value,
    bytes: i64,
    partial: bool,
}

impl Row {
    fn record(self) -> Result<ArtifactRecord, StoreError> {
        let manifest = serde_json::from_value(self.manifest);
        Ok(ArtifactRecord {
            id: self.id.into(),
            job: self.job_id.into(),
            attempt: small(self.attempt),
            location: self.location,
            manifest: manifest.map_err(|_| StoreError::Unreadable {
                what: "manifest",
                value: format!("{} ({} bytes)", self.id, from_db(self.bytes)),
            })?,
            partial: self.partial,
        })
    }
}
