//! Where in a repository a version goes.

use leo_protocol::JobId;

use super::build::Built;
use super::send::Remote;

/// How branches of our own begin.
const PREFIX: &str = "leo/";
/// So much of a job's id is in a branch's name. The end is what differs.
const ID: usize = 12;

/// Where a version goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It is there already: on this branch, or nowhere where there is nothing to be.
    There {
        /// The branch.
        branch: Option<String>,
    },
    /// On this branch.
    Push {
        /// The branch.
        branch: String,
        /// The commit that it is at.
        old: Option<String>,
    },
}

/// Decides by what the repository holds, whose default branch is `usual` and in which `last` was pushed last. On
/// the default branch where that is where we left it, else
/// on a branch of the job's own.
pub(super) fn choose(
    remote: &Remote<'_>,
    usual: &str,
    job: JobId,
    last: Option<&str>,
    built: &Built,
) -> Target {
    // Without a new commit, what was pushed last is what there is to be found.
    let Some(wanted) = built.tip.as_deref().or(last) else {
        return Target::There { branch: None };
    };
    let there = remote.branches_at(wanted);
    let found = there.iter().find(|branch| **branch == usual);
    if let Some(branch) = found.or(there.first()) {
        let branch = Some((*branch).to_owned());
        return Target::There { branch };
    }
    if built.tip.is_none() {
        return Target::There { branch: None };
    }
    let head = remote.at(&format!("refs/heads/{usual}"));
    let ours = head.is_none() && remote.is_empty() || head.is_some() && head == last;
    if ours {
        return Target::Push {
            branch: usual.to_owned(),
            old: head.map(str::to_owned),
        };
    }
    Target::Push {
        branch: free(remote, job),
        old: None,
    }
}

/// The name of a branch that is not there.
fn free(remote: &Remote<'_>, job: JobId) -> String {
    let id = job.uuid().simple().to_string();
    let first = format!("{PREFIX}{}", &id[id.len() - ID..]);
    let is_free = |name: &String| remote.at(&format!("refs/heads/{name}")).is_none();
    let more = (2_u32..).map(|number| format!("{first}-{number}"));
    let mut names = std::iter::once(first.clone()).chain(more);
    names.find(is_free).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(tip: Option<&str>) -> Built {
        Built {
            tip: tip.map(str::to_owned),
            tree: "t".into(),
            pack: "p".into(),
            size: 0,
            left_out: Vec::new(),
        }
    }

    fn decided(refs: &[(&str, &str)], last: Option<&str>, tip: Option<&str>) -> Target {
        let token = "x".into();
        let remote = Remote::of_refs(&token, refs);
        choose(&remote, "main", JobId::generate(), last, &built(tip))
    }

    fn there(branch: Option<&str>) -> Target {
        Target::There {
            branch: branch.map(str::to_owned),
        }
    }

    fn main(old: Option<&str>) -> Target {
        Target::Push {
            branch: "main".into(),
            old: old.map(str::to_owned),
        }
    }

    #[test]
    fn it_goes_on_top_of_what_we_left() {
        let main_at = [("refs/heads/main", "1")];
        assert_eq!(decided(&[], None, Some("1")), main(None));
        assert_eq!(decided(&main_at, Some("1"), Some("2")), main(Some("1")));
        // Emptied by somebody.
        assert_eq!(decided(&[], Some("1"), Some("2")), main(None));
    }

    #[test]
    fn what_is_there_is_not_sent_again() {
        let main_at = [("refs/heads/main", "2")];
        assert_eq!(decided(&main_at, Some("1"), Some("2")), there(Some("main")));
        assert_eq!(decided(&main_at, Some("2"), None), there(Some("main")));
        let aside = [("refs/heads/main", "9"), ("refs/heads/leo/x", "2")];
        assert_eq!(decided(&aside, Some("1"), Some("2")), there(Some("leo/x")));
        assert_eq!(decided(&main_at, Some("1"), None), there(None));
    }

    #[test]
    fn what_others_have_pushed_stays() {
        let others = [("refs/heads/main", "9")];
        for last in [None, Some("1")] {
            let Target::Push { branch, old: None } = decided(&others, last, Some("2")) else {
                panic!("overwritten");
            };
            assert!(branch.starts_with("leo/"), "{branch}");
        }
        // A branch of another name alone is somebody's, too.
        let target = decided(&[("refs/heads/dev", "9")], None, Some("2"));
        assert!(matches!(target, Target::Push { branch, .. } if branch.starts_with("leo/")));
    }

    #[test]
    fn a_branch_of_ones_own_is_a_new_one() {
        let (job, token) = (JobId::generate(), "x".into());
        let first = free(&Remote::of_refs(&token, &[]), job);
        let taken = format!("refs/heads/{first}");
        let second = free(&Remote::of_refs(&token, &[(&taken, "1")]), job);
        assert_eq!(second, format!("{first}-2"));
    }
}
