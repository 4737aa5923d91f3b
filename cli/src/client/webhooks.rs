//! Webhooks and deploys over HTTP.

use leo_protocol::http::Page;
use leo_protocol::webhooks::{
    CreateWebhook, CreatedWebhook, Delivery, DeployRequested, MessageQueued, Webhook,
};
use leo_protocol::{JobId, WebhookId};
use reqwest::Method;

use super::http::{Client, HttpError, IDEMPOTENCY_KEY};

impl Client {
    /// A page of webhooks, the youngest first.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn webhooks(
        &self,
        limit: u32,
        cursor: Option<String>,
    ) -> Result<Page<Webhook>, HttpError> {
        let mut pairs = vec![("limit", limit.to_string())];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        self.json(self.list("api/webhooks", &pairs)).await
    }

    /// Makes a webhook.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn create_webhook(
        &self,
        request: &CreateWebhook,
    ) -> Result<CreatedWebhook, HttpError> {
        let create = self.request(Method::POST, "api/webhooks");
        self.json(create.json(request)).await
    }

    /// Removes a webhook.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn remove_webhook(&self, webhook: WebhookId) -> Result<(), HttpError> {
        self.send(self.request(Method::DELETE, &format!("api/webhooks/{webhook}")))
            .await?;
        Ok(())
    }

    /// The latest tries to deliver to a webhook.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        limit: u32,
    ) -> Result<Page<Delivery>, HttpError> {
        let pairs = [("limit", limit.to_string())];
        self.json(self.list(&format!("api/webhooks/{webhook}/deliveries"), &pairs))
            .await
    }

    /// Has a test delivered to a webhook.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn test_webhook(&self, webhook: WebhookId) -> Result<MessageQueued, HttpError> {
        self.json(self.request(Method::POST, &format!("api/webhooks/{webhook}/test")))
            .await
    }

    /// Has a job's result deployed. The same key asks once.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn deploy(&self, job: JobId, key: &str) -> Result<DeployRequested, HttpError> {
        let request = self.request(Method::POST, &format!("api/jobs/{job}/deploy"));
        self.json(request.header(IDEMPOTENCY_KEY, key)).await
    }
}
