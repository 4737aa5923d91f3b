//! `leo config check`: the settings that api and worker find, and whether they are good.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::ExitCode;

use leo_common::config::effective;

use crate::WrongUse;
use crate::dev::settings::{self, ApiSettings, WorkerSettings};
use crate::render::screen::Screen;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let program = || [OsString::from("leo")];
    let mut found: BTreeMap<String, String> =
        effective::<ApiSettings>(program()).into_iter().collect();
    found.extend(effective::<WorkerSettings>(program()));
    let lines: Vec<_> = found
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Screen::plain().lines(&lines)?;
    settings::read::<ApiSettings>([])?;
    let settings: WorkerSettings = settings::read([])?;
    settings.worker.validate().map_err(WrongUse)?;
    Ok(ExitCode::SUCCESS)
}
