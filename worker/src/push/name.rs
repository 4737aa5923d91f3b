//! Names of repositories, and what a repository says of itself.

use leo_protocol::SessionId;

/// The longest name that is made of a title, in characters; GitHub takes some more.
const MAX_NAME: usize = 60;
/// The longest title in a description, in characters.
const MAX_TITLE: usize = 150;
/// What an app is called that has no name.
const NAMELESS: &str = "leo-app";

/// A name made of a session's title: small ASCII letters and digits, with `-` in between.
pub(super) fn of_title(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        if name.len() >= MAX_NAME {
            break;
        }
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if name.ends_with('-') || name.is_empty() => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    // GitHub keeps a repository called .git or ending so for itself; without dots there is none.
    if name.is_empty() {
        NAMELESS.to_owned()
    } else {
        name.to_owned()
    }
}

/// The next name to try where this one, made of `first`, is taken.
pub(super) fn after(first: &str, taken: &str) -> String {
    let number = taken
        .strip_prefix(first)
        .and_then(|rest| rest.strip_prefix('-'));
    let number: u32 = number.and_then(|number| number.parse().ok()).unwrap_or(1);
    format!("{first}-{}", number.saturating_add(1))
}

/// What a repository says of itself: the title, and whose it is, by which it is known again.
pub(super) fn description(title: &str, session: SessionId) -> String {
    let plain = title.replace(char::is_control, " ");
    let title: String = plain.trim().chars().take(MAX_TITLE).collect();
    format!("{title} {}", mark(session)).trim().to_owned()
}

/// Whether a repository of this description was made for the session.
pub(super) fn is_of(description: Option<&str>, session: SessionId) -> bool {
    description.is_some_and(|description| description.ends_with(&mark(session)))
}

fn mark(session: SessionId) -> String {
    format!("(made by Leo, session {session})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        for (title, name) in [
            ("A pond diary for frogs", "a-pond-diary-for-frogs"),
            ("  Käse & Brot!! ", "k-se-brot"),
            ("../../etc/passwd", "etc-passwd"),
            ("日本語", NAMELESS),
            (".git", "git"),
            ("", NAMELESS),
        ] {
            assert_eq!(of_title(title), name);
        }
        let long = of_title(&"long title ".repeat(20));
        assert!(long.len() <= MAX_NAME && !long.ends_with('-'));
    }

    #[test]
    fn taken_names_are_counted_on() {
        assert_eq!(after("app", "app"), "app-2");
        assert_eq!(after("app", "app-2"), "app-3");
        assert_eq!(after("app-7", "app-7"), "app-7-2");
    }

    #[test]
    fn a_repository_is_known_by_its_session() {
        let session = SessionId::generate();
        let told = description("A\napp", session);
        assert!(told.starts_with("A app (made by Leo"));
        assert!(is_of(Some(&told), session));
        assert!(!is_of(Some(&told), SessionId::generate()) && !is_of(None, session));
    }
}
