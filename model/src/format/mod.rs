//! Files out of answers.
