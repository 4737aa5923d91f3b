//! The store looked through from its own side: what lies there, and for how long.
//!
//! A name tells what an object belongs to. Whether it still does is the database's to say
//! ([`crate::store::orphans`]). Objects that are not named like those of this version are left
//! alone as long as their session is there: a newer version may know them.

use std::time::Duration;

use chrono::Utc;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::{ArtifactId, InstanceId, JobId, SessionId};
use object_store::path::Path;
use object_store::{Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};

use super::{ArtifactError, ArtifactStore};

/// Below this lies everything that is kept of sessions.
const SESSIONS: &str = "sessions";
/// Says whose store it is.
const OWNER: &str = "leo-instance";

/// An object, and what it belongs to by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub location: String,
    /// The session in whose folder it lies.
    pub session: SessionId,
    /// The job that made it; none for what belongs to the session as a whole or is not known.
    pub job: Option<JobId>,
    /// The artifact that it is, or is made of.
    pub artifact: Option<ArtifactId>,
}

impl Found {
    /// Reads a location; `None` for what lies outside of sessions.
    fn read(location: &str) -> Option<Self> {
        let mut parts = location.split('/');
        if parts.next() != Some(SESSIONS) {
            return None;
        }
        let session = parts.next()?.parse().ok()?;
        let job = parts.next().and_then(|part| part.parse().ok());
        let name = parts.next().filter(|_| parts.next().is_none());
        let artifact = name.and_then(artifact_of);
        let known = artifact.is_some() || name.is_some_and(is_parcel);
        Some(Self {
            location: location.to_owned(),
            session,
            job: job.filter(|_| known),
            artifact,
        })
    }
}

/// A pack, and whatever else is made of its artifact.
fn artifact_of(name: &str) -> Option<ArtifactId> {
    let (id, _) = name.split_once('.')?;
    id.parse().ok()
}

/// See [`super::Parcel`].
fn is_parcel(name: &str) -> bool {
    name.split_once('-').is_some_and(|(attempt, what)| {
        attempt.parse::<u32>().is_ok()
            && ["job.json", "files.tar.gz", "upload.tar.gz"].contains(&what)
    })
}

impl ArtifactStore {
    /// Everything below the sessions that was written longer than `age` ago, page by page.
    #[must_use]
    pub fn older_than(&self, age: Duration) -> BoxStream<'static, Result<Found, ArtifactError>> {
        let objects = self.store.list(Some(&Path::from(SESSIONS)));
        let old = objects.try_filter_map(move |object| async move {
            let is_old = (Utc::now() - object.last_modified)
                .to_std()
                .is_ok_and(|is| is >= age);
            Ok(Found::read(object.location.as_ref()).filter(|_| is_old))
        });
        old.map_err(ArtifactError::from).boxed()
    }

    /// Removes a pack with all that is made of its artifact; what is gone is fine.
    ///
    /// # Errors
    /// When the store fails; some may be removed by then.
    pub async fn remove_artifact(&self, location: &str) -> Result<(), ArtifactError> {
        let pack = Path::from(location);
        let (folder, artifact) = (parent(&pack), pack.filename().and_then(artifact_of));
        let mut beside = self.store.list(Some(&folder));
        while let Some(object) = beside.try_next().await? {
            let name = object.location.filename();
            if artifact.is_some() && name.and_then(artifact_of) == artifact {
                self.remove(object.location.as_ref()).await?;
            }
        }
        self.remove(location).await
    }

    /// Whether this store is an installation's own. The first one that asks becomes its owner, so
    /// that nobody takes what another one keeps for left behind.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn belongs_to(&self, instance: InstanceId) -> Result<bool, ArtifactError> {
        let (place, own) = (Path::from(OWNER), instance.to_string());
        match self.store.get(&place).await {
            Ok(found) => return Ok(found.bytes().await? == own),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let once = PutOptions::from(PutMode::Create);
        match self.store.put_opts(&place, own.into(), once).await {
            Ok(_) => Ok(true),
            // Somebody was faster; the next time tells who.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn parent(path: &Path) -> Path {
    let parts: Vec<_> = path.parts().collect();
    parts[..parts.len().saturating_sub(1)]
        .iter()
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Parcel;
    use super::*;

    #[test]
    fn names_tell_what_objects_belong_to() {
        let (session, job, artifact) = (
            SessionId::generate(),
            JobId::generate(),
            ArtifactId::generate(),
        );
        let read =
            |location: String| Found::read(&location).map(|found| (found.job, found.artifact));
        let pack = ArtifactStore::location(session, job, artifact);
        assert_eq!(read(pack.clone()), Some((Some(job), Some(artifact))));
        let zip = pack.replace(".pack", ".zip");
        assert_eq!(read(zip), Some((Some(job), Some(artifact))));
        for parcel in [Parcel::Job, Parcel::Files, Parcel::Upload] {
            let parcel = ArtifactStore::parcel(session, job, 3, parcel);
            assert_eq!(read(parcel), Some((Some(job), None)));
        }
        let folder = ArtifactStore::folder(session);
        for whole in [
            "events-1-9.ndjson".to_owned(),
            format!("{job}/index.json"),
            format!("{job}/a/b"),
        ] {
            assert_eq!(read(format!("{folder}/{whole}")), Some((None, None)));
        }
        assert_eq!(read("leo-instance".to_owned()), None);
        assert_eq!(read("sessions/me/x".to_owned()), None);
    }
}
