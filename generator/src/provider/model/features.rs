//! Work by a list of features: the model writes the list once, then builds the next one that does not
//! work, and is asked whether it does.
//!
//! The list lies in the app as `features.json`, for people to read and for later jobs to go on with. A
//! feature passes when the app builds, starts, and the model finds each of its steps in the code. One
//! that does not is tried a second time after the others.

use leo_model::chat::Message;
use leo_protocol::event::Phase;
use serde::{Deserialize, Serialize};

use super::prompts::{self, render};
use super::talk::Gathered;
use super::{Model, context, plan};
use crate::emit::{one_line, shorten};
use crate::error::Error;
use crate::files::Files;
use crate::kind::{Kind, Problem};
use crate::problems::brief;
use crate::provider::Judged;
use crate::run::Run;
use crate::workspace::{Found, RelPath, Workspace};

/// Where the list lies in the app.
const FILE: &str = "features.json";
/// The most features of one list.
const MOST: usize = 40;
/// The most steps of a feature.
const STEPS: usize = 10;
/// The longest title and step, in characters.
const TEXT: usize = 200;
/// How often a feature is tried.
const TRIES: u32 = 2;

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Features {
    features: Vec<Feature>,
}

/// Something that the user can do with the app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Feature {
    title: String,
    /// How to see that it works.
    steps: Vec<String>,
    passes: bool,
    tries: u32,
}

impl Features {
    /// How many pass, and of how many.
    fn progress(&self) -> (u64, u64) {
        let passing = self
            .features
            .iter()
            .filter(|feature| feature.passes)
            .count();
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        (count(passing), count(self.features.len()))
    }

    /// How many pass, in words.
    pub(super) fn summary(&self) -> String {
        let (passing, total) = self.progress();
        format!("{passing} of {total} features pass")
    }

    /// The next one to build: the first that has been tried least.
    fn next(&self) -> Option<usize> {
        let open = self.features.iter().enumerate();
        open.filter(|(_, feature)| !feature.passes && feature.tries < TRIES)
            .min_by_key(|(at, feature)| (feature.tries, *at))
            .map(|(at, _)| at)
    }

    /// Whether nothing is left to be tried once the next one is through.
    fn ends_with_next(&self) -> bool {
        let mut tries = self.features.iter().filter(|feature| !feature.passes);
        let left = tries
            .by_ref()
            .map(|feature| TRIES.saturating_sub(feature.tries));
        left.sum::<u32>() <= 1
    }
}

