//! `leo files`: the files of an app, or one of them.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use leo_protocol::versions::FileEntry;
use reqwest::Response;

use crate::args::FilesArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::render::clean::{clean, clean_line};
use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::render::table::Table;
use crate::render::words::size;

pub(crate) async fn run(server: &Server, args: FilesArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    if let Some(path) = &args.path {
        pour(client.file(args.of.job, path).await?).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let list = client.files(args.of.job).await?;
    let screen = Screen::plain();
    if args.json {
        let lines: Result<Vec<_>, _> = list.files.iter().map(serde_json::to_string).collect();
        screen.lines(&lines?)?;
    } else {
        screen.lines(&table(&list.files).lines(screen.palette()))?;
    }
    if list.partial {
        screen.remark(Tone::Note, "the job ended before its app was complete");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes an answer to stdout, byte by byte; where a person looks at it, without what would move his
/// cursor: strangers have written it.
pub(super) async fn pour(mut answer: Response) -> anyhow::Result<()> {
    let seen = std::io::stdout().is_terminal();
    let mut held = Vec::new();
    while let Some(piece) = answer.chunk().await.context("the answer breaks off")? {
        if seen {
            held.extend_from_slice(&piece);
            let whole = held.iter().rposition(|byte| *byte == b'\n');
            let lines: Vec<u8> = held.drain(..whole.map_or(0, |end| end + 1)).collect();
            show(&lines)?;
        } else {
            std::io::stdout().write_all(&piece)?;
        }
    }
    show(&held)?;
    std::io::stdout().flush()?;
    Ok(())
}

fn show(lines: &[u8]) -> std::io::Result<()> {
    let text = clean(&String::from_utf8_lossy(lines), false);
    Screen::plain().lines(&text.lines().collect::<Vec<_>>())
}

fn table(files: &[FileEntry]) -> Table {
    let mut table = Table::new(vec!["SIZE", "", "PATH"]);
    for file in files {
        let mark = if file.executable { "x" } else { "" };
        table.row(vec![
            (Tone::Faint, size(file.size)),
            (Tone::Good, mark.to_owned()),
            (Tone::Plain, clean_line(&file.path)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::style::Palette;

    #[test]
    fn a_list_reads_like_this() {
        let file = |path: &str, size, executable| FileEntry {
            path: path.to_owned(),
            size,
            sha256: String::new(),
            executable,
            content_type: String::new(),
        };
        let files = [
            file("index.html\u{1b}[2J", 12, false),
            file("run.sh", 2048, true),
        ];
        let lines = table(&files).lines(Palette { colours: false });
        assert_eq!(lines[1..], ["12 B        index.html", "2.0 KiB  x  run.sh"]);
    }
}
