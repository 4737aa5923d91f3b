//! What the trials have brought, side by side.

use super::Unit;
use super::servers::Kind;
use super::trial::Figures;
use crate::table::{Table, ratio, short};

/// How the columns are read.
const LEGEND: &str = "\
viewers of one session; `event`: a frame each, `batch`: one frame for what was written at once
idle KiB, idle us/s: memory, and CPU time in a second, of a connection that is sent nothing
p50, p99: ms from before an event is stored until a viewer has it, at a steady rate; Socket.IO's events are not stored
CPU s, us/event: CPU time of the server's process at that rate, in all and for each delivered event
flood/s: events delivered in a second when they are written as fast as it goes; busy KiB: memory of a connection at most
(r): as a multiple of the bare relay; (s): of Socket.IO";

/// Who has delivered to how many in which way, and how.
#[derive(Debug)]
struct Row {
    viewers: usize,
    unit: Unit,
    kind: Kind,
    figures: Figures,
}

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds a trial; a line that says so.
    pub(crate) fn add(
        &mut self,
        viewers: usize,
        unit: Unit,
        kind: Kind,
        figures: Figures,
    ) -> String {
        let (name, rate) = (kind.name(), short(figures.flood.rate));
        let line = format!(
            "{name}, {viewers} viewers, {}: {rate} events/s",
            unit.name()
        );
        self.rows.push(Row {
            viewers,
            unit,
            kind,
            figures,
        });
        line
    }

    /// Events that Leo has lost or doubled.
    pub(crate) fn broken_promises(&self) -> u64 {
        let rows = self.rows.iter().filter(|row| row.kind == Kind::Leo);
        rows.map(|row| row.figures.lost + row.figures.doubled).sum()
    }

    /// The table with its legend.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new(
            3,
            &[
                "viewers",
                "unit",
                "server",
                "idle KiB",
                "(r)",
                "idle us/s",
                "(r)",
                "p50",
                "(r)",
                "(s)",
                "p99",
                "(r)",
                "(s)",
                "CPU s",
                "us/event",
                "(r)",
                "(s)",
                "flood/s",
                "(r)",
                "(s)",
                "us/event",
                "busy KiB",
                "lost",
                "doubled",
            ],
        );
        for row in &self.rows {
            table.row(self.cells(row));
        }
        format!("{}\n{LEGEND}", table.render())
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let figures = &row.figures;
        let relay = self.beside(row, Kind::Relay);
        let socket_io = self.beside(row, Kind::SocketIo);
        let to_relay = |of: fn(&Figures) -> f64| ratio(of(figures), relay.map(of));
        let to_socket_io = |of: fn(&Figures) -> f64| ratio(of(figures), socket_io.map(of));
        vec![
            row.viewers.to_string(),
            row.unit.name().to_owned(),
            row.kind.name().to_owned(),
            short(figures.idle.kib),
            to_relay(|of| of.idle.kib),
            short(figures.idle.micros),
            to_relay(|of| of.idle.micros),
            short(figures.steady.p50),
            to_relay(|of| of.steady.p50),
            to_socket_io(|of| of.steady.p50),
            short(figures.steady.p99),
            to_relay(|of| of.steady.p99),
            to_socket_io(|of| of.steady.p99),
            short(figures.steady.cpu),
            short(figures.steady.micros),
            to_relay(|of| of.steady.micros),
            to_socket_io(|of| of.steady.micros),
            short(figures.flood.rate),
            to_relay(|of| of.flood.rate),
            to_socket_io(|of| of.flood.rate),
            short(figures.flood.micros),
            short(figures.busy_kib),
            figures.lost.to_string(),
            figures.doubled.to_string(),
        ]
    }

    /// What another server has done in the same trial; nothing for itself.
    fn beside(&self, row: &Row, kind: Kind) -> Option<&Figures> {
        let same = |other: &&Row| {
            other.kind == kind && other.viewers == row.viewers && other.unit == row.unit
        };
        let other = self.rows.iter().find(same).filter(|_| kind != row.kind);
        other.map(|row| &row.figures)
    }
}
