//! What a process counts about itself, as Prometheus reads it.

use serde_json::Value;

use super::Client;

impl Client {
    /// All series, as text.
    ///
    /// # Panics
    /// When there are none.
    pub async fn metrics(&self) -> String {
        let answer = self.get("/metrics").await;
        let kind = answer.headers["content-type"].to_str().expect("a type");
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        String::from_utf8(answer.bytes(200)).expect("metrics are text")
    }
}

/// The value of a series, named with its labels as Prometheus writes them.
#[must_use]
pub fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find(|line| {
        line.strip_prefix(series)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

/// A client of the metrics that a worker serves, by its log.
#[must_use]
pub fn of_worker(log: &str) -> Option<Client> {
    let mut lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.find(|line| line["message"] == "serving metrics")?;
    let address = line["address"].as_str()?;
    Some(Client::new(&format!("http://{address}")))
}
