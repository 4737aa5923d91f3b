//! The key that signs this installation's tokens, made once and kept in the data folder.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, ensure};
use rand::distr::{Alphanumeric, SampleString as _};
use secrecy::SecretString;

/// The file's name in the data folder.
const FILE: &str = "secret_key";
/// The length of a key, in characters; each is worth almost six bits.
const CHARS: usize = 64;

/// The key kept in `data`; made if there is none. Its file is readable for its owner alone.
///
/// # Errors
/// When the file cannot be read or made, or is empty.
pub(super) fn keep(data: &Path) -> anyhow::Result<SecretString> {
    let path = data.join(FILE);
    let failed = || format!("failed to keep the key {}", path.display());
    match fs::read_to_string(&path) {
        Ok(key) => {
            ensure!(
                !key.trim().is_empty(),
                "{} is empty; remove it, and a new key is made",
                path.display()
            );
            Ok(key.trim().into())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => make(data, &path).with_context(failed),
        Err(error) => Err(error).with_context(failed),
    }
}

fn make(data: &Path, path: &Path) -> anyhow::Result<SecretString> {
    let key = Alphanumeric.sample_string(&mut rand::rng(), CHARS);
    // Complete or not there at all; temporary files are their owner's alone from the beginning.
    let mut file = tempfile::NamedTempFile::new_in(data)?;
    writeln!(file, "{key}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(key.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_nobody_else_can_read_it() {
        let data = tempfile::tempdir().unwrap();
        let made = keep(data.path()).unwrap();
        assert_eq!(made.expose_secret().len(), CHARS);
        assert_eq!(
            keep(data.path()).unwrap().expose_secret(),
            made.expose_secret()
        );
        let mode = fs::metadata(data.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_empty_key_is_no_key() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FILE), "\n").unwrap();
        assert!(keep(data.path()).is_err());
    }
}
