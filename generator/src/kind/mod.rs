//! The kinds of apps: what they begin with, how they are installed, checked and tried.
//!
//! An app of the kind `static` is files for a browser; nothing is installed, and its check is made in this
//! process, so that it runs in an image without anything else. One of the kind `node` is made with Vite,
//! TypeScript and React (or what its package.json says) and needs node and npm, which the second image has.
//!
//! What is wrong with an app is a list of [`Problem`]s for whoever can repair it, never an error; an
//! [`Error`] means that the run cannot go on.

use std::fmt;
use std::path::Path;

use crate::error::Error;
use crate::process::Outcome;
use crate::run::Run;

mod files;
mod node;
mod pages;
mod probe;
mod problem;

pub(crate) use files::is_made;
use node::Node;
pub(crate) use problem::Problem;

/// The kinds of apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Pages, styles and scripts as a browser takes them.
    Static,
    /// A project of Vite with TypeScript and React.
    Node,
}

impl Kind {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Node => "node",
        }
    }

    /// The kind of an app that is there already: one with a package.json that knows how to be built or
    /// developed is of the kind `node`. `None` where there is nothing yet.
    pub(crate) fn of(app: &Path) -> Option<Self> {
        if node::is_project(app) {
            return Some(Self::Node);
        }
        (!files::walk(app).is_empty()).then_some(Self::Static)
    }

    /// What a new app of this kind begins with: paths and texts. A static one begins with nothing, because
    /// all of it is the model's to write.
    pub(crate) const fn template(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Static => &[],
            Self::Node => node::TEMPLATE,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A package to add to an app.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addition<'a> {
    /// As npm takes them: `name` or `name@version`.
    pub(crate) packages: &'a [String],
    /// They are needed for the development alone.
    pub(crate) dev: bool,
}

/// What came of an installation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Installed {
    /// What is wrong; empty where everything is in its place.
    pub(crate) problems: Vec<Problem>,
    /// Files of the app that the installation has written.
    pub(crate) changed: Vec<&'static str>,
}

/// What there is in the container to install, check and try an app with.
///
/// It remembers what it has installed, so it has to live as long as the run.
#[derive(Debug)]
pub(crate) struct Toolchain {
    node: Option<Node>,
}

impl Toolchain {
    /// Looks for node and npm in the folders of `path`, the variable `PATH`.
    ///
    /// # Errors
    /// When there is no place for temporary files.
    pub(crate) fn find(path: Option<&str>) -> Result<Self, Error> {
        Ok(Self {
            node: Node::find(path)?,
        })
    }

    /// Whether apps of this kind can be made here.
    pub(crate) const fn offers(&self, kind: Kind) -> bool {
        match kind {
            Kind::Static => true,
            Kind::Node => self.node.is_some(),
        }
    }

    /// The packages that can be installed without a network, as `name version`, sorted.
    pub(crate) fn packages(&self) -> Vec<String> {
        self.node.as_ref().map_or_else(Vec::new, Node::packages)
    }

    /// Installs what the app needs, where that has changed since the last time, and `additions` to it.
    pub(crate) async fn install(
        &self,
        run: &Run<'_>,
        kind: Kind,
        app: &Path,
        additions: &[Addition<'_>],
    ) -> Result<Installed, Error> {
        match kind {
            Kind::Static => Ok(pages::install(additions)),
            Kind::Node => self.node(kind)?.install(run, app, additions).await,
        }
    }

    /// Builds or checks the app, and tells what is wrong with it.
    pub(crate) async fn verify(
        &self,
        run: &Run<'_>,
        kind: Kind,
        app: &Path,
    ) -> Result<Vec<Problem>, Error> {
        match kind {
            Kind::Static => pages::verify(run, app).await,
            Kind::Node => self.node(kind)?.verify(run, app).await,
        }
    }

    /// Starts the app's server, waits until it answers, says so, and stops it again.
    pub(crate) async fn serve(
        &self,
        run: &Run<'_>,
        kind: Kind,
        app: &Path,
    ) -> Result<Vec<Problem>, Error> {
        match kind {
            Kind::Static => pages::serve(run, app).await,
            Kind::Node => self.node(kind)?.serve(run, app).await,
        }
    }

    /// Runs a command of the app's own: `npm run SCRIPT`, `npm test`, or a tool that is installed in it, as
    /// `npx TOOL`. `None` where there is no such tool. What may run is the caller's to decide.
    pub(crate) async fn script(
        &self,
        run: &Run<'_>,
        kind: Kind,
        app: &Path,
        argv: &[&str],
    ) -> Result<Option<Outcome>, Error> {
        match kind {
            Kind::Static => Ok(None),
            Kind::Node => self.node(kind)?.script(run, app, argv).await,
        }
    }

    fn node(&self, kind: Kind) -> Result<&Node, Error> {
        self.node.as_ref().ok_or_else(|| {
            Error::Refused(format!(
                "an app of the kind {kind} needs node and npm, which this image does not have; set DOCKER_IMAGE to one that has them"
            ))
        })
    }
}

#[cfg(test)]
mod tests;
