//! What an API key looks like: `leo_key_`, 34 random letters, and 6 letters of a checksum.
//!
//! The prefix lets scanners of source code know a key that somebody has published, and the checksum
//! lets them know that it is none by accident. The checksum is no secret and guards nothing.

use super::super::opaque::{BASE62, random};

/// What every key begins with.
pub(crate) const PREFIX: &str = "leo_key_";
/// Random letters of a key: 202 bits.
const RANDOM: usize = 34;
/// Letters of the checksum; 6 of them have room for its 32 bits.
const CHECK: usize = 6;
/// So many letters of a key are kept and shown, so that its owner knows it.
const SHOWN: usize = 4;

/// A new key.
pub(super) fn generate() -> String {
    let secret = random(RANDOM);
    format!("{PREFIX}{secret}{}", checksum(&secret))
}

/// The beginning of a key, which its owner may be shown.
pub(super) fn hint(key: &str) -> &str {
    key.get(..PREFIX.len() + SHOWN).unwrap_or(PREFIX)
}

/// Whether this may be a key. What is none by its checksum need not be looked up.
pub(super) fn is_key(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return false;
    };
    let letters = rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    letters && rest.len() == RANDOM + CHECK && checksum(&rest[..RANDOM]) == rest[RANDOM..]
}

/// The CRC-32 of a text, in six letters, the highest first.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut letters = [b'0'; CHECK];
    for letter in letters.iter_mut().rev() {
        *letter = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    letters.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_form() {
        let key = generate();
        assert!(is_key(&key) && key.len() == 48, "{key}");
        assert_eq!(hint(&key), &key[..12]);
        assert_ne!(generate(), key);
    }

    /// Scanners outside have the rule of docs/api.md, so it must not change.
    #[test]
    fn the_checksum_is_that_of_the_docs() {
        assert_eq!(checksum("0123456789ABCDEFGHIJKLMNOPQRSTUVWX"), DOCUMENTED);
    }

    /// Made by another program: Python's `zlib.crc32`.
    const DOCUMENTED: &str = "0TeJoD";

    #[test]
    fn what_is_mistyped_is_no_key() {
        let key = generate();
        for (place, letter) in key.char_indices().skip(PREFIX.len()) {
            let other = if letter == 'x' { "y" } else { "x" };
            let mut wrong = key.clone();
            wrong.replace_range(place..=place, other);
            assert!(!is_key(&wrong), "{wrong}");
        }
        for wrong in [
            "",
            PREFIX,
            &key[1..],
            &key[..47],
            &format!("{key}0"),
            "leo_key_é",
        ] {
            assert!(!is_key(wrong), "{wrong}");
        }
    }
}
