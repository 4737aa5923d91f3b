//! A generator that tells its key, in every way that a generator may.

use std::io::{self, Write as _};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::frames::Frames;
use crate::variable;

/// What is told.
const SECRET: &str = "LLM_API_KEY";
/// Log lines are split behind so many bytes.
const LOG_LINE: usize = 64 << 10;
/// The pause between two halves, so that they are read one after the other.
const PAUSE: Duration = Duration::from_millis(300);

/// Carries out `reveal HOW`.
pub(crate) fn reveal(how: &str) -> Result<()> {
    let secret = variable(SECRET).with_context(|| format!("{SECRET} is not set"))?;
    if how == "frames" {
        return over_the_socket(&secret);
    }
    let mut out = io::stdout().lock();
    match how {
        // It shows which key it is, to whom knows it.
        "reversed" => writeln!(out, "{}", secret.chars().rev().collect::<String>())?,
        "plain" => writeln!(out, "the key is {secret}, {secret}!")?,
        "error" => writeln!(io::stderr(), "the key is {secret}")?,
        "halves" => {
            let (begin, end) = secret.split_at(secret.len() / 2);
            write!(out, "the key is {begin}")?;
            out.flush()?;
            thread::sleep(PAUSE);
            writeln!(out, "{end}")?;
        }
        "long" => writeln!(out, "{}", long(&secret))?,
        "event" => writeln!(out, "{{{}}}", chunk(&secret))?,
        "escaped" => writeln!(out, "{{{}}}", chunk(&escaped(&secret)))?,
        "unknown" => writeln!(out, r#"{{"type":"leak","key":"{}"}}"#, escaped(&secret))?,
        _ => bail!("nothing is told that way"),
    }
    Ok(out.flush()?)
}

fn over_the_socket(secret: &str) -> Result<()> {
    let url = variable("WEBSOCKET_URL").context("WEBSOCKET_URL is not set")?;
    let mut frames = Frames::new(url);
    frames.line(&format!("the key is {secret}"))?;
    frames.line(&long(secret))?;
    frames.event(&chunk(secret))?;
    frames.event(&chunk(&escaped(secret)))?;
    frames.end()
}

/// A line that is split in the middle of the secret.
fn long(secret: &str) -> String {
    let before = "x".repeat(LOG_LINE - secret.len() / 2);
    format!("{before}{secret}{before}")
}

fn chunk(text: &str) -> String {
    format!(r#""type":"file_chunk","path":".env","chunk":"KEY={text}\nend""#)
}

/// The text as JSON may write it.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|character| format!("\\u{:04x}", u32::from(character)))
        .collect()
}
