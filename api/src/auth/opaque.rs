//! Credentials that are random texts: API keys and tickets. Only their SHA-256 is kept, which is
//! enough for texts that nobody can guess.

use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

/// The letters of such texts: digits, capitals, small letters.
pub(super) const BASE62: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// So many random letters, each of which is worth almost 6 bits.
pub(super) fn random(letters: usize) -> String {
    let mut source = rand::rng();
    let letter = |_| char::from(BASE62[source.random_range(0..BASE62.len())]);
    (0..letters).map(letter).collect()
}

/// What is kept of a text.
pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
