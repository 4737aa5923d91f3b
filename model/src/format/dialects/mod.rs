//! What models write instead of heredocs.

pub(super) mod path_line;
pub(super) mod tag;
