//! Tests of [`super`]: strangers' words in the page, and what an extension keeps.

use leo_protocol::Mode;

use super::*;
use crate::input::Turn;
use crate::testing::job_id;

const HOSTILE: &str =
    "<script>alert(1)</script> {{title}} <!-- leo-demo: panels end --> \"x' &amp;";

fn task(place: usize, prompt: &str) -> Task {
    Task {
        job: job_id(place),
        prompt: prompt.into(),
        mode: Mode::Autonomous,
        max_iterations: 10,
        conversation: Vec::new(),
        resume: None,
        budget: None,
        spent: None,
    }
}

fn page(place: usize, prompt: &str) -> String {
    new(&task(place, prompt), &Words::of(prompt))
}

#[test]
fn the_prompt_is_in_the_page_and_the_page_is_signed() {
    let page = page(0, "Bakery orders & more");
    assert!(page.contains("<h1 dir=\"auto\">Bakery orders &amp; more</h1>"));
    assert!(page.contains("<title>Bakery orders &amp; more</title>"));
    assert_eq!(job_of(&page), Some(job_id(0)));
    assert!(!page.contains("{{"), "{page}");
}

#[test]
fn a_prompt_cannot_bring_markup_or_marks() {
    let first = page(0, HOSTILE);
    let second = task(1, HOSTILE);
    let both = extend(&first, &second, &Words::of(HOSTILE)).unwrap();
    for text in [&first, &both] {
        assert!(
            !text.contains("<script>") && !text.contains("\"x'"),
            "{text}"
        );
        assert_eq!(text.matches(PANELS_END).count(), 1);
        assert_eq!(text.matches(PROMPTS_END).count(), 1);
    }
}

#[test]
fn extending_only_inserts() {
    let prompt = "add a price calculator";
    let edited = page(0, "Bakery").replace("<h2 id=\"board-title\">Board", "<h2>My own words");
    let extended = extend(&edited, &task(1, prompt), &Words::of(prompt)).unwrap();
    let mut lines = extended.lines();
    for line in edited.lines() {
        assert!(lines.any(|other| other == line), "lost: {line}");
    }
    assert!(extended.contains(&format!("data-panel=\"{}\"", job_id(1))));
    assert_eq!(extended.matches("panels.js").count(), 1);
}

#[test]
fn extending_twice_is_extending_once() {
    let prompt = "add a price calculator";
    let (task, words) = (task(1, prompt), Words::of(prompt));
    let once = extend(&page(0, "Bakery"), &task, &words).unwrap();
    assert_eq!(extend(&once, &task, &words).unwrap(), once);
}

#[test]
fn every_prompt_of_the_session_is_listed_once() {
    let mut third = task(2, "third");
    for (place, prompt) in [(0, "first"), (1, "second"), (1, "second")] {
        let (job, prompt) = (job_id(place), prompt.to_owned());
        third.conversation.push(Turn {
            role: leo_protocol::runner::Role::User,
            job,
            text: prompt,
        });
    }
    let page = extend(&page(0, "first"), &third, &Words::of("third")).unwrap();
    for place in 0..3 {
        let mark = format!("data-job=\"{}\"", job_id(place));
        assert_eq!(page.matches(&mark).count(), 1, "{page}");
    }
}

#[test]
fn a_page_that_is_not_ours_is_left_alone() {
    let words = Words::of("x");
    assert_eq!(extend("<h1>mine</h1>", &task(1, "x"), &words), None);
    let unmarked = page(0, "Bakery").replace(PANELS_END, "");
    assert_eq!(extend(&unmarked, &task(1, "x"), &words), None);
}
