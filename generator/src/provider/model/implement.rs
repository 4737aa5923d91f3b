//! Writing files: the phase's own, those that mend a problem, those that were lost.
//!
//! All three go down the same ladder ([`Model::write`]): the answer is used as far as it goes; what is
//! missing is asked for again with what was wrong, then file by file; what has still not come is told,
//! and the job goes on with the rest. Only where nothing has come at all it fails.

use leo_model::chat::{Message, Request};
use leo_model::format::fresh_marker;
use leo_protocol::event::{Phase, PlannedFile};

use super::prompts::{self, render};
use super::stitch::Stitch;
use super::talk::tell_retry;
use super::writer::{Writer, Written};
use super::{Model, REPAIRS, TEMPERATURE};
use crate::error::Error;
use crate::files::Files;
use crate::kind::Problem;
use crate::workspace::RelPath;

/// How many times a file that was cut off is continued.
const CONTINUATIONS: u32 = 2;
/// How much of a file's end the model is shown to go on behind, in bytes.
const TAIL: usize = 1500;
/// Turns with tools in one answer.
const TOOL_TURNS: u32 = 25;

/// What a call for files is about.
pub(super) struct Order {
    /// What is asked.
    pub(super) prompt: String,
    /// The files that must come.
    pub(super) wanted: Vec<PlannedFile>,
    /// The marker that the prompt names.
    pub(super) marker: String,
}

impl Model {
    /// Writes the files of the present phase.
    pub(crate) async fn implement(&mut self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        self.scaffold(files)?;
        self.put_features(files)?;
        let Some(phase) = self.phase.clone() else {
            return Err(Error::Refused("there is no design to write".to_owned()));
        };
        let marker = fresh_marker();
        let number = files.run().phase();
        let order = Order {
            prompt: self.implement_prompt(files.workspace(), number, &phase, &marker),
            wanted: phase.files,
            marker,
        };
        self.write(files, order).await
    }

    /// Mends what a check has found.
    pub(crate) async fn fix(
        &mut self,
        files: &mut Files<'_, '_>,
        problems: &[Problem],
    ) -> Result<(), Error> {
        let what = "The check of the app";
        self.mend(files, what, problems).await
    }

    /// Mends problems that `what` has found, as far as the model can.
    pub(super) async fn mend(
        &mut self,
        files: &mut Files<'_, '_>,
        what: &str,
        problems: &[Problem],
    ) -> Result<(), Error> {
        let marker = fresh_marker();
        let order = Order {
            prompt: self.fix_prompt(files.workspace(), what, problems, &marker),
            wanted: Vec::new(),
            marker,
        };
        match self.write(files, order).await {
            // What was written before is worth more than nothing; the next check tells what is left.
            Err(Error::BadAnswer(why)) => files.run().info(format!("nothing was mended: {why}")),
            result => result,
        }
    }

    /// Writes files of finished phases again that are lost.
    pub(crate) async fn restore(
        &mut self,
        files: &mut Files<'_, '_>,
        missing: &[RelPath],
    ) -> Result<(), Error> {
        self.survey(files.run()).await?;
        let marker = fresh_marker();
        let wanted: Vec<PlannedFile> = missing
            .iter()
            .map(|path| PlannedFile {
                path: path.as_str().to_owned(),
                purpose: "was written in an earlier phase and is lost".to_owned(),
            })
            .collect();
        let phase = Phase {
            name: "Write lost files again".to_owned(),
            description:
                "Files of finished phases are lost. Write them so that they fit the others."
                    .to_owned(),
            files: wanted,
            is_last_phase: false,
        };
        let order = Order {
            prompt: self.implement_prompt(files.workspace(), 0, &phase, &marker),
            wanted: phase.files,
            marker,
        };
        self.write(files, order).await
    }

    /// The files that an app of its kind begins with, where the folder is empty.
    fn scaffold(&self, files: &mut Files<'_, '_>) -> Result<(), Error> {
        if !files.workspace().list()?.is_empty() {
            return Ok(());
        }
        for (path, text) in self.kind().template() {
            files.put(&RelPath::new(path)?, text)?;
        }
        Ok(())
    }

    /// The ladder.
    pub(super) async fn write(
        &mut self,
        files: &mut Files<'_, '_>,
        order: Order,
    ) -> Result<(), Error> {
        let Order {
            prompt,
            mut wanted,
            marker,
        } = order;
        let before = files.written().len();
        let mut messages = vec![self.system(), Message::User(prompt)];
        let mut error = String::new();
        let mut said = String::new();
        for round in 0..=REPAIRS {
            if round > 0 {
                tell_retry(files.run(), &error)?;
                messages.truncate(2);
                messages.extend(self.again(&error, &said, &wanted, &marker));
            }
            let written = self.answer(files, &mut messages, &marker).await?;
            wanted.retain(|file| !written.has(&file.path));
            for path in &written.whole_wanted {
                wanted.push(planned(path));
            }
            if wanted.is_empty() && files.written().len() > before {
                return Ok(());
            }
            error = complaint(&written, &wanted);
            said = written.said;
        }
        self.one_by_one(files, &mut wanted).await?;
        if files.written().len() == before {
            return Err(self.useless("files", &error, &said));
        }
        if !wanted.is_empty() {
            let names = list_names(&wanted);
            files.run().info(format!(
                "the model has not written {names}; going on without"
            ))?;
        }
        Ok(())
    }

