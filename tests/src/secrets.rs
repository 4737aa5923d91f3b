//! What no log may hold: the tokens, keys and passwords that the tests use.
//!
//! Whoever makes one in a test says so here; the end of each installation looks for all of them in
//! what its processes have said.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Shorter ones are no secrets, and may stand in a log by chance.
const SHORTEST: usize = 12;

static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on no log may hold this.
pub fn remember(secret: &str) {
    if secret.len() >= SHORTEST {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(secret.to_owned());
    }
}

/// The secrets in a text.
#[must_use]
pub fn found_in(text: &str) -> Vec<String> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .iter()
        .filter(|secret| text.contains(secret.as_str()))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_found() {
        remember("a-secret-of-this-test");
        remember("short");
        assert_eq!(
            found_in("here is a-secret-of-this-test, in short"),
            ["a-secret-of-this-test"]
        );
        assert!(found_in("nothing").is_empty());
    }
}
