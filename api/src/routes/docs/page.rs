//! The OpenAPI document as HTML: a list of operations, then the shapes of bodies.
//!
//! Written by the server in one piece, without scripts and without anything from elsewhere, so it
//! works on a machine without a network and under the strictest policy.

use std::fmt::Write as _;

use serde_json::Value;

/// The style of every page.
pub(super) const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    code,.m{font-family:ui-monospace,monospace}.m{display:inline-block;min-width:4.5em;font-weight:600}\
    section{border-top:1px solid #8884;padding:.5rem 0}h3{margin:.5rem 0;font-weight:400}\
    table{border-collapse:collapse}td{padding:.1rem 1rem .1rem 0;vertical-align:top}\
    @media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}";

/// A page with a title and a body of HTML.
pub(super) fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>\
         <style>{STYLE}</style><h1>{0}</h1>{body}</html>",
        escaped(title)
    )
}

/// The page of a document.
pub(super) fn of_document(document: &Value) -> String {
    let info = &document["info"];
    let mut body = format!(
        "<p>{} <a href=\"/api/openapi.json\">openapi.json</a></p>",
        words(&info["description"])
    );
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            if operation.get("responses").is_some() {
                push_operation(&mut body, path, method, operation);
            }
        }
    }
    body.push_str("<h2>Shapes</h2>");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        push_schema(&mut body, name, schema);
    }
    framed("Leo's HTTP interface", &body)
}

fn push_operation(out: &mut String, path: &str, method: &str, operation: &Value) {
    push(
        out,
        format_args!(
            "<section><h3><span class=\"m\">{}</span> <code>{}</code></h3><p>{}</p><table>",
            escaped(&method.to_uppercase()),
            escaped(path),
            words(&operation["summary"]),
        ),
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = format!("{} ({})", text(&parameter["name"]), text(&parameter["in"]));
        push_row(
            out,
            &name,
            &shape(&parameter["schema"]),
            &parameter["description"],
        );
    }
    let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !sent.is_null() {
        push_row(out, "body", &shape(sent), &Value::Null);
    }
    for (status, response) in fields(&operation["responses"]) {
        let content = fields(&response["content"]).next();
        let given = content.map(|(_, content)| shape(&content["schema"]));
        push_row(
            out,
            status,
            &given.unwrap_or_default(),
            &response["description"],
        );
    }
    out.push_str("</table></section>");
}

fn push_schema(out: &mut String, name: &str, schema: &Value) {
    push(
        out,
        format_args!(
            "<section id=\"{0}\"><h3><code>{0}</code></h3><p>{1}</p><table>",
            escaped(name),
            words(&schema["description"]),
        ),
    );
    for (field, of) in fields(&schema["properties"]) {
        push_row(out, field, &shape(of), &of["description"]);
    }
    for value in schema["enum"].as_array().into_iter().flatten() {
        push_row(out, text(value), "", &Value::Null);
    }
    out.push_str("</table></section>");
}

/// A row of a table; `shape` is HTML already.
fn push_row(out: &mut String, name: &str, shape: &str, description: &Value) {
    push(
        out,
        format_args!(
            "<tr><td><code>{}</code><td>{shape}<td>{}",
            escaped(name),
            words(description),
        ),
    );
}

/// What a value looks like, in a word, as HTML; shapes with a name link to their section.
fn shape(schema: &Value) -> String {
    if let Some(name) = text(&schema["$ref"])
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        return format!("<a href=\"#{0}\">{0}</a>", escaped(name));
    }
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    if let Some(choices) = choices {
        let known = choices.iter().filter(|choice| choice["type"] != "null");
        return known.map(shape).collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("{}[]", shape(&schema["items"])),
        Value::String(kind) => escaped(kind),
        Value::Array(kinds) => {
            let known = kinds.iter().map(text).filter(|kind| *kind != "null");
            escaped(&known.collect::<Vec<_>>().join(" or "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "any".to_owned(),
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text of the document as HTML, with code where it has backticks.
fn words(value: &Value) -> String {
    let parts = text(value).split('`').enumerate();
    parts
        .map(|(n, part)| match n % 2 {
            0 => escaped(part),
            _ => format!("<code>{}</code>", escaped(part)),
        })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_shape_is_on_the_page() {
        let document = serde_json::to_value(crate::router::document()).unwrap();
        let page = of_document(&document);
        for (path, _) in fields(&document["paths"]) {
            assert!(page.contains(&escaped(path)), "{path}");
        }
        for (name, _) in fields(&document["components"]["schemas"]) {
            assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("https://"));
    }

    #[test]
    fn texts_are_texts() {
        assert_eq!(
            words(&"a `<b>` & c".into()),
            "a <code>&lt;b&gt;</code> &amp; c"
        );
    }
}
