//! The network of a private Docker engine: which bridge and which addresses. It is made and removed
//! by `engine.sh`, beside the engine and with its rights.

use std::path::Path;

use anyhow::{Context, bail};

use super::layout::tag;
use super::programs::{Programs, output};

/// The first two numbers of the addresses; the third tells stacks apart.
const PREFIX: &str = "10.213";

/// A bridge to be.
#[derive(Debug)]
pub(crate) struct Bridge {
    /// The interface; the kernel allows 15 bytes.
    pub(crate) name: String,
    /// Its address with the length of the net, the host's in it.
    pub(crate) address: String,
}

impl Bridge {
    /// The bridge of this data folder: the same each time, unless its net is used by something
    /// else.
    pub(crate) async fn choose(data_dir: &Path, programs: &Programs) -> anyhow::Result<Self> {
        let tag = tag(data_dir);
        let name = format!("leo-{tag}");
        let mut command = programs.command(programs.find("ip", "iproute2")?);
        command.args(["-4", "route", "show", "table", "all"]);
        let routes = output(command).await?;
        let foreign: Vec<&str> = routes
            .lines()
            .filter(|line| !line.contains(&name))
            .collect();
        let first = u8::from_str_radix(&tag[..2], 16).context("a tag that is not hexadecimal")?;
        for third in (0..=u8::MAX).map(|step| first.wrapping_add(step)) {
            let net = format!("{PREFIX}.{third}.");
            if !foreign.iter().any(|line| line.contains(&net)) {
                return Ok(Self {
                    name,
                    address: format!("{net}1/24"),
                });
            }
        }
        bail!("all nets of {PREFIX}.0.0/16 are in use")
    }
}
