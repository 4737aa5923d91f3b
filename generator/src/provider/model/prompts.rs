//! The texts that the model is given, kept in files of their own under `prompts/`.
//!
//! A template names what goes into it as `{{name}}`; the values are put in as they are and not looked
//! into again. The version grows when a text changes what models make of it.

/// The version of the texts.
pub(super) const VERSION: u32 = 1;

macro_rules! templates {
    ($($name:ident = $file:literal,)+) => {
        $(pub(super) const $name: &str = include_str!(concat!("../../../prompts/v1/", $file));)+
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$(($file, $name)),+];
    };
}

templates! {
    SYSTEM = "system.md",
    KIND_STATIC = "kind-static.md",
    KIND_NODE = "kind-node.md",
    DESIGN = "design.md",
    DESIGN_KINDS = "design-kinds.md",
    DESIGN_AGAIN = "design-again.md",
    FORMAT = "format.md",
    INSTALL = "install.md",
    IMPLEMENT = "implement.md",
    AGAIN = "again.md",
    ONE_FILE = "one-file.md",
    CONTINUE = "continue.md",
    FIX = "fix.md",
    FEATURES = "features.md",
    FEATURES_AGAIN = "features-again.md",
    CHECK = "check.md",
    TOOLS = "tools.md",
}

/// The template with the values in their places. A place without a value stays empty; several empty
/// lines in a row become one.
pub(super) fn render(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, place) = rest.split_at(start);
        let Some(end) = place.find("}}") else { break };
        let (name, after) = (&place[2..end], &place[end + 2..]);
        let value = values.iter().find(|(known, _)| *known == name);
        let value = value.map_or("", |(_, value)| value.trim_end_matches('\n'));
        push(&mut out, before);
        out.push_str(value);
        // A line that holds an empty place alone goes with it.
        let alone = value.is_empty() && (out.is_empty() || out.ends_with('\n'));
        rest = if alone {
            after.strip_prefix('\n').unwrap_or(after)
        } else {
            after
        };
    }
    push(&mut out, rest);
    out
}

/// Appends text of a template, without a second empty line in a row.
fn push(out: &mut String, text: &str) {
    let mut text = text;
    while out.ends_with("\n\n") || out.is_empty() {
        match text.strip_prefix('\n') {
            Some(rest) => text = rest,
            None => break,
        }
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_as_they_are() {
        let template = "a {{one}}\n\n{{none}}\n\n{{two}}\nend\n";
        let values = [("one", "{{two}}"), ("two", "x\n\n\n{{y}}\n")];
        assert_eq!(
            render(template, &values),
            "a {{two}}\n\nx\n\n\n{{y}}\nend\n"
        );
    }

    #[test]
    fn every_place_of_a_template_has_a_plain_name() {
        for (file, template) in ALL {
            assert!(
                template.ends_with('\n') && !template.contains('\t'),
                "{file}"
            );
            for place in template.split("{{").skip(1) {
                let name = place.split("}}").next().unwrap();
                let plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                assert!(plain && !name.is_empty(), "{file}: {name}");
            }
        }
    }
}
