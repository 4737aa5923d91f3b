//! What Leo keeps of GitHub: accounts that users have connected, and the repositories of sessions.

pub mod accounts;
pub mod pushes;
pub mod repositories;