    /// The last rung: each missing file in an answer of its own, which is all of it if need be.
    async fn one_by_one(
        &mut self,
        files: &mut Files<'_, '_>,
        wanted: &mut Vec<PlannedFile>,
    ) -> Result<(), Error> {
        for file in std::mem::take(wanted) {
            tell_retry(files.run(), &format!("{} has not come", file.path))?;
            let marker = fresh_marker();
            let values = [
                ("path", file.path.as_str()),
                ("purpose", &file.purpose),
                ("marker", &marker),
            ];
            let context = self.history();
            let prompt = format!(
                "The user asks:\n\n{}\n\n{context}\n{}",
                self.task.prompt,
                render(prompts::ONE_FILE, &values)
            );
            let mut messages = vec![self.system(), Message::User(prompt)];
            let written = self.answer(files, &mut messages, &marker).await?;
            if !written.has(&file.path) {
                wanted.push(file);
            }
        }
        Ok(())
    }

    /// One answer, with the tools that it uses and what was cut off of it.
    async fn answer(
        &mut self,
        files: &mut Files<'_, '_>,
        messages: &mut Vec<Message>,
        marker: &str,
    ) -> Result<Written, Error> {
        let mut written = Written::default();
        for turn in 0..=TOOL_TURNS {
            let request = self.request(messages, turn < TOOL_TURNS);
            let mut writer = Writer::new(files, marker);
            let asked = self.talk.ask(writer.run(), request, &mut writer).await;
            written.absorb(writer.finish_after(asked.as_ref().err())?);
            let finished = match asked {
                Ok(finished) => finished,
                Err(Error::BadAnswer(why)) => {
                    // What it has left open is of no use to go on from.
                    files.keep_partial()?;
                    written.whole_wanted.extend(written.partial.take());
                    written.complaints.push(why);
                    break;
                }
                Err(error) => return Err(error),
            };
            if let Some(path) = written.partial.take() {
                self.go_on(files, messages, marker, path, &mut written)
                    .await?;
            }
            if finished.tool_calls.is_empty() {
                break;
            }
            messages.push(Message::Assistant {
                text: finished.text,
                tool_calls: finished.tool_calls.clone(),
            });
            for call in &finished.tool_calls {
                let text = self.use_tool(files, call, &mut written).await?;
                messages.push(Message::Tool {
                    call_id: call.id.clone(),
                    text,
                });
            }
        }
        self.installs.append(&mut written.installs);
        Ok(written)
    }

    pub(super) fn request(&self, messages: &[Message], tools: bool) -> Request {
        Request {
            messages: messages.to_vec(),
            tools: if tools && self.uses_tools {
                super::tools::all(self.kind())
            } else {
                Vec::new()
            },
            max_tokens: None,
            temperature: Some(TEMPERATURE),
        }
    }

    /// Has the model go on inside a file that its answer has left open.
    async fn go_on(
        &mut self,
        files: &mut Files<'_, '_>,
        messages: &[Message],
        marker: &str,
        path: RelPath,
        written: &mut Written,
    ) -> Result<(), Error> {
        let mut path = path;
        for _ in 0..CONTINUATIONS {
            tell_retry(files.run(), &format!("{} was cut off", path.as_str()))?;
            let tail = tail(files);
            let values = [("path", path.as_str()), ("tail", &tail), ("marker", marker)];
            let prompt = render(prompts::CONTINUE, &values);
            let mut messages: Vec<Message> = messages.iter().take(2).cloned().collect();
            messages.push(Message::Assistant {
                text: format!("cat > {} << '{marker}'\n…\n{tail}", path.as_str()),
                tool_calls: Vec::new(),
            });
            messages.push(Message::User(prompt));
            let request = self.request(&messages, false);
            let mut writer = Writer::continuing(files, marker, &path);
            let run = writer.run();
            let mut stitch = Stitch::new(&tail, &mut writer);
            let asked = self.talk.ask(run, request, &mut stitch).await;
            match &asked {
                Ok(_) | Err(Error::BadAnswer(_)) => stitch.finish()?,
                Err(_) => {}
            }
            written.absorb(writer.finish_after(asked.as_ref().err())?);
            match asked {
                Ok(_) => {}
                Err(Error::BadAnswer(why)) => {
                    written.complaints.push(why);
                    break;
                }
                Err(error) => return Err(error),
            }
            match written.partial.take() {
                Some(next) => path = next,
                None => return Ok(()),
            }
        }
        files.keep_partial()?;
        written.complaints.push(format!(
            "`{}` was cut off and is not complete",
            path.as_str()
        ));
        written.whole_wanted.push(path);
        Ok(())
    }
}

/// The end of the open file, from the beginning of a line where that is near.
fn tail(files: &Files<'_, '_>) -> String {
    let Some((_, text)) = files.open() else {
        return String::new();
    };
    let mut start = text.len().saturating_sub(TAIL);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default().to_owned()
}

fn planned(path: &RelPath) -> PlannedFile {
    PlannedFile {
        path: path.as_str().to_owned(),
        purpose: "the whole file".to_owned(),
    }
}

fn list_names(files: &[PlannedFile]) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    names.join(", ")
}

/// What was wrong with an answer, for the model and for whoever watches.
fn complaint(written: &Written, wanted: &[PlannedFile]) -> String {
    let mut what = written.complaints.clone();
    if written.paths.is_empty() && written.complaints.is_empty() {
        what.push("the answer holds no file in the format that was asked for".to_owned());
    } else if !wanted.is_empty() {
        what.push(format!("these files are missing: {}", list_names(wanted)));
    }
    what.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_said_in_full() {
        let mut written = Written::default();
        assert!(complaint(&written, &[]).contains("holds no file"));
        written.paths.push(RelPath::new("a.js").unwrap());
        let wanted = [planned(&RelPath::new("b.js").unwrap())];
        assert_eq!(
            complaint(&written, &wanted),
            "these files are missing: b.js"
        );
    }
}
