//! `leo keys`: a list of API keys, and making and revoking one.

use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use leo_protocol::keys::{ApiKey, CreateKey};

use super::jobs::between;
use crate::args::{CreateKeyArgs, KeysAction, KeysArgs};
use crate::client::Server;
use crate::client::http::{Client, PAGE_LIMIT};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::render::table::Table;

pub(crate) async fn run(server: &Server, args: KeysArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    match args.action {
        None => list(&client, &screen, args.json).await?,
        Some(KeysAction::Create(wanted)) => create(&client, &screen, wanted, args.json).await?,
        Some(KeysAction::Revoke { key }) => {
            client.revoke_key(key).await?;
            screen.line("revoked")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(
    client: &Client,
    screen: &Screen,
    wanted: CreateKeyArgs,
    json: bool,
) -> anyhow::Result<()> {
    let request = CreateKey {
        name: wanted.name,
        scope: wanted.scope,
        expires_at: wanted.expires.map(|span| end(span.get())).transpose()?,
    };
    let created = client.create_key(&request).await?;
    if json {
        screen.line(serde_json::to_string(&created)?)?;
        return Ok(());
    }
    // The key alone goes to stdout, to be piped to where it is kept.
    screen.line(&created.key)?;
    let (id, scope) = (created.id, created.scope);
    let remark = format!("good for `{scope}` and shown this once; leo keys revoke {id}");
    screen.remark(Tone::Note, &remark);
    Ok(())
}

fn end(life: std::time::Duration) -> anyhow::Result<DateTime<Utc>> {
    let life = TimeDelta::from_std(life).ok();
    let end = life.and_then(|life| Utc::now().checked_add_signed(life));
    end.context("--expires is too long")
}

async fn list(client: &Client, screen: &Screen, json: bool) -> anyhow::Result<()> {
    let keys = fetch(client).await?;
    if json {
        let lines: Result<Vec<_>, _> = keys.iter().map(serde_json::to_string).collect();
        screen.lines(&lines?)?;
    } else if keys.is_empty() {
        screen.remark(Tone::Faint, "no keys");
    } else {
        screen.lines(&table(&keys, Utc::now()).lines(screen.palette()))?;
    }
    Ok(())
}

async fn fetch(client: &Client) -> anyhow::Result<Vec<ApiKey>> {
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = client.keys(PAGE_LIMIT, cursor).await?;
        keys.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}

fn table(keys: &[ApiKey], now: DateTime<Utc>) -> Table {
    let mut table = Table::new(vec!["KEY", "BEGINS", "SCOPE", "USED", "EXPIRES", "NAME"]);
    for key in keys {
        let used = key
            .used_at
            .map(|used| format!("{} ago", between(used, now)));
        table.row(vec![
            (Tone::Plain, key.id.to_string()),
            (Tone::Faint, key.hint.clone()),
            (Tone::Plain, key.scope.to_string()),
            (Tone::Faint, used.unwrap_or_else(|| "never".to_owned())),
            expiry(key.expires_at, now),
            (Tone::Plain, clean_line(&key.name)),
        ]);
    }
    table
}

fn expiry(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (Tone, String) {
    match end {
        None => (Tone::Faint, "never".to_owned()),
        Some(end) if end <= now => (Tone::Note, "expired".to_owned()),
        Some(end) => (Tone::Plain, format!("in {}", between(now, end))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::style::Palette;

    #[test]
    fn a_list_reads_like_this() {
        let key = |name: &str, end: Option<&str>| -> ApiKey {
            serde_json::from_value(json!({
                "id": "01890000-0000-7000-8000-000000000001", "name": name, "scope": "run",
                "hint": "leo_key_a1B2", "createdAt": "2026-01-01T00:00:00Z",
                "usedAt": end.map(|_| "2026-01-01T00:00:00Z"), "expiresAt": end,
            }))
            .unwrap()
        };
        let keys = [
            key("ci\u{1b}[2J", None),
            key("old", Some("2026-01-01T00:01:00Z")),
            key("new", Some("2026-01-01T00:10:00Z")),
        ];
        let now = "2026-01-01T00:05:00Z".parse().unwrap();
        assert_eq!(
            table(&keys, now).lines(Palette { colours: false }),
            [
                "KEY                                   BEGINS        SCOPE  USED       EXPIRES   NAME",
                "01890000-0000-7000-8000-000000000001  leo_key_a1B2  run    never      never     ci",
                "01890000-0000-7000-8000-000000000001  leo_key_a1B2  run    5 min ago  expired   old",
                "01890000-0000-7000-8000-000000000001  leo_key_a1B2  run    5 min ago  in 5 min  new",
            ]
        );
    }
}
