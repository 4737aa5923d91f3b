//! STUB, replaced by the toolchain branch
use crate::error::Error;
use crate::run::Run;
use std::path::Path;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Static,
    Node,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
}
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
#[derive(Debug)]
pub(crate) struct Toolchain {
    node: Option<()>,
}
pub(crate) struct Addition<'a> {
    pub(crate) packages: &'a [String],
    pub(crate) dev: bool,
}
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) problems: Vec<Problem>,
    pub(crate) changed: Vec<&'static str>,
}
impl Toolchain {
    pub(crate) fn find(p: Option<&str>) -> Result<Self, Error> {
        Ok(Self {
            node: p.filter(|p| p.ends_with("bin-of-tests")).map(|_| ()),
        })
    }
    pub(crate) fn offers(&self, kind: Kind) -> bool {
        match kind {
            Kind::Static => true,
            Kind::Node => self.node.is_some(),
        }
    }
    pub(crate) fn packages(&self) -> Vec<String> {
        Vec::new()
    }
    pub(crate) async fn install(
        &self,
        _r: &Run<'_>,
        _k: Kind,
        _a: &Path,
        _i: &[Addition<'_>],
    ) -> Result<Installed, Error> {
        Ok(Installed::default())
    }
    pub(crate) async fn verify(
        &self,
        _r: &Run<'_>,
        _k: Kind,
        _a: &Path,
    ) -> Result<Vec<Problem>, Error> {
        Ok(Vec::new())
    }
    pub(crate) async fn serve(
        &self,
        _r: &Run<'_>,
        _k: Kind,
        _a: &Path,
    ) -> Result<Vec<Problem>, Error> {
        Ok(Vec::new())
    }
    pub(crate) async fn script(
        &self,
        _r: &Run<'_>,
        _k: Kind,
        _a: &Path,
        _argv: &[String],
    ) -> Result<crate::process::Outcome, Error> {
        Ok(crate::process::Outcome {
            tail: String::new(),
        })
    }
}
impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Node => "node",
        }
    }
    pub(crate) fn of(_w: &Path) -> Option<Self> {
        None
    }
    pub(crate) fn template(self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}
pub(crate) fn is_made(_p: &str) -> bool {
    false
}
