//! The arguments of `leo webhooks`.

use clap::{Args, Subcommand};
use leo_protocol::WebhookId;
use leo_protocol::webhooks::WebhookEvent;

#[derive(Args)]
pub(crate) struct WebhooksArgs {
    /// Print each as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<WebhooksAction>,
}

#[derive(Subcommand)]
pub(crate) enum WebhooksAction {
    /// List them, the youngest first
    List,
    /// Make one and print its secret, this once
    Add(AddWebhookArgs),
    /// Remove one, with what was on its way to it
    Remove {
        /// Its id
        webhook: WebhookId,
    },
    /// Show the latest tries to deliver to one
    Deliveries {
        /// Its id
        webhook: WebhookId,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// Deliver a test to one
    Test {
        /// Its id
        webhook: WebhookId,
    },
}

#[derive(Args)]
pub(crate) struct AddWebhookArgs {
    /// Where to post to
    pub(crate) url: String,
    /// What of, with commas between: job.completed, job.failed, job.cancelled, deploy.requested
    #[arg(long, value_name = "EVENTS", value_delimiter = ',',
        default_values_t = [WebhookEvent::JobCompleted, WebhookEvent::JobFailed, WebhookEvent::JobCancelled])]
    pub(crate) events: Vec<WebhookEvent>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}
