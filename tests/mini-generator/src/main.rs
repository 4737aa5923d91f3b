//! A generator that does what its prompt says, for tests of everything around a generator.
//!
//! The prompt is a script: commands separated by `;` or newlines, carried out in order. It ends
//! with a `generation_complete` event and exit code 0 unless the script says otherwise. Relative
//! paths are meant below `WORKSPACE`.
//!
//! | command | what it does |
//! |---|---|
//! | `lines N`, `err N` | prints `line 1` to `line N` on stdout, or on stderr |
//! | `long N` | prints one line of N times `x` |
//! | `wide N BYTES` | prints `#1:xx…` to `#N:xx…`, lines of so many bytes |
//! | `partial TEXT` | prints the text without a newline |
//! | `bytes HEX` | prints these bytes as they are |
//! | `event JSON` | prints the rest of the command as a line |
//! | `env NAME` | prints `NAME=value`, or `NAME` where it is not set |
//! | `reveal HOW` | tells `LLM_API_KEY` in some way: `plain`, `error`, `halves`, `long`, `event`, `escaped`, `unknown`, `reversed`, or `frames` over the socket; see [`reveal`] |
//! | `tick N MS` | prints `tick 1` to `tick N` on stdout, MS milliseconds apart |
//! | `count N EACH MS` | prints `line 1` to `line N` on stdout with a pause after EACH of them, and `line 1`, `line 2` … on stderr, one after ten of the others |
//! | `dial N EACH MS` | the same, but sends `line 1` to `line N` over the socket of `WEBSOCKET_URL`, and goes on when the server has all of them |
//! | `spam MS` | prints numbered lines as fast as it can for MS milliseconds |
//! | `sleep MS`, `hang` | waits so long, or until it is killed |
//! | `until PATH` | waits until this file is there |
//! | `heed` | prints `heeding`, waits for SIGTERM, prints `SIGTERM at` and the milliseconds of the Unix clock, ends with 143 |
//! | `trap` | SIGTERM is ignored from here on |
//! | `offspring` | starts a process of its own that ignores SIGTERM and hangs |
//! | `exit N` | ends at once with this code |
//! | `oom` | takes memory until it is killed |
//! | `write PATH TEXT`, `read PATH` | writes a file (with its folders), prints one |
//! | `data PATH HEX` | writes a file of these bytes |
//! | `pattern PATH BYTES` | writes a file of so many bytes, byte n of which is n * 31 / 7 modulo 251 |
//! | `remove PATH`, `executable PATH` | removes a file, or makes it one that can be executed |
//! | `once PATH N` | where the file is not there, makes it and ends with code N |
//! | `stay PATH` | where the file is not there, makes it and waits until it is killed |
//! | `crowd N` | starts up to N threads that do nothing, and prints how many it got |
//! | `fill PATH N` | makes a file that takes up to N MiB of disk, and prints how many it got |
//! | `sparse PATH BYTES` | makes a file of this size that takes no space |
//! | `symlink TARGET PATH`, `hardlink OLD PATH` | makes a link |
//! | `many`, `deep`, `fifo`, `socket`, `named`, `chmod`, `mode` | see [`hostile`] |
//! | `quiet` | no `generation_complete` at the end |
//!
//! With `LEDGER` in its environment it also tells a file of its start, its life and its end; see
//! [`ledger`].

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::signal::{SigSet, Signal};

mod count;
mod frames;
mod hostile;
mod ledger;
mod reveal;

use ledger::Ledger;

/// The last line of a good run.
const COMPLETE: &str = r#"{"type":"generation_complete","files":[],"phases":1}"#;

/// How much `oom` takes at a time.
const BITE: usize = 8 << 20;

/// What `fill` takes at a time, in bytes.
const MIB: i64 = 1 << 20;

/// How much `wide` writes at once, in bytes.
const WIDE_BUFFER: usize = 64 << 10;

/// The stack of a thread of `crowd`, in bytes: the memory is not what limits them.
const CROWD_STACK: usize = 64 << 10;

/// How often `until` looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a command wants to happen next.
enum Next {
    Go,
    Quiet,
    Exit(u8),
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nobody is left to tell when stderr is closed too.
            let _ = writeln!(io::stderr(), "mini-generator: {error:#}");
            ExitCode::from(70)
        }
    }
}

