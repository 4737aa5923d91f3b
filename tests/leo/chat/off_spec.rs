//! Streams that follow no description.

use leo_model::chat::{ErrorKind, Part};
use leo_tests::model_server::quirks::off_spec;

use super::harness::{failure, whole};

#[tokio::test]
async fn lines_that_end_in_cr_with_a_bom_and_empty_fields() {
    let (_, _, finished) = whole(off_spec::lines).await;
    assert!(finished.usage.estimated, "an empty usage is none");
}

#[tokio::test]
async fn single_bytes_and_an_event_over_several_lines() {
    whole(off_spec::bytes).await;
}

#[tokio::test]
async fn fields_of_other_types() {
    let (_, parts, finished) = whole(off_spec::fields).await;
    let thoughts: Vec<_> = parts
        .iter()
        .filter(|part| matches!(part, Part::Reasoning(_)))
        .collect();
    let expected = [
        Part::Reasoning("hm".into()),
        Part::Reasoning("let me see".into()),
    ];
    assert_eq!(thoughts, expected.iter().collect::<Vec<_>>());
    assert_eq!(
        (
            finished.usage.prompt_tokens,
            finished.usage.completion_tokens
        ),
        (11, 5)
    );
}

#[tokio::test]
async fn one_answer_in_place_of_a_stream() {
    let (_, _, finished) = whole(off_spec::not_streamed).await;
    assert_eq!(finished.usage.prompt_tokens, 7);
}

#[tokio::test]
async fn thoughts_within_the_text_are_no_part_of_it() {
    let (_, parts, _) = whole(off_spec::think_tags).await;
    let thoughts = parts.iter().filter_map(|part| match part {
        Part::Reasoning(thought) => Some(thought.as_str()),
        _ => None,
    });
    assert_eq!(thoughts.collect::<String>(), "\nfirst a <b>plan</b>\n");
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let (_, error) = failure(off_spec::web_page).await;
    assert_eq!(error.kind(), ErrorKind::Settings);
    let said = error.to_string();
    assert!(
        said.contains("a web page came") && said.contains("check the base URL"),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_no_json_is_shown() {
    let (_, error) = failure(off_spec::no_json).await;
    assert!(
        error.to_string().contains("upstream said nothing"),
        "{error}"
    );
}
