//! Processes of this machine, as the kernel shows them.
//!
//! A process is told by its number together with its start time and the [`Realm`] in which both mean
//! something: numbers are used again, and another namespace counts its own. Whatever cannot be read
//! is unknown, never dead: who shares no realm, or may not look, has to judge by other signs.

use std::fmt;
use std::fs;
use std::str::FromStr;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// The version of the text of a [`ProcessName`].
const VERSION: &str = "1";
/// The kernel's name for this boot.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// Where a namespace cannot be read because this kernel has none of its kind.
const NO_NAMESPACE: &str = "-";
/// Fields of `/proc/PID/stat` between its last parenthesis and the process group, and the start.
const FIELDS_BEFORE_GROUP: usize = 2;
const FIELDS_BEFORE_START: usize = 19;

/// Where a process number and a start time mean the same process: one boot of one kernel, one
/// namespace of process numbers, one of clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Realm {
    boot: String,
    pids: String,
    clocks: String,
}

/// The name of one process for ever, as it is stored: `1 BOOT PIDS CLOCKS PID START`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProcessName {
    realm: Realm,
    process: Process,
}

/// A process of this realm: its number, and when it started, in the kernel's ticks since the boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    /// Its number.
    pub(crate) pid: i32,
    /// Its start.
    pub(crate) start: u64,
}

/// What has become of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It runs, or is stopped.
    Lives,
    /// It has ended, whether or not somebody has waited for it.
    Dead,
    /// It cannot be told from here.
    Unknown,
}

impl Realm {
    /// Where this process is; `None` where `/proc` does not tell, or is that of another namespace.
    pub(crate) fn here() -> Option<Self> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        if !counts_as_we_do(&status, std::process::id()) {
            return None;
        }
        let boot = fs::read_to_string(BOOT_ID).ok()?.trim().to_owned();
        let pids = namespace("pid")?;
        let clocks = namespace("time").unwrap_or_else(|| NO_NAMESPACE.to_owned());
        let realm = Self { boot, pids, clocks };
        (!realm.boot.is_empty()).then_some(realm)
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.boot, self.pids, self.clocks)
    }
}

/// Whether this `/proc` shows the numbers of our own namespace: then the kernel lists one number
/// for us, and it is ours. One mounted from further out lists one for each namespace on the way.
fn counts_as_we_do(status: &str, pid: u32) -> bool {
    let mut lines = status.lines();
    let numbers = lines.find_map(|line| line.strip_prefix("NSpid:"));
    let numbers = numbers.unwrap_or_default().split_whitespace();
    numbers.eq([pid.to_string()])
}

fn namespace(kind: &str) -> Option<String> {
    let link = fs::read_link(format!("/proc/self/ns/{kind}")).ok()?;
    let name = link.to_str()?;
    (!name.contains(' ')).then(|| name.to_owned())
}

impl ProcessName {
    /// The name of this process, where it can be told.
    pub(crate) fn own() -> Option<Self> {
        let pid = i32::try_from(std::process::id()).ok()?;
        Some(Self {
            realm: Realm::here()?,
            process: Process::of(pid)?,
        })
    }

    /// What has become of the process, as far as a process of this realm can tell.
    pub(crate) fn fate(&self, here: Option<&Realm>) -> Fate {
        if here == Some(&self.realm) {
            self.process.fate()
        } else {
            Fate::Unknown
        }
    }
}

impl fmt::Display for ProcessName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Process { pid, start } = self.process;
        write!(f, "{VERSION} {} {pid} {start}", self.realm)
    }
}

impl FromStr for ProcessName {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let fields: Vec<&str> = text.split(' ').collect();
        let [VERSION, boot, pids, clocks, pid, start] = fields[..] else {
            return Err(Unreadable);
        };
        let realm = Realm {
            boot: boot.to_owned(),
            pids: pids.to_owned(),
            clocks: clocks.to_owned(),
        };
        let pid = pid.parse().map_err(|_| Unreadable)?;
        let start = start.parse().map_err(|_| Unreadable)?;
        let process = Process { pid, start };
        Ok(Self { realm, process })
    }
}

/// The text names no process that this version understands.
#[derive(Debug, thiserror::Error)]
#[error("read the name of a process")]
pub(crate) struct Unreadable;

