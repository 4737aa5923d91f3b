//! What an answer says to its reader, checked on its way.

use super::super::ModelError;
use super::Part;
use super::drive::Drive;
use super::exchange::{Ended, Heard};
use super::think::Told;

/// The longest an answer may become, with all its thoughts and calls, in bytes.
const LONGEST: usize = 4 << 20;

impl Drive {
    /// Passes on what was found in a piece of text.
    pub(super) async fn tell(&mut self, told: Told, heard: &mut Heard) -> Result<(), ModelError> {
        if !told.thought.is_empty() {
            self.think(told.thought).await?;
        }
        let text = match &mut heard.seam {
            Some(seam) => seam.push(&told.text),
            None => told.text,
        };
        self.say(text, heard).await
    }

    /// Passes on what was held back of an answer that has ended.
    pub(super) async fn flush(&mut self, heard: &mut Heard) -> Result<(), ModelError> {
        let told = heard.think.finish();
        self.tell(told, heard).await?;
        let text = heard.seam.as_mut().map(super::seam::Seam::finish);
        self.say(text.unwrap_or_default(), heard).await
    }

    async fn say(&mut self, text: String, heard: &mut Heard) -> Result<(), ModelError> {
        if text.is_empty() {
            return Ok(());
        }
        heard.text |= !text.trim().is_empty();
        self.record.say(&text);
        self.check(&text)?;
        self.send(Part::Text(text)).await;
        Ok(())
    }

    /// Passes on a thought.
    pub(super) async fn think(&mut self, text: String) -> Result<(), ModelError> {
        self.check(&text)?;
        self.send(Part::Reasoning(text)).await;
        Ok(())
    }

    /// Passes on a sign of life. Nothing has ended with it.
    pub(super) async fn alive(&mut self) -> Option<Ended> {
        self.send(Part::Alive).await;
        None
    }

    /// Looks at text that is about to be passed on.
    fn check(&mut self, text: &str) -> Result<(), ModelError> {
        self.watch.hear(text)?;
        self.grow(text.len())
    }

    /// Counts what becomes part of the answer, of whatever kind.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), ModelError> {
        self.size += bytes;
        if self.size > LONGEST {
            return Err(ModelError::TooLong { limit: LONGEST });
        }
        Ok(())
    }

    pub(super) async fn send(&self, part: Part) {
        // Whoever drops the reader drops this with it.
        let _ = self.out.send(part).await;
    }
}
