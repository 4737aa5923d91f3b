//! Names that look like another one, for somebody who has mistyped it.

/// Names that are told at most.
const TOLD: usize = 3;

/// The names that are nearest to `wanted`, the nearest first; those that hold it, or parts of it, come
/// before those that share letters only.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut rated: Vec<_> = names
        .map(|name| (distance(&wanted, &name.to_lowercase()), name))
        .collect();
    rated.sort_by_key(|(distance, _)| *distance);
    rated.into_iter().take(TOLD).map(|(_, name)| name).collect()
}

/// How far two names are from each other: the edits between them, less where they share words.
fn distance(wanted: &str, name: &str) -> usize {
    let shared = words(wanted).filter(|word| name.contains(word));
    let shared: usize = shared.map(|word| word.chars().count()).sum();
    let edits = edits(wanted, name);
    (edits * 2).saturating_sub(shared)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    let apart = |letter: char| !letter.is_alphanumeric() && letter != '.';
    name.split(apart).filter(|word| word.len() > 1)
}

/// Letters to insert, remove or replace (Levenshtein).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, count) in [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("ab", "ba", 2),
        ] {
            assert_eq!(edits(a, b), count, "{a} {b}");
        }
    }

    #[test]
    fn a_mistyped_name_is_recognised() {
        let names = [
            "gpt-oss:20b",
            "qwen3-coder:30b",
            "llama3.2:3b",
            "qwen3:8b",
            "bge-m3",
        ];
        let first = |wanted| nearest(wanted, names.into_iter())[0];
        assert_eq!(first("qwen3-coder"), "qwen3-coder:30b");
        assert_eq!(first("qwen-3-coder-30b"), "qwen3-coder:30b");
        assert_eq!(first("LLAMA3.2"), "llama3.2:3b");
        assert_eq!(first("gtp-oss"), "gpt-oss:20b");
        assert_eq!(nearest("x", std::iter::empty()), Vec::<&str>::new());
    }
}
