//! What is said of packages that could not be installed.

use std::fmt::Write as _;

use super::manifest::Manifest;
use super::npm::{Failure, explanation};
use super::{MANIFEST, Node};
use crate::kind::Problem;
use crate::process::Outcome;

impl Node {
    /// What is wrong, where packages of the image were asked for with these arguments.
    pub(super) fn refused_by_image(
        &self,
        failure: Failure,
        outcome: &Outcome,
        arguments: &[&str],
    ) -> Problem {
        if failure != Failure::NotFound {
            return refused(failure, outcome);
        }
        let manifest = Manifest::read(&self.copy()).unwrap_or_default();
        let asked = arguments.iter().filter(|name| !name.starts_with('-'));
        let mut names: Vec<&str> = manifest.names().collect();
        names.extend(asked.map(|package| name_of(package)));
        names.sort_unstable();
        names.dedup();
        let unknown: Vec<&str> = names
            .iter()
            .filter(|name| self.version(name).is_none())
            .copied()
            .collect();
        let message = if unknown.is_empty() {
            self.other_version(&names, &explanation(&outcome.tail))
        } else {
            format!(
                "not in the image, and there is no other place to get it from: {}. Do without, or use a package that the image has",
                unknown.join(", ")
            )
        };
        Problem::of(MANIFEST, None, message)
    }

    /// The image has all of the packages, but not as they are asked for.
    fn other_version(&self, names: &[&str], said: &str) -> String {
        let mut message = format!(
            "a version is asked for that is not in the image, and there is no other place to get it from: {said}"
        );
        let named = |name: &&&str| said.contains(&format!("{name}@"));
        for name in names.iter().filter(named) {
            let version = self.version(name).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = write!(message, " The image has {name} {version}.");
        }
        message
    }

    fn version(&self, name: &str) -> Option<&str> {
        self.packages.as_ref()?.version(name)
    }
}

/// What is wrong, where a registry was asked, or where it is not for want of a package.
pub(super) fn refused(failure: Failure, outcome: &Outcome) -> Problem {
    let said = explanation(&outcome.tail);
    match failure {
        Failure::Unreachable => no_network(&said),
        Failure::TooLong => Problem::general("npm install took longer than five minutes"),
        Failure::NotFound | Failure::Conflict | Failure::Other => {
            Problem::of(MANIFEST, None, format!("npm install has failed: {said}"))
        }
    }
}

/// The registry does not answer.
pub(super) fn no_network(said: &str) -> Problem {
    let message = format!(
        "packages cannot be installed: no registry can be reached from this container. {said}"
    );
    Problem::of(MANIFEST, None, message.trim_end())
}

/// The name in `name@version`; a scope begins with the same sign.
fn name_of(package: &str) -> &str {
    match package.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => &package[..at],
        None => package,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_versions() {
        assert_eq!(name_of("react@18"), "react");
        assert_eq!(name_of("@types/react@^19"), "@types/react");
        assert_eq!(name_of("@types/react"), "@types/react");
    }
}
