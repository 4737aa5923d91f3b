//! Finding work.
//!
//! [`claimer`] looks into Postgres whenever a hint comes, a slot becomes free, or a second has
//! passed, and claims as many jobs as this worker has free slots. [`hearing`] hears the hints;
//! [`lost_answers`] finds jobs that it was given without hearing of it. [`backend`] hands them all to
//! apalis, whose worker calls [`crate::job`] for each.

mod backend;
mod claimer;
mod hearing;
mod lost_answers;

pub(crate) use backend::{ClaimBackend, JobTask};
pub(crate) use claimer::{Claimed, Claimer};
