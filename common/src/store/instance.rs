//! The name of this installation.

use leo_protocol::InstanceId;

use super::{Db, StoreError};

impl Db {
    /// The installation's id: made by the first migration, never changed. Labels containers and
    /// prefixes Redis keys, so that two installations on one host leave each other alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn instance(&self) -> Result<InstanceId, StoreError> {
        let id = sqlx::query_scalar!("select id from instance")
            .fetch_one(&self.pool)
            .await?;
        Ok(id.into())
    }
}
