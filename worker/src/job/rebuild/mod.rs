//! Files that come back from the stream: those of attempts that have left none.
//!
//! A `file_end` carries its file's text up to [`FILE_CONTENT_LIMIT`], so what an attempt had written at
//! its last checkpoint is known without its workspace. Events are a generator's words and not to be
//! trusted: a path has to be a plain one in the app's folder, a text has to be what its size and hash
//! say (one in which a secret was masked is not), and the workspace's limits hold. A file that does not
//! come back is not there at all, instead of there as an older one, so that its generator writes it
//! again. The stream is read a page at a time and written as it is read.
//!
//! [`FILE_CONTENT_LIMIT`]: leo_protocol::runner::FILE_CONTENT_LIMIT

use std::io;

use anyhow::Context as _;
use leo_protocol::batch::lines;
use tokio::task::spawn_blocking;

use super::base::Told;
use super::past::Pages;
use crate::context::Context;

mod reader;
mod workspace;

use reader::Reader;
pub(super) use workspace::{Rebuilt, Workspace};

/// Writes what is told of an attempt's files.
pub(super) async fn write(
    ctx: &Context,
    told: &Told,
    into: Workspace,
) -> anyhow::Result<Workspace> {
    let mut pages = Pages::of(ctx, &told.job);
    let (mut workspace, mut reader) = (into, Reader::new(told.reached.clone()));
    while let Some(page) = pages.next().await? {
        let written = spawn_blocking(move || {
            let events = page.iter().flat_map(|body| lines(body));
            for file in events.filter_map(|line| reader.file(line)) {
                workspace.take(&file)?;
            }
            io::Result::Ok((workspace, reader))
        });
        let written = written.await.context("write files of the stream")?;
        (workspace, reader) = written.context("write files of the stream")?;
        if reader.is_done() {
            break;
        }
    }
    Ok(workspace)
}
