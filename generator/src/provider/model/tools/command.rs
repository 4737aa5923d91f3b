//! The commands that a model may run: the app's own scripts, and installing packages.
//!
//! A command is a list of arguments and never a text for a shell.

use leo_model::format::{Install, Options, Parser, Piece};
use serde_json::Value;

use super::super::Model;
use super::Outcome;
use crate::error::Error;
use crate::files::Files;

/// What the model is told of it.
pub(super) const DESCRIPTION: &str = "Runs a command in the app's folder. Allowed are: \
    [\"npm\",\"run\",SCRIPT] with a script of package.json that ends by itself (build, test, lint), \
    [\"npm\",\"test\"], [\"npx\",\"tsc\",\"--noEmit\"], [\"npm\",\"install\",PACKAGE…].";
/// Scripts that do not end by themselves.
const ENDLESS: [&str; 4] = ["dev", "start", "serve", "preview"];

/// A command that may run.
#[derive(Debug, PartialEq)]
enum Allowed {
    /// Programs with these arguments.
    Run(Vec<String>),
    /// Packages, which the app's kind installs.
    Install(Install),
}

impl Model {
    /// Runs a command, if it is one that may be.
    pub(super) async fn run_command(
        &mut self,
        files: &mut Files<'_, '_>,
        arguments: &Value,
    ) -> Result<Outcome, Error> {
        match allowed(arguments) {
            Err(why) => Ok(Outcome::blocked(why)),
            Ok(Allowed::Install(install)) => {
                self.installs.push(install);
                let problems = self.install(files).await?;
                Ok(match problems.first() {
                    None => Outcome::success("installed"),
                    Some(problem) => Outcome::error(problem.message.clone()),
                })
            }
            Ok(Allowed::Run(argv)) => {
                // The scripts find what is installed only after that was done.
                let problems = self.install(files).await?;
                if let Some(problem) = problems.first() {
                    return Ok(Outcome::error(problem.message.clone()));
                }
                let (kind, app) = (self.kind(), files.workspace().root());
                let words: Vec<&str> = argv.iter().map(String::as_str).collect();
                let script = self.toolchain.script(files.run(), kind, app, &words);
                Ok(match script.await? {
                    Some(ended) if ended.is_success() => Outcome::success(ended.tail),
                    Some(ended) => Outcome::error(ended.tail),
                    None => Outcome::error("this tool is not installed in the app"),
                })
            }
        }
    }
}

/// Takes a command apart; what is not allowed is answered with the reason.
fn allowed(arguments: &Value) -> Result<Allowed, String> {
    let argv = argv(arguments)?;
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["npm", "install" | "add" | "i", ..] => install(&argv),
        ["npm", "test" | "t"] | ["npx", "tsc", "--noEmit"] => Ok(Allowed::Run(argv)),
        ["npm", "run", script] if ENDLESS.contains(script) => Err(format!(
            "`{script}` does not end by itself; the app is started and checked after your answer"
        )),
        ["npm", "run", script] if is_plain(script) => Ok(Allowed::Run(argv)),
        _ => Err(format!("this command is not allowed. {DESCRIPTION}")),
    }
}

fn argv(arguments: &Value) -> Result<Vec<String>, String> {
    let wrong = || format!("`command` must be a list of texts. {DESCRIPTION}");
    let argv: Vec<String> = match arguments.get("command") {
        Some(Value::String(text)) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect::<Result<_, _>>()?,
        _ => return Err(wrong()),
    };
    if argv.is_empty() {
        Err(wrong())
    } else {
        Ok(argv)
    }
}

/// The packages are taken apart by what reads them in answers.
fn install(argv: &[String]) -> Result<Allowed, String> {
    let mut parser = Parser::new(Options::default());
    let mut pieces = parser.push(&format!("{}\n", argv.join(" ")));
    pieces.extend(parser.finish());
    for piece in pieces {
        if let Piece::Install(install) = piece {
            return Ok(Allowed::Install(install));
        } else if let Piece::Refused { what, why } = piece {
            return Err(format!("`{what}`: {why}"));
        }
    }
    Err(format!("these are no names of packages. {DESCRIPTION}"))
}

fn is_plain(script: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    !script.starts_with('-') && script.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_run() {
        let run = |words: &[&str]| allowed(&json!({"command": words}));
        for good in [
            &["npm", "run", "build"][..],
            &["npm", "run", "test:unit"],
            &["npm", "test"],
            &["npx", "tsc", "--noEmit"],
        ] {
            assert!(matches!(run(good), Ok(Allowed::Run(_))), "{good:?}");
        }
        assert!(matches!(
            allowed(&json!({"command": "npm run build"})),
            Ok(Allowed::Run(_))
        ));
        let Ok(Allowed::Install(install)) = run(&["npm", "install", "zustand"]) else {
            panic!("no install");
        };
        assert_eq!(install.packages, ["zustand"]);
        for bad in [
            &["sh", "-c", "id"][..],
            &["npm", "run", "dev"],
            &["npm", "run", "-s"],
            &["npm", "run", "build", "--", "x"],
            &["npm", "exec", "x"],
            &["npx", "x"],
            &["npm", "install", "zustand", "&&", "id"],
            &["npm", "install", "git+https://x"],
            &[],
        ] {
            assert!(run(bad).is_err(), "{bad:?}");
        }
        assert!(allowed(&json!({"command": 7})).is_err());
    }
}
