//! `leo diff`: what a job has changed in the app.

use std::process::ExitCode;

use leo_protocol::versions::{Change, Diff, FileChange, Omitted};

use super::files::pour;
use crate::args::DiffArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::{Palette, Tone};
use crate::render::words::count;

pub(crate) async fn run(server: &Server, args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    if args.patch {
        pour(client.patch(args.of.job, args.from).await?).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let diff = client.diff(args.of.job, args.from).await?;
    let screen = Screen::plain();
    if args.json {
        screen.line(serde_json::to_string(&diff)?)?;
    } else if diff.changes.is_empty() {
        screen.remark(Tone::Faint, "nothing has changed");
    } else {
        screen.lines(&lines(&diff, screen.palette()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn lines(diff: &Diff, palette: Palette) -> Vec<String> {
    let mut lines: Vec<_> = diff.changes.iter().map(|one| line(one, palette)).collect();
    if diff.truncated {
        lines.push("…".to_owned());
    }
    lines.push(sum(diff));
    lines
}

fn line(change: &FileChange, palette: Palette) -> String {
    let (tone, sign) = match change.change {
        Change::Added => (Tone::Good, "A"),
        Change::Removed => (Tone::Bad, "D"),
        Change::Modified => (Tone::Plain, "M"),
        Change::Renamed => (Tone::Note, "R"),
    };
    let path = clean_line(&change.path);
    let place = match &change.old_path {
        Some(old) => format!("{} -> {path}", clean_line(old)),
        None => path,
    };
    format!("{} {place}{}", palette.paint(tone, sign), lines_of(change))
}

/// How many lines, or why that is not known; and the rights, if they are others.
fn lines_of(change: &FileChange) -> String {
    let mut said = match (change.additions, change.deletions, change.omitted) {
        (Some(more), Some(less), _) => format!("  +{more} -{less}"),
        (_, _, Some(Omitted::Binary)) => "  no text".to_owned(),
        (_, _, Some(_)) => "  not compared".to_owned(),
        _ => String::new(),
    };
    if let (Some(from), Some(to)) = (&change.from, &change.to)
        && from.executable != to.executable
    {
        said.push_str(if to.executable { "  +x" } else { "  -x" });
    }
    said
}

fn sum(diff: &Diff) -> String {
    let totals = &diff.totals;
    let files = totals.added + totals.removed + totals.modified + totals.renamed;
    let (files, more, less) = (count(files, "file"), totals.additions, totals.deletions);
    format!("{files}, +{more} -{less}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_diff_reads_like_this() {
        let side = |executable: bool| json!({"size": 1, "sha256": "", "executable": executable});
        let diff: Diff = serde_json::from_value(json!({
            "to": "01890000-0000-7000-8000-000000000001", "truncated": false,
            "totals": {"added": 1, "removed": 1, "modified": 1, "renamed": 1, "additions": 7, "deletions": 3},
            "changes": [
                {"path": "a.txt", "change": "added", "binary": false, "to": side(false), "additions": 7, "deletions": 0},
                {"path": "b.png", "change": "removed", "binary": true, "from": side(false), "omitted": "binary"},
                {"path": "c.sh", "change": "modified", "binary": false, "from": side(false), "to": side(true)},
                {"path": "new", "oldPath": "old", "change": "renamed", "binary": false, "from": side(false), "to": side(false)},
            ],
        }))
        .unwrap();
        assert_eq!(
            lines(&diff, Palette { colours: false }),
            [
                "A a.txt  +7 -0",
                "D b.png  no text",
                "M c.sh  +x",
                "R old -> new",
                "4 files, +7 -3"
            ]
        );
    }
}
