//! Who reads the answer.

use leo_model::format::{Limits, Options, Parser, Piece};
use memchr::memchr_iter;

use super::answer::Answer;

/// A reader. What it has found is a number, to be compared with the answer's.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) name: &'static str,
    pub(super) read: fn(&[&str], &str) -> usize,
    pub(super) expects: fn(&Answer) -> usize,
}

/// The floor first.
pub(super) const READERS: [Reader; 4] = [
    Reader {
        name: "newlines (memchr)",
        read: newlines,
        expects: |answer| answer.lines,
    },
    Reader {
        name: "chunks, handed on",
        read: handed_on,
        expects: |answer| answer.text.len(),
    },
    Reader {
        name: "a list of lines",
        read: lines,
        expects: |answer| answer.bytes,
    },
    Reader {
        name: "leo",
        read: leo,
        expects: |answer| answer.bytes,
    },
];

/// Finds the ends of lines and does nothing with them.
fn newlines(chunks: &[&str], _marker: &str) -> usize {
    chunks
        .iter()
        .map(|chunk| memchr_iter(b'\n', chunk.as_bytes()).count())
        .sum()
}

/// Hands on each chunk as a text of its own, as everything does out of which files come while they are written.
fn handed_on(chunks: &[&str], _marker: &str) -> usize {
    let pieces = |chunk: &&str| std::hint::black_box(vec![Piece::Chunk((*chunk).to_owned())]);
    chunks.iter().map(|chunk| length(&pieces(chunk))).sum()
}

/// What a parser does that collects the lines of a file and joins them at its end. It knows one kind of
/// header and one end, and nothing comes out before that.
fn lines(chunks: &[&str], marker: &str) -> usize {
    let (mut buffer, mut bytes) = (String::new(), 0);
    let mut file: Option<Vec<String>> = None;
    for chunk in chunks {
        buffer.push_str(chunk);
        while let Some(end) = buffer.find('\n') {
            let line = buffer[..end].to_owned();
            buffer.drain(..=end);
            match &mut file {
                Some(lines) if line.trim() == marker => {
                    bytes += std::hint::black_box(lines.join("\n")).len() + 1;
                    file = None;
                }
                Some(lines) => lines.push(line),
                None if line.starts_with("cat > ") && line.contains("<<") => {
                    file = Some(Vec::new())
                }
                None => {}
            }
        }
    }
    bytes
}

/// Leo's parser, as the generator uses it.
fn leo(chunks: &[&str], marker: &str) -> usize {
    let mut parser = Parser::new(Options {
        marker: Some(marker.to_owned()),
        limits: Limits {
            files: usize::MAX,
            ..Limits::default()
        },
    });
    let mut bytes: usize = chunks.iter().map(|chunk| length(&parser.push(chunk))).sum();
    bytes += length(&parser.finish());
    bytes
}

fn length(pieces: &[Piece]) -> usize {
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Chunk(text) => Some(text.len()),
        Piece::Open { .. }
        | Piece::Miscounted { .. }
        | Piece::Close(_)
        | Piece::Install(_)
        | Piece::Delete(_)
        | Piece::Prose(_)
        | Piece::Refused { .. } => None,
    });
    texts.sum()
}
