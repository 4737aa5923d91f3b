//! Whether the engine can refuse a workspace more disk than it may have.
//!
//! The `local` volume driver has a `size` of its own where the engine's volumes lie on a file system
//! with project quotas: XFS mounted with `pquota`, or ext4 with `prjquota`. The storage driver of the
//! containers has no part in it, and its name says nothing: so it is tried. The engine refuses a
//! volume with a size that it could not keep to.

use std::collections::HashMap;

use bollard::errors::Error as EngineError;
use bollard::models::{MountVolumeOptionsDriverConfig, VolumeCreateRequest};
use bollard::query_parameters::RemoveVolumeOptions;
use leo_protocol::InstanceId;

use super::labels::INSTANCE;
use super::{NOT_FOUND, status};

/// The engine's own driver of volumes.
const DRIVER: &str = "local";

/// Its name for the most that a volume may take.
const SIZE: &str = "size";

/// The size of the volume that is tried, in bytes; nothing is ever put into it.
const TRIED: u64 = 1 << 20;

/// Tries it with a volume that is removed again. An engine that does not answer is one that cannot:
/// what is asked of it next says so better.
pub(super) async fn is_kept(engine: &bollard::Docker, instance: InstanceId) -> bool {
    match try_out(engine, instance).await {
        Ok(()) => {
            tracing::info!("the Docker engine keeps workspaces to a quota");
            true
        }
        Err(error) => {
            tracing::info!(
                %error,
                "the Docker engine cannot limit workspaces; they are measured from time to time"
            );
            false
        }
    }
}

async fn try_out(engine: &bollard::Docker, instance: InstanceId) -> Result<(), EngineError> {
    let name = format!("leo_quota_{instance}");
    // Creating one that exists tries nothing.
    remove(engine, &name).await?;
    let wanted = VolumeCreateRequest {
        name: Some(name.clone()),
        driver: Some(DRIVER.to_owned()),
        driver_opts: Some(options(TRIED)),
        labels: Some(HashMap::from([(INSTANCE.to_owned(), instance.to_string())])),
        ..VolumeCreateRequest::default()
    };
    engine.create_volume(wanted).await?;
    remove(engine, &name).await
}

async fn remove(engine: &bollard::Docker, name: &str) -> Result<(), EngineError> {
    match engine
        .remove_volume(name, None::<RemoveVolumeOptions>)
        .await
    {
        Err(error) if status(&error) == Some(NOT_FOUND) => Ok(()),
        done => done,
    }
}

/// How a volume is made that holds no more than so many bytes.
pub(super) fn driver(bytes: u64) -> MountVolumeOptionsDriverConfig {
    MountVolumeOptionsDriverConfig {
        name: Some(DRIVER.to_owned()),
        options: Some(options(bytes)),
    }
}

fn options(bytes: u64) -> HashMap<String, String> {
    HashMap::from([(SIZE.to_owned(), bytes.to_string())])
}