impl Process {
    /// The process that has this number at present.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let start = Stat::read(pid)?.start;
        Some(Self { pid, start })
    }

    /// What has become of it.
    pub(crate) fn fate(self) -> Fate {
        // Asked for in this way, a process that we may not see is still told from one that is gone.
        match kill(Pid::from_raw(self.pid), None) {
            Err(Errno::ESRCH) => return Fate::Dead,
            Ok(()) | Err(Errno::EPERM) => {}
            Err(_) => return Fate::Unknown,
        }
        match Stat::read(self.pid) {
            Some(stat) if stat.start != self.start || stat.has_ended() => Fate::Dead,
            Some(_) => Fate::Lives,
            None => Fate::Unknown,
        }
    }
}

/// Whether nobody of a process group lives. Those that have ended and were not waited for do not.
pub(crate) fn group_is_gone(group: i32) -> bool {
    if kill(Pid::from_raw(-group), None) == Err(Errno::ESRCH) {
        return true;
    }
    let Ok(entries) = fs::read_dir("/proc") else {
        return false;
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut members = names
        .filter_map(|name| Stat::read(name.to_str()?.parse().ok()?))
        .filter(|stat| stat.group == group);
    members.all(|member| member.has_ended())
}

/// What `/proc/PID/stat` says.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    state: char,
    group: i32,
    start: u64,
}

impl Stat {
    fn read(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The program's name stands in parentheses and may hold any character, so the rest begins
    /// behind the last one.
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?.chars().next()?;
        let fields: Vec<&str> = fields.collect();
        Some(Self {
            state,
            group: fields.get(FIELDS_BEFORE_GROUP - 1)?.parse().ok()?,
            start: fields.get(FIELDS_BEFORE_START - 1)?.parse().ok()?,
        })
    }

    const fn has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x')
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> (Child, Process) {
        let child = Command::new("/bin/sleep").arg("1000").spawn().unwrap();
        let process = Process::of(i32::try_from(child.id()).unwrap()).unwrap();
        (child, process)
    }

    #[test]
    fn a_process_is_dead_from_its_end_on() {
        let (mut child, process) = sleeper();
        assert_eq!(process.fate(), Fate::Lives);
        child.kill().unwrap();
        while process.fate() == Fate::Lives {
            std::thread::yield_now();
        }
        assert_eq!(process.fate(), Fate::Dead, "nobody has waited for it yet");
        child.wait().unwrap();
        assert_eq!(process.fate(), Fate::Dead);
    }

    #[test]
    fn another_one_with_the_same_number_is_not_it() {
        let (mut child, process) = sleeper();
        let start = process.start + 1;
        assert_eq!(Process { start, ..process }.fate(), Fate::Dead);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn nothing_is_known_of_other_realms() {
        let own = ProcessName::own().unwrap();
        let read: ProcessName = own.to_string().parse().unwrap();
        assert_eq!(read, own);
        let here = Realm::here();
        assert_eq!(own.fate(here.as_ref()), Fate::Lives);
        assert_eq!(own.fate(None), Fate::Unknown);
        for realm in [
            ("other", "pid:[1]", "-"),
            (&*own.realm.boot, "pid:[1]", &*own.realm.clocks),
        ] {
            let (boot, pids, clocks) = realm;
            let text = format!("1 {boot} {pids} {clocks} 1 1");
            let foreign: ProcessName = text.parse().unwrap();
            assert_eq!(foreign.fate(here.as_ref()), Fate::Unknown, "{text}");
        }
        assert!("2 a b c 1 1".parse::<ProcessName>().is_err());
        assert!("1 a b c 1".parse::<ProcessName>().is_err());
    }

    #[test]
    fn a_proc_of_an_outer_namespace_is_not_ours() {
        assert!(counts_as_we_do("Name:\tx\nNSpid:\t7\n", 7));
        assert!(!counts_as_we_do("Name:\tx\nNSpid:\t7\t3\n", 3));
        assert!(!counts_as_we_do("Name:\tx\n", 7));
    }

    #[test]
    fn a_name_with_parentheses_is_read_over() {
        let text = "7 (a) b) c) S 1 4 4 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2345 0 0";
        let stat = Stat {
            state: 'S',
            group: 4,
            start: 2345,
        };
        assert_eq!(Stat::parse(text), Some(stat));
    }
}
