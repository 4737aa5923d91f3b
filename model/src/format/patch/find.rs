//! Where lines stand in a file.

/// All places at which the lines stand in the file, in time that grows with the sum of both (Knuth, Morris and
/// Pratt): a patch is not trusted to be short or to differ from the file soon.
pub(super) fn places<'t>(
    file: &[&'t str],
    lines: &[&'t str],
    key: fn(&'t str) -> &'t str,
) -> Vec<usize> {
    let borders = borders(lines, key);
    let mut found = Vec::new();
    let mut matched = 0;
    for (at, line) in file.iter().enumerate() {
        while matched > 0 && (matched == lines.len() || key(lines[matched]) != key(line)) {
            matched = borders[matched - 1];
        }
        if lines
            .get(matched)
            .is_some_and(|wanted| key(wanted) == key(line))
        {
            matched += 1;
        }
        if matched == lines.len() && matched > 0 {
            found.push(at + 1 - matched);
        }
    }
    found
}

/// For each line, how many of the lines before and with it are also the first ones.
fn borders<'t>(lines: &[&'t str], key: fn(&'t str) -> &'t str) -> Vec<usize> {
    let mut borders = vec![0; lines.len()];
    let mut matched = 0;
    for at in 1..lines.len() {
        while matched > 0 && key(lines[matched]) != key(lines[at]) {
            matched = borders[matched - 1];
        }
        if key(lines[matched]) == key(lines[at]) {
            matched += 1;
        }
        borders[at] = matched;
    }
    borders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_places_are_found() {
        let file: Vec<&str> = "a b a b a a b".split(' ').collect();
        let of = |lines: &str| places(&file, &lines.split(' ').collect::<Vec<_>>(), |line| line);
        assert_eq!(of("a b a"), [0, 2]);
        assert_eq!(of("a a b"), [4]);
        assert_eq!(of("b"), [1, 3, 6]);
        assert_eq!(of("a b a b a a b"), [0]);
        assert_eq!(of("c"), [0_usize; 0]);
        assert_eq!(places(&file, &[], |line| line), [0_usize; 0]);
    }
}
