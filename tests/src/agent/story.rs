//! What a model says through a whole generation: a design and files for each phase.

use std::fmt::Write as _;

use crate::model_server::Asked;

/// A phase as the model makes it.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// Its name.
    pub name: String,
    /// Its files, each with its text.
    pub files: Vec<(String, String)>,
}

/// All phases, in order.
#[derive(Debug, Clone, Default)]
pub struct Story {
    chapters: Vec<Chapter>,
    kind: Option<String>,
}

impl Story {
    /// Three files in two phases: a page that grows.
    #[must_use]
    pub fn board() -> Self {
        Self::default()
            .chapter(
                "The page",
                &[
                    ("index.html", "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Board</title>\n\n<link rel=\"stylesheet\" href=\"styles.css\">\n</head>\n<body>\n<h1>Bakery</h1>\n</body>\n</html>\n"),
                    ("styles.css", "body {\n  font-family: sans-serif;\n}\n\n\nh1 { color: brown; }\n"),
                ],
            )
            .chapter(
                "Orders",
                &[
                    ("index.html", "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Board</title>\n<link rel=\"stylesheet\" href=\"styles.css\">\n</head>\n<body>\n<h1>Bakery</h1>\n<ul id=\"orders\"></ul>\n<script type=\"module\" src=\"app.js\"></script>\n</body>\n</html>\n"),
                    ("app.js", "const orders = [\"rye\", \"spelt\"];\nconst list = document.querySelector(\"#orders\");\nfor (const order of orders) {\n  const item = document.createElement(\"li\");\n  item.textContent = `${order} 🥖`;\n  list.append(item);\n}\n"),
                ],
            )
    }

    /// The same with another phase.
    #[must_use]
    pub fn chapter(mut self, name: &str, files: &[(&str, &str)]) -> Self {
        let files = files.iter();
        self.chapters.push(Chapter {
            name: name.to_owned(),
            files: files
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        });
        self
    }

    /// The same as an app of a kind.
    #[must_use]
    pub fn kind(mut self, kind: &str) -> Self {
        self.kind = Some(kind.to_owned());
        self
    }

    /// The text of a file after the last phase.
    ///
    /// # Panics
    /// When no phase has it.
    #[must_use]
    pub fn file(&self, path: &str) -> &str {
        let files = self
            .chapters
            .iter()
            .rev()
            .flat_map(|chapter| &chapter.files);
        let mut found = files.filter(|(known, _)| known == path);
        found
            .next()
            .map_or_else(|| panic!("no {path}"), |(_, text)| text)
    }

    /// What the model answers: the design or the files of the phase that it is asked for.
    ///
    /// # Panics
    /// When it is asked for something else.
    #[must_use]
    pub fn answer(&self, asked: &Asked) -> String {
        let prompt = first_prompt(asked);
        for (number, chapter) in (1..).zip(&self.chapters) {
            if prompt.contains(&format!("Design phase {number} ")) {
                return self.design(number, chapter);
            }
            if prompt.contains(&format!("This is phase {number}:")) {
                return chapter.answer(&marker(asked));
            }
        }
        panic!("the story has no answer to {prompt}")
    }

    fn design(&self, number: usize, chapter: &Chapter) -> String {
        let mut text = String::new();
        if let Some(kind) = &self.kind {
            let _ = writeln!(text, "KIND: {kind}");
        }
        let name = &chapter.name;
        let _ = writeln!(
            text,
            "NAME: {name}\nDESCRIPTION: {name}, as the story has it."
        );
        for (path, _) in &chapter.files {
            let _ = writeln!(text, "FILE: {path} | part of {name}");
        }
        let last = if number == self.chapters.len() {
            "yes"
        } else {
            "no"
        };
        let _ = writeln!(text, "LAST: {last}");
        text
    }
}

impl Chapter {
    /// Its files in the format.
    #[must_use]
    pub fn answer(&self, marker: &str) -> String {
        let mut text = format!("Here is {}.\n\n", self.name);
        for (path, file) in &self.files {
            let _ = write!(text, "cat > {path} << '{marker}'\n{file}{marker}\n\n");
        }
        text
    }
}

/// The marker that the model is asked to use.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn marker(asked: &Asked) -> String {
    let text = asked.conversation();
    let at = text.rfind("LEO_EOF_").expect("a marker in the prompt");
    let rest = text[at..].chars();
    rest.take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

/// The question that the conversation is about: the first of the user.
fn first_prompt(asked: &Asked) -> String {
    let users = asked.messages().iter();
    let mut users = users.filter(|message| message["role"] == "user");
    let first = users.next().and_then(|message| message["content"].as_str());
    first.unwrap_or_default().to_owned()
}
