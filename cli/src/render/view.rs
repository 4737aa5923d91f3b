//! A job's events on the screen, as people or as programs read them.

use std::io;

use super::event;
use super::progress::Progress;
use super::screen::Screen;
use super::style::Tone;
use super::words::span;
use crate::client::stream::{Link, StreamEvent};
use leo_protocol::EventKind;

/// Shows one job.
#[derive(Debug)]
pub(crate) struct View {
    screen: Screen,
    progress: Progress,
    json: bool,
}

impl View {
    /// Lines of JSON, or lines for people with a progress line below.
    pub(crate) fn new(json: bool) -> Self {
        let screen = if json {
            Screen::plain()
        } else {
            Screen::live()
        };
        let progress = Progress::default();
        screen.progress(progress.line());
        Self {
            screen,
            progress,
            json,
        }
    }

    /// Shows an event.
    pub(crate) fn event(&mut self, event: &StreamEvent) -> io::Result<()> {
        if self.json {
            return self.screen.line(&event.json);
        }
        let lines = event::lines(&event.event, self.screen.palette());
        self.screen.lines(&lines)?;
        if matches!(event.event.kind, Some(EventKind::GenerationStarted { .. })) {
            self.screen.restart_clock();
        }
        if self.progress.take(&event.event) {
            self.screen.progress(self.progress.line());
        }
        Ok(())
    }

    /// Shows the state of the connection.
    pub(crate) fn link(&mut self, link: &Link) {
        match link {
            Link::Connected => {}
            Link::Reconnecting { wait, cause } => {
                let wait = span(*wait);
                self.remark(&format!("connection lost: {cause}; trying again in {wait}"));
                self.notice(Some("reconnecting".to_owned()));
            }
            Link::Resumed { missed } => {
                self.remark(&match missed {
                    0 => "connected again; nothing was missed".to_owned(),
                    1 => "connected again; 1 missed event follows".to_owned(),
                    _ => format!("connected again; {missed} missed events follow"),
                });
                self.notice(None);
            }
        }
    }

    /// Says that the job is being cancelled.
    pub(crate) fn cancelling(&mut self) {
        self.remark("cancelling the job; Ctrl-C again leaves without waiting for its end");
        self.notice(Some("cancelling".to_owned()));
    }

    /// Says something about the output, beside it.
    pub(crate) fn remark(&self, text: &str) {
        self.screen.remark(Tone::Note, text);
    }

    /// Takes the progress line away.
    pub(crate) fn end(&mut self) {
        self.screen.end_progress();
    }

    fn notice(&mut self, notice: Option<String>) {
        self.progress.notice(notice);
        self.screen.progress(self.progress.line());
    }
}
