//! The door of JSON pages, asked for again and again.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rand::RngExt as _;
use serde_json::Value;
use tokio::time::sleep;

use super::Viewer;

/// Events of a page.
const LIMIT: std::ops::RangeInclusive<u32> = 1..=1000;
/// The pause before the next page where there is none yet, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 100..=1500;

/// Asks one API for pages, until it does not answer.
pub(super) async fn follow(viewer: &Viewer, http: &reqwest::Client, base: &str) -> Result<()> {
    loop {
        let cursor = viewer.record().cursor().unwrap_or(0);
        let (limit, pause) = {
            let mut rng = rand::rng();
            (rng.random_range(LIMIT), rng.random_range(PAUSE))
        };
        let page = page(viewer, http, base, cursor, limit).await?;
        let events = page["events"].as_array().context("a page of events")?;
        ensure!(
            events.len() <= limit as usize,
            "a page of {} events",
            events.len()
        );
        for event in events {
            let seq = event["seq"].as_u64().context("an event has a place")?;
            viewer
                .record()
                .take(seq, event.as_object().context("an event is an object")?);
        }
        if page.get("next").is_none() {
            sleep(Duration::from_millis(pause)).await;
        }
    }
}

/// The head of the viewer's stream.
pub(super) async fn head(viewer: &Viewer, http: &reqwest::Client, base: &str) -> Result<u64> {
    let page = page(viewer, http, base, 0, 1).await?;
    page["lastSeq"].as_u64().context("a page tells the head")
}

async fn page(
    viewer: &Viewer,
    http: &reqwest::Client,
    base: &str,
    after: u64,
    limit: u32,
) -> Result<Value> {
    let session = viewer.stage.session;
    let url = format!("{base}/api/sessions/{session}/events?after={after}&limit={limit}");
    let answer = http.get(url).send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}
