//! The credentials of AWS, for those that speak with another service than S3.
//!
//! They are found and renewed where the artifact store's own are: a process has one identity.

use std::fmt;

use object_store::aws::AwsCredentialProvider;
use secrecy::SecretString;

use super::{ArtifactError, place};
use crate::config::Aws;

/// What a client has to name; no call is made to it.
const NO_BUCKET: &str = "none";

/// Whoever this process is at AWS. Cheap enough to clone.
#[derive(Clone)]
pub struct AwsIdentity(AwsCredentialProvider);

/// A key that is valid for some minutes at least.
#[derive(Debug, Clone)]
pub struct AwsKey {
    /// Its name.
    pub id: String,
    /// The key.
    pub secret: SecretString,
    /// What comes with a key of a role.
    pub token: Option<SecretString>,
}

impl AwsIdentity {
    /// From the settings; nothing is asked yet.
    ///
    /// # Errors
    /// When the settings contradict each other.
    pub fn read(aws: &Aws) -> Result<Self, ArtifactError> {
        let client = place::client(NO_BUCKET, aws)?;
        Ok(Self(client.credentials().clone()))
    }

    /// The key at present, renewed in time.
    ///
    /// # Errors
    /// When whoever hands out the role does not answer, or gives none.
    pub async fn key(&self) -> Result<AwsKey, ArtifactError> {
        let found = self.0.get_credential().await?;
        Ok(AwsKey {
            id: found.key_id.clone(),
            secret: found.secret_key.clone().into(),
            token: found.token.clone().map(Into::into),
        })
    }
}

impl fmt::Debug for AwsIdentity {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsIdentity").finish_non_exhaustive()
    }
}
