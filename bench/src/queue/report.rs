//! What the trials have brought, side by side.

use super::contender::Contender;
use super::figures::{Figures, Latency};
use super::plan::SLOTS;
use crate::table::{Table, ratio, short};

/// How the columns are read.
const LEGEND: &str = "\
p50, p95, p99: ms from just before a job is submitted until a worker has it; idle: few jobs, load: many, at random moments; of Leo by 20 users;
  jobs of others that are not started 15 s after the last submit count as started then
drained/s: jobs that end in a second, so many at once, each of which does nothing
backlog: jobs of one user that are queued and not worked on while latencies are taken of another's, and of which the first are drained
fill s: how long it took to put the backlog there in bulk
(l): as a multiple of leo, the store; for times more is slower than Leo, for rates less is slower than Leo
leo stores for each job a session, its head, the job, an attempt and three events, and takes turns between users;
graphile-worker and bullmq forget a job that has ended, pg-boss keeps its row; only pg and leo survive the loss of Redis
a user beside the backlog: of leo any user; of graphile-worker one without a named queue, the backlog being in one;
of bullmq and pg-boss one with a queue and a worker of his own. In one queue of theirs he would wait for the whole backlog";

/// A contender's figures, or why there are none.
struct Row {
    backlog: u32,
    contender: Contender,
    fill: Option<f64>,
    figures: Result<Figures, String>,
}

/// All rows.
#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds a row; a line that says so.
    pub(super) fn add(
        &mut self,
        backlog: u32,
        contender: Contender,
        fill: Option<f64>,
        figures: Result<Figures, String>,
    ) -> String {
        let name = contender.name();
        let line = match &figures {
            Ok(figures) => said(figures),
            Err(why) => format!("not measured: {why}"),
        };
        let line = format!("{name}, backlog {backlog}: {line}");
        self.rows.push(Row {
            backlog,
            contender,
            fill,
            figures,
        });
        line
    }

    /// The table with its legend.
    pub(super) fn table(&self) -> String {
        let mut head = vec!["backlog".to_owned(), "queue".to_owned()];
        for when in ["idle", "load"] {
            head.extend(
                ["p50", "(l)", "p95", "(l)", "p99", "(l)"].map(|word| match word {
                    "p50" => format!("{when} p50"),
                    other => other.to_owned(),
                }),
            );
        }
        for slots in SLOTS {
            head.extend([format!("drained/s, {slots} at once"), "(l)".to_owned()]);
        }
        head.push("fill s".to_owned());
        let head: Vec<_> = head.iter().map(String::as_str).collect();
        let mut table = Table::new(2, &head);
        for row in &self.rows {
            table.row(self.cells(row));
        }
        format!("{}\n{LEGEND}", table.render())
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let mut cells = vec![row.backlog.to_string(), row.contender.name().to_owned()];
        let figures = match &row.figures {
            Ok(figures) => figures,
            Err(why) => {
                cells.push(format!("not measured: {why}"));
                return cells;
            }
        };
        let leo = self.leo(row);
        for of in [|of: &Figures| of.idle, |of: &Figures| of.load] {
            cells.extend(times(of(figures), leo.and_then(of)));
        }
        for place in 0..SLOTS.len() {
            let rate = figures.drained.get(place);
            let leo = leo.and_then(|leo| leo.drained.get(place).copied());
            cells.push(rate.map_or_else(dash, |rate| short(*rate)));
            cells.push(rate.map_or_else(dash, |rate| ratio(*rate, leo)));
        }
        cells.push(row.fill.map_or_else(dash, short));
        cells
    }

    /// What Leo has done with the same backlog; nothing for itself.
    fn leo(&self, row: &Row) -> Option<&Figures> {
        let same = |other: &&Row| other.contender == Contender::Leo && other.backlog == row.backlog;
        let leo = self.rows.iter().find(same);
        let leo = leo.filter(|_| row.contender != Contender::Leo);
        leo.and_then(|leo| leo.figures.as_ref().ok())
    }
}

/// A trial in some words.
fn said(figures: &Figures) -> String {
    let idle = figures.idle.map_or_else(dash, |idle| short(idle.p50));
    let drained: Vec<_> = figures.drained.iter().map(|rate| short(*rate)).collect();
    match drained.as_slice() {
        [] => format!("idle p50 {idle} ms"),
        rates => format!("idle p50 {idle} ms, drained {}/s", rates.join(" and ")),
    }
}

fn times(latency: Option<Latency>, leo: Option<Latency>) -> Vec<String> {
    let mut cells = Vec::new();
    for of in [
        |of: Latency| of.p50,
        |of: Latency| of.p95,
        |of: Latency| of.p99,
    ] {
        cells.push(latency.map_or_else(dash, |latency| short(of(latency))));
        cells.push(latency.map_or_else(dash, |latency| ratio(of(latency), leo.map(of))));
    }
    cells
}

fn dash() -> String {
    "-".to_owned()
}
