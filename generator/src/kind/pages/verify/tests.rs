use super::*;
use crate::kind::pages::SAMPLE;

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let app = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let full = app.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    all(app.path()).iter().map(ToString::to_string).collect()
}

#[test]
fn the_sample_is_sound() {
    assert!(problems(SAMPLE).is_empty());
}

#[test]
fn an_app_without_a_first_page_is_told_so() {
    let found = problems(&[("home.html", "<p>hi")]);
    assert!(
        found.len() == 1 && found[0].starts_with("index.html: the file is missing"),
        "{found:?}"
    );
}

#[test]
fn what_a_page_names_has_to_be_there() {
    let page = "<!doctype html>\n<link rel=stylesheet href='css/main.css?v=1'>\n<img src=/logo.svg alt>\n\
        <a href=#top>x</a><a href='mailto:a@b'>x</a><a href=https://x/y>x</a><img src='data:image/png;base64,x'>\n\
        <a href='sub/'>x</a><img src='{{ user.image }}'><script src=//cdn.example/x.js></script>";
    let found = problems(&[
        ("index.html", page),
        (
            "sub/index.html",
            "<a href=../>back</a><a href=/gone.html>x</a>",
        ),
    ]);
    assert_eq!(
        found,
        [
            "index.html:2: `css/main.css?v=1` is not among the app's files",
            "index.html:3: `/logo.svg` is not among the app's files",
            "sub/index.html:1: `/gone.html` is not among the app's files",
        ]
    );
}

#[test]
fn scripts_are_read_as_their_tags_say() {
    let page = "<script src=a.js></script>\n<script type=module src=b.js></script>\n<script>\nlet x = ;\n</script>\n\
        <script type=application/json>{]</script><script type=text/template>{{#if x}}</script>";
    let found = problems(&[
        ("index.html", page),
        ("a.js", "import { b } from './b.js';\n"),
        (
            "b.js",
            "export const b = 1;\nimport './c.js';\nimport React from 'react';\nimport 'https://x/y.js';\n",
        ),
    ]);
    let places: Vec<&str> = found
        .iter()
        .filter_map(|problem| problem.split(": ").next())
        .collect();
    assert_eq!(
        places,
        ["index.html:4", "index.html:6", "a.js:1", "b.js:2", "b.js:3"],
        "{found:?}"
    );
    assert!(
        found[2].contains("type=\"module\"") && found[3].contains("./c.js"),
        "{found:?}"
    );
}

#[test]
fn an_import_map_tells_where_packages_are() {
    let page = "<script type=importmap>{\"imports\": {\"react\": \"https://x/react.js\"}}</script>\n\
        <script type=module>import React from 'react';</script>";
    assert!(problems(&[("index.html", page)]).is_empty());
}

#[test]
fn tags_of_react_are_read_where_a_page_says_so() {
    let page =
        "<script type=text/babel>const a = <p>{1}</p>;</script><script>const b = <p></p>;</script>";
    let found = problems(&[("index.html", page)]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn broken_json_and_styles_are_found() {
    let found = problems(&[
        ("index.html", ""),
        ("data.json", "{\n  \"a\": 1,\n}"),
        ("style.css", "a {\n"),
    ]);
    assert_eq!(
        found[0],
        "style.css:1: the block that begins here does not end"
    );
    assert!(
        found[1].starts_with("data.json:3: this is not JSON"),
        "{found:?}"
    );
}

#[test]
fn what_no_person_writes_ends_nothing() {
    for text in [
        "[", "!", "- ", "`${", "(a=>", "a=>", "new ", "if(x)", "x?y:", "await ",
    ] {
        let deep = text.repeat((120 << 10) / text.len());
        let page = format!("<script>{deep}</script>");
        let run = move || problems(&[("index.html", &page)]);
        let thread = std::thread::Builder::new().stack_size(super::super::STACK);
        thread.spawn(run).unwrap().join().unwrap();
    }
}

#[test]
fn only_so_many_problems_are_told() {
    let page = "<img src=nowhere.png>\n".repeat(100);
    assert_eq!(problems(&[("index.html", &page)]).len(), PROBLEM_LIMIT);
}
