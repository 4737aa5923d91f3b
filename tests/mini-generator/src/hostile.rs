//! Files that nobody makes who means well.
//!
//! | command | what it does |
//! |---|---|
//! | `many N` | makes N empty files, a thousand in each folder |
//! | `deep N` | makes N folders inside each other, below `deep` |
//! | `fifo PATH`, `socket PATH` | makes one |
//! | `named HEX` | makes a file with these bytes as its name |
//! | `chmod OCTAL PATH` | sets the mode of what is there |
//! | `mode PATH` | prints the mode of what is there, in octal, with its path |

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use anyhow::{Context as _, Result, bail};
use nix::dir::Dir;
use nix::fcntl::OFlag;
use nix::sys::stat::{Mode, mkdirat};
use nix::unistd::mkfifo;

use crate::{decode, path, say};

/// Files of `many` in one folder.
const A_FOLDER: u64 = 1000;

/// Carries out one of the commands above.
pub(crate) fn carry_out(name: &str, rest: &str) -> Result<()> {
    match name {
        "many" => many(rest.trim().parse()?)?,
        "deep" => deep(rest.trim().parse()?)?,
        "fifo" => mkfifo(&path(rest), Mode::S_IRWXU)?,
        // Addresses of sockets are short.
        "socket" => {
            std::env::set_current_dir(path(""))?;
            drop(UnixListener::bind(rest)?);
        }
        "named" => drop(File::create(
            path("").join(OsString::from_vec(decode(rest.trim())?)),
        )?),
        "chmod" => {
            let (mode, file) = rest.split_once(' ').context("of what?")?;
            let mode = u32::from_str_radix(mode, 8)?;
            fs::set_permissions(path(file), Permissions::from_mode(mode))?;
        }
        "mode" => {
            let mode = fs::symlink_metadata(path(rest))?.permissions().mode() & 0o7777;
            say(&format!("{mode:o} {rest}"))?;
        }
        _ => bail!("unknown command"),
    }
    Ok(())
}

fn many(count: u64) -> Result<()> {
    let mut folder = path("many");
    for n in 0..count {
        if n % A_FOLDER == 0 {
            folder = path("many").join((n / A_FOLDER).to_string());
            fs::create_dir_all(&folder)?;
        }
        File::create(folder.join(n.to_string()))?;
    }
    say(&format!("made {count}"))
}

/// Step by step, for no path may be that long.
fn deep(count: u64) -> Result<()> {
    let top = path("deep");
    fs::create_dir(&top)?;
    let mut folder = Dir::open(&top, OFlag::O_DIRECTORY, Mode::empty())?;
    for _ in 1..count {
        mkdirat(&folder, "d", Mode::S_IRWXU)?;
        folder = Dir::openat(&folder, "d", OFlag::O_DIRECTORY, Mode::empty())?;
    }
    Ok(())
}