fn run() -> Result<u8> {
    let ledger = variable("LEDGER").map(|path| Ledger::open(path.as_ref()));
    let ledger = ledger.transpose().context("write to LEDGER")?;
    let code = carry_out_script();
    if let Some(ledger) = ledger {
        ledger.end().context("write to LEDGER")?;
    }
    code
}

fn carry_out_script() -> Result<u8> {
    let script = script()?;
    let mut quiet = false;
    for command in script.split([';', '\n']) {
        match carry_out(command.trim_start()).with_context(|| command.to_owned())? {
            Next::Go => {}
            Next::Quiet => quiet = true,
            Next::Exit(code) => return Ok(code),
        }
    }
    if !quiet {
        say(COMPLETE)?;
    }
    Ok(0)
}

fn script() -> Result<String> {
    if let Some(prompt) = variable("PROMPT") {
        return Ok(prompt);
    }
    let file = variable("PROMPT_FILE").context("neither PROMPT nor PROMPT_FILE is set")?;
    fs::read_to_string(&file).context(file)
}

#[expect(
    clippy::disallowed_methods,
    reason = "its environment is how a generator is told its job"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn carry_out(command: &str) -> Result<Next> {
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    match name {
        "" => {}
        "quiet" => return Ok(Next::Quiet),
        "exit" => return Ok(Next::Exit(rest.trim().parse()?)),
        "reveal" => reveal::reveal(rest)?,
        "lines" => number(io::stdout(), rest.trim().parse()?)?,
        "err" => number(io::stderr(), rest.trim().parse()?)?,
        "wide" => wide(rest)?,
        "long" => say(&"x".repeat(rest.trim().parse()?))?,
        "partial" => put(rest.as_bytes())?,
        "bytes" => put(&decode(rest.trim())?)?,
        "event" => say(rest)?,
        "env" => match variable(rest.trim()) {
            Some(value) => say(&format!("{}={value}", rest.trim()))?,
            None => say(rest.trim())?,
        },
        "tick" => tick(rest)?,
        "count" => count::print(rest)?,
        "dial" => count::dial(rest)?,
        "once" => return once(rest),
        "stay" => stay(rest)?,
        "crowd" => crowd(rest.trim().parse()?)?,
        "spam" => spam(milliseconds(rest)?)?,
        "sleep" => thread::sleep(milliseconds(rest)?),
        "until" => {
            while !path(rest.trim()).exists() {
                thread::sleep(LOOK_AGAIN);
            }
        }
        "hang" => hang(),
        "heed" => return heed(),
        "trap" => SigSet::from(Signal::SIGTERM).thread_block()?,
        "offspring" => offspring()?,
        "oom" => take_memory(),
        _ => file_command(name, rest)?,
    }
    Ok(Next::Go)
}

fn file_command(name: &str, rest: &str) -> Result<()> {
    let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
    match name {
        "read" => put(&fs::read(path(first))?)?,
        "write" => fs::write(with_folders(first)?, second)?,
        "data" => fs::write(with_folders(first)?, decode(second.trim())?)?,
        "pattern" => pattern(&with_folders(first)?, second.trim().parse()?)?,
        "remove" => fs::remove_file(path(first))?,
        "executable" => fs::set_permissions(path(first), fs::Permissions::from_mode(0o755))?,
        "fill" => fill(&with_folders(first)?, second.trim().parse()?)?,
        "sparse" => fs::File::create(with_folders(first)?)?.set_len(second.trim().parse()?)?,
        "symlink" => std::os::unix::fs::symlink(first, with_folders(second)?)?,
        "hardlink" => fs::hard_link(path(first), with_folders(second)?)?,
        _ => hostile::carry_out(name, rest)?,
    }
    Ok(())
}

fn pattern(path: &Path, bytes: u64) -> Result<()> {
    let mut to = BufWriter::new(fs::File::create(path)?);
    for n in 0..bytes {
        to.write_all(&[u8::try_from(n * 31 / 7 % 251)?])?;
    }
    Ok(to.flush()?)
}

