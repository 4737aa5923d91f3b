//! Recovery: for how long a loss was felt.

use super::Evidence;
use crate::chaos::fleet::report::Report;
use crate::chaos::fleet::slot::Place;

/// From the loss of a worker to the next that is heard of each job that it held: somebody has taken it
/// over, another attempt has begun, or it has ended.
pub(super) fn judge(evidence: &Evidence, report: &mut Report) {
    for loss in &evidence.losses {
        let worst = match loss.place {
            Place::Engine => &mut report.recovery_of_containers,
            Place::Process => &mut report.recovery_of_processes,
        };
        let stories = loss
            .jobs
            .iter()
            .filter_map(|job| evidence.stored.stories.get(job));
        for story in stories {
            let next = story.moments.iter().find(|moment| **moment > loss.at);
            let took = next.and_then(|next| (*next - loss.at).to_std().ok());
            *worst = took.max(*worst);
        }
    }
}
