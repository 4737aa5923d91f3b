//! `leo webhooks`: a list of webhooks, and making, testing and removing one.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use leo_protocol::WebhookId;
use leo_protocol::webhooks::{CreateWebhook, Delivery, Webhook};

use super::jobs::between;
use crate::args::{AddWebhookArgs, WebhooksAction, WebhooksArgs};
use crate::client::Server;
use crate::client::http::{Client, PAGE_LIMIT};
use crate::render::clean::clean_line;
use crate::render::screen::Screen;
use crate::render::style::Tone;
use crate::render::table::Table;

pub(crate) async fn run(server: &Server, args: WebhooksArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    match args.action {
        None | Some(WebhooksAction::List) => list(&client, &screen, args.json).await?,
        Some(WebhooksAction::Add(wanted)) => add(&client, &screen, wanted, args.json).await?,
        Some(WebhooksAction::Remove { webhook }) => {
            client.remove_webhook(webhook).await?;
            screen.line("removed")?;
        }
        Some(WebhooksAction::Deliveries { webhook, limit }) => {
            deliveries(&client, &screen, webhook, limit, args.json).await?;
        }
        Some(WebhooksAction::Test { webhook }) => {
            let queued = client.test_webhook(webhook).await?;
            let said = format!(
                "{} is on its way; see what comes of it: leo webhooks deliveries {webhook}",
                queued.message_id
            );
            screen.line(said)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(
    client: &Client,
    screen: &Screen,
    wanted: AddWebhookArgs,
    json: bool,
) -> anyhow::Result<()> {
    let request = CreateWebhook {
        url: wanted.url,
        events: wanted.events,
        description: wanted.description,
    };
    let created = client.create_webhook(&request).await?;
    if json {
        screen.line(serde_json::to_string(&created)?)?;
        return Ok(());
    }
    // The secret alone goes to stdout, to be piped to where it is kept.
    screen.line(&created.secret)?;
    let id = created.webhook.id;
    let remark = format!("what it is signed with, shown this once; leo webhooks test {id}");
    screen.remark(Tone::Note, &remark);
    Ok(())
}

async fn list(client: &Client, screen: &Screen, json: bool) -> anyhow::Result<()> {
    let mut webhooks: Vec<Webhook> = Vec::new();
    let mut cursor = None;
    loop {
        let page = client.webhooks(PAGE_LIMIT, cursor).await?;
        webhooks.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if json {
        for webhook in &webhooks {
            screen.line(serde_json::to_string(webhook)?)?;
        }
    } else if webhooks.is_empty() {
        screen.remark(Tone::Faint, "no webhooks");
    } else {
        screen.lines(&table(&webhooks, Utc::now()).lines(screen.palette()))?;
    }
    Ok(())
}

fn table(webhooks: &[Webhook], now: DateTime<Utc>) -> Table {
    let mut table = Table::new(vec!["WEBHOOK", "STATE", "EVENTS", "URL"]);
    for webhook in webhooks {
        let events: Vec<_> = webhook.events.iter().map(ToString::to_string).collect();
        table.row(vec![
            (Tone::Plain, webhook.id.to_string()),
            state(webhook, now),
            (Tone::Faint, events.join(",")),
            (Tone::Plain, clean_line(&webhook.url)),
        ]);
    }
    table
}

fn state(webhook: &Webhook, now: DateTime<Utc>) -> (Tone, String) {
    match (webhook.enabled, webhook.failing_since) {
        (false, _) => (Tone::Note, "disabled".to_owned()),
        (true, None) => (Tone::Good, "enabled".to_owned()),
        (true, Some(since)) => (Tone::Bad, format!("failing for {}", between(since, now))),
    }
}

async fn deliveries(
    client: &Client,
    screen: &Screen,
    webhook: WebhookId,
    limit: u32,
    json: bool,
) -> anyhow::Result<()> {
    let tries = client.deliveries(webhook, limit).await?.items;
    if json {
        for one in &tries {
            screen.line(serde_json::to_string(one)?)?;
        }
    } else if tries.is_empty() {
        screen.remark(Tone::Faint, "nothing was delivered");
    } else {
        screen.lines(&log(&tries, Utc::now()).lines(screen.palette()))?;
    }
    Ok(())
}

fn log(tries: &[Delivery], now: DateTime<Utc>) -> Table {
    let mut table = Table::new(vec!["WHEN", "EVENT", "TRY", "MESSAGE", "RESULT"]);
    for one in tries {
        let result = match (&one.error, one.status) {
            (Some(error), _) => (Tone::Bad, clean_line(error)),
            (None, status) => (Tone::Good, status.unwrap_or_default().to_string()),
        };
        table.row(vec![
            (Tone::Faint, format!("{} ago", between(one.at, now))),
            (Tone::Plain, one.event.clone()),
            (Tone::Plain, one.attempt.to_string()),
            (Tone::Faint, one.message_id.clone()),
            result,
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::style::Palette;

    const NOW: &str = "2026-01-01T00:05:00Z";

    #[test]
    fn a_list_reads_like_this() {
        let webhook = |enabled: bool, since: Option<&str>| -> Webhook {
            serde_json::from_value(json!({
                "id": "01890000-0000-7000-8000-000000000001", "url": "https://h.example/\u{1b}[2Jx",
                "events": ["job.completed", "job.failed"], "enabled": enabled, "failingSince": since,
                "createdAt": "2026-01-01T00:00:00Z",
            }))
            .unwrap()
        };
        let webhooks = [
            webhook(true, None),
            webhook(true, Some("2026-01-01T00:00:00Z")),
            webhook(false, None),
        ];
        let lines = table(&webhooks, NOW.parse().unwrap()).lines(Palette { colours: false });
        let states: Vec<_> = lines.iter().map(|line| line[38..55].trim_end()).collect();
        assert_eq!(
            states,
            ["STATE", "enabled", "failing for 5 min", "disabled"]
        );
        assert!(lines[1].contains("job.completed,job.failed") && !lines[1].contains('\u{1b}'));
    }

    #[test]
    fn a_log_says_what_went_wrong() {
        let tries: Vec<Delivery> = serde_json::from_value(json!([
            {"id": "01890000-0000-7000-8000-000000000001", "messageId": "msg_1", "event": "job.failed",
             "attempt": 2, "at": "2026-01-01T00:04:00Z", "durationMs": 5, "status": 200},
            {"id": "01890000-0000-7000-8000-000000000002", "messageId": "msg_1", "event": "job.failed",
             "attempt": 1, "at": "2026-01-01T00:03:00Z", "durationMs": 5, "status": 500, "error": "answered 500"},
        ]))
        .unwrap();
        let lines = log(&tries, NOW.parse().unwrap()).lines(Palette { colours: false });
        assert!(
            lines[1].ends_with("200") && lines[2].ends_with("answered 500"),
            "{lines:#?}"
        );
    }
}
