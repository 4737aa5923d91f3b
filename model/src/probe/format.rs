//! Whether the model writes a file in the form in which Leo reads files: one small file with a text that
//! cannot be guessed, read by the parser that reads apps.

use rand::RngExt as _;

use super::step::Finding;
use super::talk;
use crate::chat::{Client, Message, Provider, Request};
use crate::format::{Closed, Dialect, How, Options, Parser, Piece, fresh_marker};

/// How files are written; `{marker}` is replaced by the answer's own.
const SYSTEM: &str = include_str!("prompts/hello.md");
/// The file that is asked for.
const FILE: &str = "hello.txt";
/// So much of an answer is told where there is no file in it, in characters.
const SAMPLE: usize = 120;

/// Asks for the file.
pub(super) async fn ask(client: &Client, provider: Provider) -> Finding {
    let marker = fresh_marker();
    let text = format!("Leo says hello {:04x}", rand::rng().random::<u16>());
    let wanted = format!("Write the file {FILE}. Its content is this one line:\n{text}");
    let request = Request {
        messages: vec![
            Message::System(SYSTEM.replace("{marker}", &marker)),
            Message::User(wanted),
        ],
        ..Request::default()
    };
    match client.answer(request).finish().await {
        Ok(finished) => judge(&finished.text, &marker, &text),
        Err(error) => talk::failed(&error, provider),
    }
}

/// A file of an answer.
#[derive(Debug, Default)]
struct Written {
    path: String,
    text: String,
    whole: bool,
    as_told: bool,
}

/// What an answer holds where `text` should stand between the marker's lines.
fn judge(answer: &str, marker: &str, text: &str) -> Finding {
    let files = files(answer, marker);
    let Some(file) = files.iter().find(|file| file.path == FILE) else {
        let sample: String = answer.chars().take(SAMPLE).collect();
        return Finding::failed(format!("the model wrote no file {FILE}, but: {sample}")).hint(
            "choose a model that follows instructions: one made for chat or code, not a base model, with 7 billion parameters or more",
        );
    };
    if file.text.trim() != text {
        return Finding::failed("the model wrote the file, but not the text that it was given")
            .hint("choose a larger or less quantised model; apps come out broken like this");
    }
    if !file.whole {
        return Finding::warning("the model wrote the file and did not end it")
            .hint("Leo recovers from that, at the cost of another request now and then");
    }
    if !file.as_told {
        return Finding::warning(
            "the model wrote the file in a form of its own, which Leo understands",
        )
        .hint("long files may come out cut; a larger model keeps to the form");
    }
    Finding::passed("the model writes files as it is told")
}

fn files(answer: &str, marker: &str) -> Vec<Written> {
    let mut parser = Parser::new(Options {
        marker: Some(marker.to_owned()),
        ..Options::default()
    });
    let mut pieces = parser.push(answer);
    pieces.extend(parser.finish());
    let begins = format!("<< '{marker}'");
    let mut files: Vec<Written> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Open { path, how, dialect } => files.push(Written {
                path: path.to_string(),
                as_told: how == How::Whole
                    && dialect == Dialect::Heredoc
                    && answer.contains(&begins),
                ..Written::default()
            }),
            Piece::Chunk(text) => {
                if let Some(file) = files.last_mut() {
                    file.text.push_str(&text);
                }
            }
            Piece::Close(how) => {
                if let Some(file) = files.last_mut() {
                    file.whole = how == Closed::Marker;
                }
            }
            Piece::Miscounted { .. }
            | Piece::Install(_)
            | Piece::Delete(_)
            | Piece::Prose(_)
            | Piece::Refused { .. } => {}
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::step::Status;

    const MARKER: &str = "LEO_EOF_7c1f";

    fn status(answer: &str) -> Status {
        judge(answer, MARKER, "Leo says hello 1a2b").status
    }

    #[test]
    fn a_file_in_the_form_that_was_asked_for_is_good() {
        let told = "cat > hello.txt << 'LEO_EOF_7c1f'\nLeo says hello 1a2b\nLEO_EOF_7c1f\n";
        assert_eq!(status(told), Status::Passed);
        assert_eq!(status(&format!("Sure!\n\n{told}\nDone.")), Status::Passed);
    }

    #[test]
    fn other_forms_are_understood() {
        for answer in [
            "cat > hello.txt << 'EOF'\nLeo says hello 1a2b\nEOF\n",
            "hello.txt\n```\nLeo says hello 1a2b\n```\n",
            "cat > hello.txt << 'LEO_EOF_7c1f'\nLeo says hello 1a2b\n",
        ] {
            assert_eq!(status(answer), Status::Warning, "{answer}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        for answer in [
            "",
            "Here is your file!",
            "cat > other.txt << 'LEO_EOF_7c1f'\nLeo says hello 1a2b\nLEO_EOF_7c1f\n",
            "cat > hello.txt << 'LEO_EOF_7c1f'\nHello, world!\nLEO_EOF_7c1f\n",
        ] {
            assert_eq!(status(answer), Status::Failed, "{answer}");
        }
    }

    #[test]
    fn the_prompt_holds_the_form() {
        let prompt = SYSTEM.replace("{marker}", MARKER);
        let example = files(&prompt, MARKER);
        assert_eq!(example.len(), 1, "{example:?}");
        assert!(example[0].whole && example[0].as_told);
    }
}
