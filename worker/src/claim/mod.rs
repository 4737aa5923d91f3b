//! Finding work.
//!
//! [`claimer`] looks into Postgres whenever a hint comes, a slot becomes free, or a second has
//! passed, and claims as many jobs as this worker has free slots. [`backend`] hands them to apalis,
//! whose worker calls [`crate::job`] for each.

mod backend;
mod claimer;

pub(crate) use backend::{ClaimBackend, JobTask};
pub(crate) use claimer::{Claimed, Claimer};
