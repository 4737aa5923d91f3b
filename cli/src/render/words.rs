//! Quantities and names as people read them.

use std::time::Duration;

use leo_protocol::JobId;

/// The longest slug, in characters.
const SLUG_CHARS: usize = 40;
/// Characters of a job's id that tell it from others for people. They are the last ones: the
/// first ones are the time.
const SHORT_ID_CHARS: usize = 8;

/// `0.3 s`, `12 s`, `2 min`, `3 h`, `5 d`: one figure that is good enough.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `17 B`, `4.2 KiB`, `1.5 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNIT: u64 = 1024;
    let tenth = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..UNIT => format!("{bytes} B"),
        UNIT..0x0010_0000 => format!("{} KiB", tenth(UNIT)),
        0x0010_0000..0x4000_0000 => format!("{} MiB", tenth(UNIT * UNIT)),
        _ => format!("{} GiB", tenth(UNIT * UNIT * UNIT)),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// At most `chars` characters of `text`.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// A name for a file or folder from a prompt and its job: `a-todo-list-1f2e3d4c`. Made of
/// letters, digits and hyphens only, whatever the prompt is.
pub(crate) fn slug(prompt: &str, job: JobId) -> String {
    let mut slug = String::new();
    for c in prompt.chars().flat_map(char::to_lowercase) {
        if slug.chars().count() >= SLUG_CHARS {
            break;
        }
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { "app" } else { slug };
    format!("{slug}-{}", short_id(job))
}

/// The part of a job's id that tells it from others for people.
pub(crate) fn short_id(job: JobId) -> String {
    let id = job.to_string();
    let start = id.len().saturating_sub(SHORT_ID_CHARS);
    id.get(start..).unwrap_or(&id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_short() {
        assert_eq!(span(Duration::from_millis(312)), "0.3 s");
        assert_eq!(span(Duration::from_secs(100_000)), "27 h");
        assert_eq!(size(17), "17 B");
        assert_eq!(size(4300), "4.1 KiB");
        assert_eq!(size(3 << 20), "3.0 MiB");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(cut("a long prompt", 7), "a long…");
    }

    #[test]
    fn a_slug_is_a_safe_file_name() {
        let job: JobId = "01890000-0000-7000-8000-0000deadbeef".parse().unwrap();
        assert_eq!(
            slug("A to-do list, für Öl!", job),
            "a-to-do-list-für-öl-deadbeef"
        );
        assert_eq!(slug("../../etc/passwd", job), "etc-passwd-deadbeef");
        assert_eq!(slug("🦀 !", job), "app-deadbeef");
        assert!(slug(&"word ".repeat(50), job).chars().count() <= SLUG_CHARS + 9);
    }
}
