//! What commits say.

use leo_protocol::JobId;
use leo_protocol::event::Phase;

/// The longest first line, in characters.
const MAX_TITLE: usize = 72;
/// The longest text below it, in characters.
const MAX_BODY: usize = 4000;

/// Of a phase: its name and description.
pub(super) fn of_phase(number: Option<u64>, phase: Option<&Phase>, job: JobId) -> String {
    let name = phase.map(|phase| title(&phase.name)).unwrap_or_default();
    let name = match (name.is_empty(), number) {
        (false, _) => name,
        (true, Some(number)) => format!("Phase {number}"),
        (true, None) => "A phase".to_owned(),
    };
    let about = phase.map(|phase| body(&phase.description));
    whole(&name, &about.unwrap_or_default(), job)
}

/// Of a whole generation in one commit: what was asked for, and why it is one.
pub(super) fn of_all(prompt: &str, why: &str, job: JobId) -> String {
    let name = title(prompt);
    let name = if name.is_empty() { "The app" } else { &name };
    whole(name, why, job)
}

/// Of what there was before the first generation that is pushed.
pub(super) fn of_before(job: JobId) -> String {
    whole("The app so far", "What was generated before.", job)
}

fn whole(title: &str, body: &str, job: JobId) -> String {
    let body = match body {
        "" => String::new(),
        body => format!("{body}\n\n"),
    };
    format!("{title}\n\n{body}Leo-Job: {job}")
}

/// A line of bounded length.
fn title(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let words = line.replace(char::is_control, " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_TITLE) {
        None => words,
        Some((end, _)) => {
            // Whole words, and a sign that there is more.
            let cut = words[..end]
                .rsplit_once(' ')
                .map_or(&words[..end], |(cut, _)| cut);
            format!("{cut}…")
        }
    }
}

/// Lines of bounded length together, without anything that a terminal would obey.
fn body(text: &str) -> String {
    let plain = text.trim().chars();
    let plain = plain.filter(|c| *c == '\n' || !c.is_control());
    plain.take(MAX_BODY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_called_what_it_is_called() {
        let job = JobId::generate();
        let phase = Phase {
            name: " Basic\u{1b}[31m structure\nand more".to_owned(),
            description: "Lays the\nground.\u{7}\0".to_owned(),
            files: Vec::new(),
            is_last_phase: false,
        };
        let told = of_phase(Some(1), Some(&phase), job);
        let wanted = format!("Basic [31m structure\n\nLays the\nground.\n\nLeo-Job: {job}");
        assert_eq!(told, wanted);
        let told = of_phase(Some(2), None, job);
        assert_eq!(told, format!("Phase 2\n\nLeo-Job: {job}"));
    }

    #[test]
    fn long_prompts_are_cut_between_words() {
        let told = of_all(&"word ".repeat(40), "why", JobId::generate());
        let first = told.lines().next().unwrap();
        assert!(first.ends_with("word…") && first.chars().count() <= MAX_TITLE);
        assert!(of_all("\n", "", JobId::generate()).starts_with("The app\n"));
    }
}
