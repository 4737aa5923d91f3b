//! Which host the workers of this machine are.
//!
//! One folder of one user on one boot of one kernel, in one namespace of process numbers: only there
//! can a worker find and end what another has started. After a reboot it is another host, on which
//! nothing of the old one can be left.

use std::path::Path;

use leo_protocol::HostId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::kernel::Realm;

/// What is hashed first, so that the id is like no other made of the same names.
const PURPOSE: &str = "leo process host v1";
/// Bytes of a uuid.
const LENGTH: usize = 16;

/// The host's id; where the kernel does not tell, a random one, and each worker is its own host.
pub(super) fn identify(root: &Path) -> HostId {
    Realm::here().map_or_else(HostId::generate, |realm| of(&realm.to_string(), root))
}

fn of(realm: &str, root: &Path) -> HostId {
    let user = nix::unistd::geteuid();
    let root = root.display();
    let digest = Sha256::digest(format!("{PURPOSE}\n{realm}\n{user}\n{root}"));
    let mut bytes = [0; LENGTH];
    bytes.copy_from_slice(&digest[..LENGTH]);
    let id: Uuid = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    id.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_of_one_folder_of_one_machine_are_one_host() {
        let [one, another] = ["/one", "/another"].map(Path::new);
        assert_eq!(identify(one), identify(one));
        assert_ne!(identify(one), identify(another));
        assert_ne!(of("boot a", one), of("boot b", one));
    }
}
