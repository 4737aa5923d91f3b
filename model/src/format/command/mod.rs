//! Install commands, as lists of packages.
//!
//! Nothing of a command reaches a shell: a line is taken apart into names that the npm registry could
//! know, and a line with anything else is refused as a whole, because half a command is another one.
//! Sentences that begin like a command are prose.

use super::piece::{Install, Refusal};
use super::words;

const MANAGERS: [&str; 4] = ["npm", "bun", "pnpm", "yarn"];
/// The most packages that one command may name.
const PACKAGES: usize = 64;
/// The longest name that the registry takes, scope included.
const NAME_LIMIT: usize = 214;
const VERSION_LIMIT: usize = 64;
/// Options that change nothing for us: the dependency is always saved, nobody is asked.
const HARMLESS: [&str; 11] = [
    "--save",
    "--save-prod",
    "-S",
    "-P",
    "--save-exact",
    "-E",
    "--exact",
    "--legacy-peer-deps",
    "--no-audit",
    "--no-fund",
    "-y",
];
/// No package is called for by these words, but sentences hold them.
const PROSE: [&str; 23] = [
    "an", "and", "any", "as", "before", "for", "from", "if", "in", "is", "it", "of", "on", "or",
    "that", "the", "these", "this", "to", "will", "with", "you", "your",
];

/// What a line of a package manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// Packages.
    Install(Install),
    /// Something that is not done.
    Refused(Refusal),
    /// A file to be removed.
    Remove(String),
}

/// Whether a line that begins with `part` may be a command.
pub(super) fn may_begin(part: &str) -> bool {
    words::may_begin(part, &MANAGERS) || words::may_begin(part, &["rm"])
}

/// Reads a line as a command. Nothing is a line that asks for nothing: prose, `npm run dev`,
/// `npm install` without packages, which happens anyway.
pub(super) fn read(line: &str) -> Option<Command> {
    if !may_begin(line) {
        return None;
    }
    let line = words::without_prompt(line);
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let (word, rest) = words::first(line);
    if word == "rm" {
        return remove(rest);
    }
    let mut arguments = rest.split_ascii_whitespace();
    let verb = arguments.next()?;
    let shell = is_shell(line);
    if !matches!(verb, "install" | "add" | "i") {
        return (shell && is_verb(verb)).then_some(Command::Refused(Refusal::Shell));
    }
    let arguments: Vec<&str> = arguments.collect();
    let packages = arguments.iter().any(|word| !word.starts_with('-'));
    if !packages || arguments.iter().any(|word| PROSE.contains(word)) {
        return None;
    }
    Some(if shell {
        Command::Refused(Refusal::Shell)
    } else {
        install(&arguments)
    })
}

fn install(arguments: &[&str]) -> Command {
    let mut found = Install {
        packages: Vec::new(),
        dev: false,
    };
    for argument in arguments {
        match *argument {
            "-D" | "-d" | "--save-dev" | "--dev" => found.dev = true,
            flag if HARMLESS.contains(&flag) => {}
            flag if flag.starts_with('-') => {
                return Command::Refused(Refusal::Flag(words::excerpt(flag)));
            }
            package => match checked(package) {
                Some(package) => found.packages.push(package.to_owned()),
                None => return Command::Refused(Refusal::Package(words::excerpt(package))),
            },
        }
    }
    match found.packages.len() {
        0..=PACKAGES => Command::Install(found),
        _ => Command::Refused(Refusal::TooManyPackages(PACKAGES)),
    }
}

/// `rm path` and `rm -f path`: one file. Folders are not removed.
fn remove(arguments: &str) -> Option<Command> {
    let path = arguments.strip_prefix("-f ").unwrap_or(arguments).trim();
    let plain = !path.is_empty() && !path.starts_with('-') && !path.contains(char::is_whitespace);
    let path = path.trim_matches(['\'', '"']).trim_start_matches("./");
    (plain && !is_shell(path) && !path.contains(['*', '?']))
        .then(|| Command::Remove(path.to_owned()))
}

/// Whether only a shell would understand the line.
fn is_shell(line: &str) -> bool {
    line.contains(['&', ';', '|', '`', '$', '<', '>', '(', ')', '{', '}', '\\'])
}

/// Whether a word after a package manager is what it could be told, rather than a sentence.
fn is_verb(word: &str) -> bool {
    const VERBS: [&str; 12] = [
        "ci",
        "create",
        "dlx",
        "exec",
        "init",
        "remove",
        "run",
        "start",
        "test",
        "uninstall",
        "update",
        "x",
    ];
    VERBS.contains(&word)
}

/// A package with or without a version, if it can be one of the registry.
fn checked(text: &str) -> Option<&str> {
    let text = unquoted(text);
    // A scope begins with the same sign that begins a version.
    let version = text.get(1..)?.find('@').map(|at| at + 1);
    let (name, version) = match version {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    (is_name(name) && version.is_none_or(is_version)).then_some(text)
}

fn unquoted(text: &str) -> &str {
    ['\'', '"']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

fn is_name(name: &str) -> bool {
    let plain = match name.strip_prefix('@') {
        Some(scoped) => match scoped.split_once('/') {
            Some((scope, name)) => is_part(scope) && is_part(name),
            None => false,
        },
        None => is_part(name),
    };
    plain && name.len() <= NAME_LIMIT
}

fn is_part(part: &str) -> bool {
    let inside = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'-' | b'_' | b'.' | b'~')
    };
    part.bytes().all(inside)
        && part
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
}

/// A version, a range of one comparison, or a tag; no address, no alias.
fn is_version(version: &str) -> bool {
    let text = version.strip_prefix(['^', '~', '=']).unwrap_or(version);
    !text.is_empty()
        && version.len() <= VERSION_LIMIT
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'*' | b'_')
        })
}

#[cfg(test)]
mod tests;
