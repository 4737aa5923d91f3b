//! Installing what an app needs: from the packages of the image first, and from a registry where those do not
//! do and there is a network.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::manifest::Manifest;
use super::npm::Failure;
use super::packages::REGISTRY;
use super::refusal::{no_network, refused};
use super::{LOCK, MANIFEST, Node, mirror};
use crate::error::Error;
use crate::kind::{Addition, Installed, Problem};
use crate::process::{self, Outcome};
use crate::run::Run;

/// The longest that one call of npm may take.
const INSTALL_LIMIT: Duration = Duration::from_secs(300);
/// How often npm asks a registry again that does not answer.
const RETRIES: &str = "--fetch-retries=1";
/// How long a registry may take for an answer, in milliseconds.
const FETCH_TIMEOUT: &str = "--fetch-timeout=60000";
/// Lets packages have what they need although others want another version of it: models often ask for such.
const LENIENT: &str = "--legacy-peer-deps";

/// Where packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Image,
    Registry,
}

impl Node {
    /// See [`crate::kind::Toolchain::install`].
    pub(in crate::kind) async fn install(
        &self,
        run: &Run<'_>,
        app: &Path,
        additions: &[Addition<'_>],
    ) -> Result<Installed, Error> {
        self.follow(app)?;
        if let Err(problem) = Manifest::read(&self.copy()) {
            return Ok(Installed {
                problems: vec![problem],
                changed: Vec::new(),
            });
        }
        let mut calls: Vec<Vec<&str>> = additions.iter().filter_map(call).collect();
        if calls.is_empty() {
            if *self.installed.borrow() == Some(self.fingerprint()) {
                return Ok(Installed::default());
            }
            calls.push(Vec::new());
        }
        let mut problems = Vec::new();
        for arguments in calls {
            problems.extend(self.call(run, &arguments).await?);
        }
        let done = problems.is_empty().then(|| self.fingerprint());
        *self.installed.borrow_mut() = done;
        let changed = mirror::give_back(&self.copy(), app).map_err(|source| Error::Io {
            what: "keep what npm has written".to_owned(),
            source,
        })?;
        Ok(Installed { problems, changed })
    }

    /// Installs, with these arguments, from where it can.
    async fn call(&self, run: &Run<'_>, arguments: &[&str]) -> Result<Option<Problem>, Error> {
        let mut lacks = None;
        if self.packages.is_some() {
            let outcome = self.npm_install(run, Source::Image, arguments).await?;
            if outcome.is_success() {
                return Ok(None);
            }
            let failure = Failure::of(&outcome);
            let problem = self.refused_by_image(failure, &outcome, arguments);
            if failure != Failure::NotFound || !self.online {
                return Ok(Some(problem));
            }
            run.info("not all of the packages are in the image; asking the registry for them")?;
            lacks = Some(problem);
        } else if !self.online {
            return Ok(Some(no_network("")));
        }
        let outcome = self.npm_install(run, Source::Registry, arguments).await?;
        if outcome.is_success() {
            return Ok(None);
        }
        let failure = Failure::of(&outcome);
        let problem = refused(failure, &outcome);
        Ok(Some(match failure {
            // What the image lacks says more.
            Failure::Unreachable => lacks.unwrap_or(problem),
            Failure::NotFound | Failure::Conflict | Failure::TooLong | Failure::Other => problem,
        }))
    }

    /// Calls npm; a second time, more leniently, where packages want different versions of another.
    async fn npm_install(
        &self,
        run: &Run<'_>,
        source: Source,
        arguments: &[&str],
    ) -> Result<Outcome, Error> {
        let outcome = self.npm(run, source, arguments, &[]).await?;
        if Failure::of(&outcome) != Failure::Conflict || outcome.is_success() {
            return Ok(outcome);
        }
        run.info("packages ask for different versions of another; installing all the same")?;
        self.npm(run, source, arguments, &[LENIENT]).await
    }

    async fn npm(
        &self,
        run: &Run<'_>,
        source: Source,
        arguments: &[&str],
        more: &[&str],
    ) -> Result<Outcome, Error> {
        let registry = format!("--registry={REGISTRY}");
        let all: Vec<&str> = match source {
            Source::Image => vec!["install", "--offline", &registry],
            Source::Registry => vec!["install", RETRIES, FETCH_TIMEOUT],
        };
        let all: Vec<&str> = [&all, more, arguments].concat();
        let mut command = self.command("npm install", self.npm.clone(), &all, INSTALL_LIMIT);
        let cache = match (source, &self.packages) {
            (Source::Image, Some(packages)) => packages.cache.clone(),
            (Source::Image | Source::Registry, _) => self.scratch.path().join("npm"),
        };
        command
            .environment
            .push(("npm_config_cache", cache.clone().into()));
        let outcome = process::run(run, &command).await?;
        if source == Source::Registry {
            // It lies in memory, and is of no more use once everything is in its place.
            let _ = fs::remove_dir_all(cache);
        }
        Ok(outcome)
    }

    /// What package.json and the lock file are at present.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for name in [MANIFEST, LOCK] {
            let bytes = fs::read(self.copy().join(name)).unwrap_or_default();
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(bytes);
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// The arguments for packages to add; a name that npm would take for an option is not handed on.
fn call<'a>(addition: &Addition<'a>) -> Option<Vec<&'a str>> {
    let names = addition.packages.iter().map(String::as_str);
    let names: Vec<&str> = names.filter(|name| !name.starts_with('-')).collect();
    let how = if addition.dev { "--save-dev" } else { "--save" };
    (!names.is_empty()).then(|| [&[how], names.as_slice()].concat())
}

/// Whether this container has any other way out than to itself.
pub(super) fn has_network() -> bool {
    let ways = |table: &str, heading: usize| {
        let table = fs::read_to_string(table).unwrap_or_default();
        let mut ways = table.lines().skip(heading);
        ways.any(|way| way.split_whitespace().next_back() != Some("lo") && !way.starts_with("lo"))
    };
    ways("/proc/net/route", 1) || ways("/proc/net/ipv6_route", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_option_is_no_package() {
        let packages = ["--registry=https://x".to_owned(), "zod".to_owned()];
        let addition = |packages| Addition {
            packages,
            dev: true,
        };
        assert_eq!(call(&addition(&packages)), Some(vec!["--save-dev", "zod"]));
        assert_eq!(call(&addition(&packages[..1])), None);
    }
}