impl Model {
    /// The next feature as a phase; first of all the list.
    pub(super) async fn next_feature(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Phase, Error> {
        if self.memory.features.is_none() {
            let list = self.list_features(run, workspace).await?;
            self.memory.features = Some(list);
        }
        let features = self.memory.features.clone().unwrap_or_default();
        let Some(feature) = features.next().and_then(|at| features.features.get(at)) else {
            return Err(Error::Refused("every feature has been tried".to_owned()));
        };
        Ok(Phase {
            name: feature.title.clone(),
            description: feature.steps.join("; "),
            files: Vec::new(),
            is_last_phase: features.ends_with_next() || run.phase() >= self.task.limit,
        })
    }

    /// The list: what an earlier job has left, and what is asked for.
    async fn list_features(
        &mut self,
        run: &Run<'_>,
        workspace: &Workspace,
    ) -> Result<Features, Error> {
        let mut list = read(workspace);
        let kinds = if self.chooses_kind() {
            prompts::DESIGN_KINDS
        } else {
            ""
        };
        let limit = MOST.min(usize::try_from(self.task.limit).unwrap_or(MOST));
        let values = [
            ("request", self.task.prompt.as_str()),
            ("history", &self.history()),
            (
                "app",
                &context::app(workspace, self.window.for_files(), &[]),
            ),
            ("limit", &limit.to_string()),
            ("kinds", kinds),
            ("kind_line", self.kind_line()),
        ];
        let prompt = render(prompts::FEATURES, &values);
        let kind_line = self.kind_line();
        let (kind, more) = self
            .ask_until(run, prompt, parse, |error| {
                let values = [("error", error), ("kind_line", kind_line)];
                render(prompts::FEATURES_AGAIN, &values)
            })
            .await?;
        self.settle_kind(kind);
        list.features.extend(more.features);
        list.features.truncate(MOST);
        let (passing, total) = list.progress();
        run.event(&leo_protocol::EventKind::Progress { passing, total })?;
        Ok(list)
    }

    /// Puts the list into the app, where it is not there as it is.
    pub(super) fn put_features(&self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        let Some(features) = &self.memory.features else {
            return Ok(());
        };
        if read(files.workspace()) == *features {
            return Ok(());
        }
        // Texts and numbers always serialise.
        let text = serde_json::to_string_pretty(features).unwrap_or_default() + "\n";
        files.put(&RelPath::new(FILE)?, &text)
    }

    /// Decides whether the present feature works.
    pub(super) async fn judge_feature(
        &mut self,
        files: &mut Files<'_, '_>,
        problems: &[Problem],
    ) -> Result<Judged, Error> {
        let features = self.memory.features.clone().unwrap_or_default();
        let Some(at) = features.next() else {
            return Ok(Judged::default());
        };
        let verdict = if problems.is_empty() {
            self.check_feature(files, &features.features[at]).await?
        } else {
            Err(brief(problems))
        };
        let list = self.memory.features.get_or_insert_default();
        if let Some(feature) = list.features.get_mut(at) {
            feature.tries += 1;
            feature.passes = verdict.is_ok();
        }
        let judged = Judged {
            all_done: list.next().is_none(),
            progress: Some(list.progress()),
        };
        if let Err(why) = verdict {
            let title = &features.features[at].title;
            files
                .run()
                .info(format!("“{title}” does not pass yet: {why}"))?;
        }
        self.put_features(files)?;
        Ok(judged)
    }

    /// Asks whether the code does what the feature says; mends it once where it does not.
    async fn check_feature(
        &mut self,
        files: &mut Files<'_, '_>,
        feature: &Feature,
    ) -> Result<Result<(), String>, Error> {
        let Err(missing) = self.ask_check(files, feature).await? else {
            return Ok(Ok(()));
        };
        let problem = Problem {
            path: None,
            line: None,
            message: format!("“{}” does not work: {missing}", feature.title),
        };
        self.mend(files, "A review of the feature", &[problem])
            .await?;
        let (run, workspace) = (files.run(), files.workspace());
        let mut left = self.install(files).await?;
        if left.is_empty() {
            left = self.check(run, workspace).await?;
        }
        if !left.is_empty() {
            let why = brief(&left);
            self.left = left;
            return Ok(Err(why));
        }
        self.ask_check(files, feature).await
    }

    async fn ask_check(
        &mut self,
        files: &Files<'_, '_>,
        feature: &Feature,
    ) -> Result<Result<(), String>, Error> {
        let steps: Vec<String> = feature
            .steps
            .iter()
            .map(|step| format!("- {step}"))
            .collect();
        let values = [
            (
                "app",
                context::app(files.workspace(), self.window.for_files(), &[]),
            ),
            ("title", feature.title.clone()),
            ("steps", steps.join("\n")),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let messages = [
            self.system(),
            Message::User(render(prompts::CHECK, &values)),
        ];
        let mut heard = Gathered::new(files.run());
        let request = self.request(&messages, false);
        match self.talk.ask(files.run(), request, &mut heard).await {
            Ok(_) => Ok(judge(&heard.finish()?)),
            Err(Error::BadAnswer(why)) => Ok(Err(why)),
            Err(error) => Err(error),
        }
    }
}

/// The list in the app; empty where there is none that can be read.
fn read(workspace: &Workspace) -> Features {
    let found = RelPath::new(FILE)
        .ok()
        .and_then(|path| workspace.look(&path).ok());
    match found {
        Some(Found::Text(text)) => serde_json::from_str(&text).unwrap_or_default(),
        Some(Found::Nothing | Found::Other) | None => Features::default(),
    }
}

/// The list in an answer, and the kind of app that it chooses.
fn parse(answer: &str) -> Result<(Option<Kind>, Features), String> {
    let mut kind = None;
    let mut features: Vec<Feature> = Vec::new();
    for line in answer.lines() {
        if let Some(title) = plan::field(line, "FEATURE") {
            features.push(Feature {
                title: one_line(title, TEXT),
                ..Feature::default()
            });
        } else if let Some(chosen) = plan::kind(line) {
            kind = Some(chosen);
        } else if let (Some(step), Some(feature)) = (step(line), features.last_mut())
            && feature.steps.len() < STEPS
        {
            feature.steps.push(one_line(step, TEXT));
        }
    }
    features.retain(|feature| !feature.title.is_empty());
    features.truncate(MOST);
    if features.is_empty() {
        return Err("it has no line that begins with `FEATURE: `".to_owned());
    }
    Ok((kind, Features { features }))
}

/// A line of a list, without its mark.
fn step(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = line.strip_prefix(['-', '*', '•']).or_else(|| {
        let numbered = number.len() < line.len();
        numbered.then(|| number.strip_prefix(['.', ')'])).flatten()
    });
    rest.map(str::trim).filter(|rest| !rest.is_empty())
}

/// What a review says; whatever is no clear pass is none.
fn judge(answer: &str) -> Result<(), String> {
    let line = answer
        .lines()
        .map(|line| line.trim().trim_matches(['*', '`', '#']))
        .rfind(|line| line.starts_with("PASS") || line.starts_with("FAIL"));
    match line {
        Some(line) if line.starts_with("PASS") => Ok(()),
        Some(line) => Err(shorten(
            line.trim_start_matches("FAIL")
                .trim_start_matches([':', ' ']),
            TEXT,
        )),
        None => Err(format!(
            "the review says neither PASS nor FAIL: {:?}",
            shorten(answer.trim(), TEXT)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_whatever_its_marks() {
        let text = "KIND: node\n**FEATURE:** Add an order\n- open the form\n1. press save\n\nFEATURE: Delete\n* press delete\n";
        let (kind, list) = parse(text).unwrap();
        assert_eq!(kind, Some(Kind::Node));
        assert_eq!(list.features.len(), 2);
        assert_eq!(list.features[0].steps, ["open the form", "press save"]);
        assert!(parse("nothing of that").is_err());
    }

    #[test]
    fn the_next_feature_is_the_least_tried() {
        let feature = |passes, tries| Feature {
            passes,
            tries,
            ..Feature::default()
        };
        let list = |features: &[Feature]| Features {
            features: features.to_vec(),
        };
        assert_eq!(
            list(&[feature(true, 1), feature(false, 1), feature(false, 0)]).next(),
            Some(2)
        );
        assert_eq!(list(&[feature(true, 1), feature(false, 1)]).next(), Some(1));
        assert_eq!(list(&[feature(true, 1), feature(false, 2)]).next(), None);
        assert!(list(&[feature(false, 1), feature(true, 1)]).ends_with_next());
        assert!(!list(&[feature(false, 0)]).ends_with_next());
        assert_eq!(
            list(&[feature(true, 1), feature(false, 1)]).progress(),
            (1, 2)
        );
    }

    #[test]
    fn only_a_clear_pass_passes() {
        assert_eq!(judge("Let me see.\n**PASS**"), Ok(()));
        assert_eq!(judge("FAIL: no button"), Err("no button".to_owned()));
        assert!(judge("It looks fine.").is_err());
    }
}
