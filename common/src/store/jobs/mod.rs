//! Jobs: submitted, read, cancelled, finished.
//!
//! The rules of the queue stand in the functions `leo_submit`, `leo_due`, `leo_cancel` and
//! `leo_end_jobs` of `migrations/`; here they get their arguments and their answers a shape. Claiming is in
//! [`super::claims`].

mod due;
mod end;
mod end_many;
mod place;
mod record;
mod submit;
mod view;

pub use due::Due;
pub use end::{Cancelled, Outcome, download_url};
pub use end_many::{Ended, Ending};
pub use record::{JobFilter, JobRecord};
pub(crate) use record::{shown_status, stored_statuses};
pub use submit::{Submit, Submitted};
pub use view::job_view;
