//! The data folder of a private Postgres, made once.
//!
//! It is made under another name, complete with the database, and then renamed: a folder with the
//! right name is never half-made.

use std::cmp::Reverse;
use std::fs::{self, Permissions};
use std::io::{Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use tempfile::TempDir;

use super::Report;
use super::ground::Ground;
use super::layout::{away_dir, make_dir, open_to_pass};
use super::postgres::{DATABASE, USER};
use super::programs::{Programs, is_program, output, output_with};

/// Where Debian keeps the servers, in a folder for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How the name of an unfinished data folder begins.
const UNFINISHED: &str = "postgres.new-";

/// The programs of one PostgreSQL version.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// The folder of `initdb` and `postgres`.
    bin: PathBuf,
    /// The major version, as in `PG_VERSION`.
    major: String,
}

impl Server {
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// Finds the data folder, or makes it; and the server of its version.
pub(crate) async fn prepare(
    ground: &Ground,
    report: &Report<'_>,
) -> anyhow::Result<(Server, PathBuf)> {
    let home = home(ground, report)?;
    let data = home.join("postgres");
    let made_by = fs::read_to_string(data.join("PG_VERSION")).ok();
    let server = find_server(&ground.programs, made_by.as_deref().map(str::trim), &data).await?;
    if made_by.is_none() {
        report(&format!("making a PostgreSQL {} database", server.major));
        make(ground, &server, &home, &data).await?;
    }
    Ok((server, data))
}

/// The folder above the data folder: the stack's, unless Postgres runs as another account that
/// cannot get there.
fn home(ground: &Ground, report: &Report<'_>) -> anyhow::Result<PathBuf> {
    let data_dir = ground.layout.data_dir();
    let Some(account) = &ground.account else {
        return Ok(data_dir.to_path_buf());
    };
    if account.can_enter(data_dir) {
        return Ok(data_dir.to_path_buf());
    }
    let away = away_dir(data_dir);
    make_dir(&away)?;
    for dir in [away.parent(), Some(&away)].into_iter().flatten() {
        open_to_pass(dir)?;
    }
    report(&format!(
        "Postgres does not run as root and its account cannot enter {}: its data is in {}",
        data_dir.display(),
        away.display()
    ));
    Ok(away)
}

/// The newest server, or the one of the version that made the data.
async fn find_server(
    programs: &Programs,
    major: Option<&str>,
    data: &Path,
) -> anyhow::Result<Server> {
    let mut found = Vec::new();
    for bin in candidates(programs) {
        let Some(version) = version_of(programs, &bin).await else {
            continue;
        };
        if major.is_none_or(|major| major == version) {
            return Ok(Server {
                bin,
                major: version,
            });
        }
        found.push(version);
    }
    match major {
        Some(major) => bail!(
            "{} was made by PostgreSQL {major}, and only {found:?} is installed; install it or remove the folder",
            data.display()
        ),
        None => Err(anyhow!(
            "PostgreSQL was not found (Debian: apt-get install postgresql)"
        )),
    }
}

/// The folders that hold a server: those of the search path, then Debian's, newest first.
fn candidates(programs: &Programs) -> Vec<PathBuf> {
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    debian.sort_by_key(|(major, _)| Reverse(*major));
    programs
        .dirs()
        .iter()
        .cloned()
        .chain(debian.into_iter().map(|(_, bin)| bin))
        .filter(|bin| is_program(&bin.join("initdb")) && is_program(&bin.join("postgres")))
        .collect()
}

/// `15` of `postgres (PostgreSQL) 15.13 (Debian …)`.
async fn version_of(programs: &Programs, bin: &Path) -> Option<String> {
    let mut command = programs.command(bin.join("postgres"));
    command.arg("--version");
    let text = output(command).await.ok()?;
    let version = text.split_ascii_whitespace().nth(2)?;
    let major = version.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(major.to_owned())
}

async fn make(ground: &Ground, server: &Server, home: &Path, data: &Path) -> anyhow::Result<()> {
    remove_unfinished(home)?;
    let dir: TempDir = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(home)
        .with_context(|| format!("failed to make a folder in {}", home.display()))?;
    if let Some(account) = &ground.account {
        account.own(dir.path())?;
    }
    run_initdb(ground, server, dir.path()).await?;
    create_database(ground, server, dir.path()).await?;
    fs::rename(dir.path(), data)
        .with_context(|| format!("failed to put {} in place", data.display()))?;
    // There is nothing left under the temporary name that would have to be removed.
    let _ = dir.keep();
    Ok(())
}

/// What a killed run has left half-made.
fn remove_unfinished(home: &Path) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(home).with_context(|| format!("failed to list {}", home.display()))?;
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("failed to remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

async fn run_initdb(ground: &Ground, server: &Server, dir: &Path) -> anyhow::Result<()> {
    let mut command = ground.programs.command(server.program("initdb"));
    command
        .args([
            "--username",
            USER,
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions",
        ])
        // Whoever reaches the socket is the owner of its folder, or root.
        .args(["--auth=trust", "--pgdata"])
        .arg(dir);
    if let Some(account) = &ground.account {
        account.apply(&mut command);
    }
    output(command).await.map(drop)
}

/// Creates the database with the server in its single-user mode, which needs no socket.
async fn create_database(ground: &Ground, server: &Server, dir: &Path) -> anyhow::Result<()> {
    let mut sql = tempfile::tempfile().context("failed to make a temporary file")?;
    writeln!(sql, "CREATE DATABASE {DATABASE}")
        .and_then(|()| sql.rewind())
        .context("failed to write a temporary file")?;
    let mut command = ground.programs.command(server.program("postgres"));
    command
        .args(["--single", "-c", "exit_on_error=on", "-D"])
        .arg(dir)
        .arg("postgres");
    if let Some(account) = &ground.account {
        account.apply(&mut command);
    }
    output_with(command, sql.into()).await.map(drop)
}
