//! Whether a browser can read a script, and what the script imports.

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The largest script that is read, in bytes; a larger one is a library that somebody has packed.
const SCRIPT_LIMIT: usize = 128 << 10;
/// How deep things may lie inside each other. The parser calls itself for each, so that what no person
/// writes could end the process.
const DEPTH_LIMIT: usize = 500;

/// How a script is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// As a script without imports.
    Classic,
    /// As a module.
    Module,
    /// With tags of React, for a compiler in the browser.
    Jsx,
    /// As whichever of the two it is.
    Any,
}

/// What was found; places are offsets in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// What is wrong.
    pub(super) errors: Vec<(usize, String)>,
    /// What is imported.
    pub(super) imports: Vec<(usize, String)>,
}

/// Reads a script.
pub(super) fn check(text: &str, goal: Goal) -> Read {
    if text.len() > SCRIPT_LIMIT {
        return Read::default();
    }
    if let Some(at) = too_deep(text) {
        let why = format!("more than {DEPTH_LIMIT} brackets or signs lie inside each other here");
        return Read {
            errors: vec![(at, why)],
            imports: Vec::new(),
        };
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, source_type(goal)).parse();
    let mut errors: Vec<(usize, String)> = Vec::new();
    for error in parsed.diagnostics.errors() {
        let at = error
            .labels
            .first()
            .map_or(0, |label| offset(label.offset()));
        let help = error.help.as_deref().map(|help| format!(" ({help})"));
        errors.push((at, format!("{}{}", error.message, help.unwrap_or_default())));
    }
    let record = &parsed.module_record;
    if goal == Goal::Classic && errors.is_empty() && record.has_module_syntax {
        let why = "this script imports or exports, so its tag needs type=\"module\"";
        errors.push((0, why.to_owned()));
    }
    let mut imports: Vec<(usize, String)> = record
        .requested_modules
        .iter()
        .filter_map(|(name, places)| Some((places.first()?, name)))
        .map(|(place, name)| (offset(place.span.start), name.to_string()))
        .collect();
    imports.sort_unstable();
    Read { errors, imports }
}

fn source_type(goal: Goal) -> SourceType {
    match goal {
        Goal::Module => SourceType::mjs(),
        Goal::Jsx => SourceType::jsx(),
        // What a classic script must not hold is told in better words than the parser's.
        Goal::Classic | Goal::Any => SourceType::unambiguous(),
    }
}

fn offset(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Where brackets, or signs before a value, lie too deep inside each other. Those in strings count too,
/// which is of no matter at this depth.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut signs) = (0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        signs = match byte {
            b'!' | b'~' | b'+' | b'-' => signs + 1,
            b' ' | b'\n' | b'\t' => signs,
            _ => 0,
        };
        if depth > DEPTH_LIMIT || signs > DEPTH_LIMIT {
            return Some(at);
        }
    }
    None
}