/// Nothing is written, so that it takes no time.
fn fill(path: &Path, wanted: u32) -> Result<()> {
    let file = fs::File::create(path)?;
    let more = |n: &u32| {
        let from = i64::from(*n) * MIB;
        fallocate(&file, FallocateFlags::empty(), from, MIB)
    };
    let mut got = 0;
    while got < wanted {
        match more(&got) {
            Ok(()) => got += 1,
            Err(error) => {
                say(&format!("full: {}", error.desc()))?;
                break;
            }
        }
    }
    say(&format!("filled {got}"))
}

/// The path below the workspace; an absolute one stays as it is.
pub(crate) fn path(text: &str) -> PathBuf {
    PathBuf::from(variable("WORKSPACE").unwrap_or_default()).join(text)
}

fn with_folders(text: &str) -> Result<PathBuf> {
    let path = path(text);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(path)
}

fn number(to: impl Write, count: u64) -> Result<()> {
    let mut to = BufWriter::new(to);
    for n in 1..=count {
        writeln!(to, "line {n}")?;
    }
    Ok(to.flush()?)
}

fn wide(rest: &str) -> Result<()> {
    let (count, bytes) = rest.split_once(' ').context("how wide?")?;
    let filler = "x".repeat(bytes.trim().parse()?);
    let mut to = BufWriter::with_capacity(WIDE_BUFFER, io::stdout().lock());
    for n in 1..=count.parse::<u64>()? {
        let mark = format!("#{n}:");
        let filler = filler.get(mark.len()..).unwrap_or_default();
        writeln!(to, "{mark}{filler}")?;
    }
    Ok(to.flush()?)
}

fn tick(rest: &str) -> Result<()> {
    let (count, pause) = rest.split_once(' ').context("how far apart?")?;
    let pause = milliseconds(pause)?;
    for n in 1..=count.parse::<u64>()? {
        say(&format!("tick {n}"))?;
        thread::sleep(pause);
    }
    Ok(())
}

fn once(rest: &str) -> Result<Next> {
    let (file, code) = rest.split_once(' ').context("which code?")?;
    if path(file).exists() {
        return Ok(Next::Go);
    }
    fs::write(with_folders(file)?, "")?;
    Ok(Next::Exit(code.trim().parse()?))
}

fn stay(file: &str) -> Result<()> {
    if path(file).exists() {
        return Ok(());
    }
    fs::write(with_folders(file)?, "")?;
    hang()
}

fn heed() -> Result<Next> {
    let signal = SigSet::from(Signal::SIGTERM);
    signal.thread_block()?;
    say("heeding")?;
    signal.wait()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    say(&format!("SIGTERM at {}", now.as_millis()))?;
    Ok(Next::Exit(143))
}

fn hang() -> ! {
    loop {
        thread::sleep(Duration::from_secs(60));
    }
}

fn crowd(wanted: usize) -> Result<()> {
    let member = || {
        thread::Builder::new()
            .stack_size(CROWD_STACK)
            .spawn(|| hang())
    };
    let got = (0..wanted).take_while(|_| member().is_ok()).count();
    say(&format!("crowd {got}"))
}

fn spam(time: Duration) -> Result<()> {
    let mut to = BufWriter::new(io::stdout().lock());
    let begun = Instant::now();
    let mut n = 0_u64;
    while begun.elapsed() < time {
        n += 1;
        writeln!(to, "spam {n}")?;
    }
    Ok(to.flush()?)
}

pub(crate) fn say(line: &str) -> Result<()> {
    put(format!("{line}\n").as_bytes())
}

fn put(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

pub(crate) fn decode(hex: &str) -> Result<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

fn milliseconds(text: &str) -> Result<Duration> {
    Ok(Duration::from_millis(text.trim().parse()?))
}

/// It keeps this one's output open, as a forgotten server of an app would.
fn offspring() -> Result<()> {
    let mut again = Command::new(std::env::current_exe()?);
    again.env("PROMPT", "trap; hang").stdin(Stdio::null());
    // Nobody waits for it: it is to outlive this process if it can.
    drop(again.spawn()?);
    Ok(())
}

/// Fills what it takes with something other than zeros, so that it really takes it.
fn take_memory() -> ! {
    let mut taken = Vec::new();
    loop {
        taken.push(std::hint::black_box(vec![0xA5_u8; BITE]));
    }
}
