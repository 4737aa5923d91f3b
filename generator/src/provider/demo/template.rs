//! Filling `{{name}}` in the app's templates.

/// The template with each `{{name}}` replaced by its value, in one pass: a value that itself looks
/// like a placeholder stays as it is. Names without a value stay too; the tests allow none.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let found = behind.split_once("}}").and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, behind))
        });
        match found {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push_str("{{");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_filled_again() {
        let filled = fill("<{{a}}> {{b}} {{c}} {{", &[("a", "{{b}}"), ("b", "two")]);
        assert_eq!(filled, "<{{b}}> two {{c}} {{");
    }
}
