//! Secrets are taken out of the output before it is stored, because a stored stream is never
//! edited.

use std::borrow::Cow;
use std::sync::Arc;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";
/// Shorter texts are not masked: they would blot out ordinary words.
const SHORTEST: usize = 6;

/// The secrets that a container was given. Cheap to clone.
#[derive(Clone, Default)]
pub struct Mask(Arc<[String]>);

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} secrets)", self.0.len())
    }
}

impl Mask {
    /// Masks these texts.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            secrets
                .into_iter()
                .filter(|secret| secret.len() >= SHORTEST)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The line without secrets. Works on whole lines, so that a secret that was written in two
    /// pieces is found too.
    #[must_use]
    pub fn apply<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let mut line = Cow::Borrowed(line);
        for secret in self.0.iter() {
            if line.contains(secret.as_str()) {
                line = Cow::Owned(line.replace(secret.as_str(), HIDDEN));
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_words_are_not() {
        let mask = Mask::new(["sk-123456", "key"]);
        assert_eq!(mask.apply("with sk-123456 as key"), "with *** as key");
        assert_eq!(mask.apply("nothing"), "nothing");
    }
}
