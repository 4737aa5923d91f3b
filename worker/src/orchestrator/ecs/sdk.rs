//! The calls of [`Api`], made with AWS's own SDK.
//!
//! The SDK reads no environment here, keeps no key and tries nothing twice: settings and
//! credentials are those of the rest of the process, and [`super::retry`] decides what is tried
//! again.

use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::{
    BehaviorVersion, Config, Credentials, IdentityCache, ProvideCredentials, Region,
};
use aws_sdk_ecs::error::SdkError;
use aws_sdk_ecs::operation::run_task::RunTaskError;
use aws_sdk_ecs::types::{DesiredStatus, TaskField};
use aws_smithy_http_client::tls;
use leo_common::artifacts::AwsIdentity;
use leo_common::config::Aws;
use secrecy::ExposeSecret as _;

use super::api::{Api, ApiError, Cluster, Definition, Kind, Page, Placed, Task};
use super::request::Request;
use super::{EcsConfig, sent, told};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The region of a stand-in where none is set: it takes any.
const ANY_REGION: &str = "us-east-1";
/// Who has given the key, in the SDK's words.
const PROVIDER: &str = "leo";

/// ECS, over HTTP.
#[derive(Debug)]
pub(super) struct Sdk {
    client: Client,
    config: EcsConfig,
}

impl Sdk {
    /// Makes no call yet.
    pub(super) fn new(config: EcsConfig, aws: &Aws) -> anyhow::Result<Self> {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .build_https();
        let region = aws.region().unwrap_or(ANY_REGION).to_owned();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(PATIENCE)
            .build();
        let endpoint = config.endpoint.as_ref().map(ToString::to_string);
        let settings = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region))
            .credentials_provider(Identity(AwsIdentity::read(aws)?))
            // They are kept, and renewed, where they come from.
            .identity_cache(IdentityCache::no_cache())
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled());
        let settings = match endpoint {
            Some(endpoint) => settings.endpoint_url(endpoint),
            None => settings,
        };
        let client = Client::from_conf(settings.build());
        Ok(Self { client, config })
    }
}

/// Hands the process's own credentials to the SDK.
#[derive(Debug)]
struct Identity(AwsIdentity);

impl ProvideCredentials for Identity {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let key = self.0.key().await;
            let key = key.map_err(CredentialsError::provider_error)?;
            let token = key.token.map(|token| token.expose_secret().to_owned());
            Ok(Credentials::new(
                key.id,
                key.secret.expose_secret(),
                token,
                None,
                PROVIDER,
            ))
        })
    }
}

#[async_trait]
impl Api for Sdk {
    async fn run_task(&self, request: &Request) -> Result<Placed, ApiError> {
        let call = sent::run_task(self.client.run_task(), &self.config, request)?;
        let answer = call.send().await.map_err(|error| {
            let conflict = conflict(&error);
            ApiError {
                conflict,
                ..told::error(&error)
            }
        })?;
        Ok(told::placed(answer))
    }

    async fn describe_tasks(&self, arns: &[String], tags: bool) -> Result<Vec<Task>, ApiError> {
        let answer = self
            .client
            .describe_tasks()
            .cluster(&self.config.cluster)
            .set_tasks(Some(arns.to_vec()))
            .set_include(tags.then(|| vec![TaskField::Tags]))
            .send()
            .await
            .map_err(|error| told::error(&error))?;
        let tasks = answer.tasks.unwrap_or_default();
        Ok(tasks.into_iter().filter_map(told::task).collect())
    }

    async fn list_tasks(&self, started_by: &str, page: Option<String>) -> Result<Page, ApiError> {
        let answer = self
            .client
            .list_tasks()
            .cluster(&self.config.cluster)
            .started_by(started_by)
            .desired_status(DesiredStatus::Running)
            .set_next_token(page)
            .send()
            .await
            .map_err(|error| told::error(&error))?;
        Ok(Page {
            tasks: answer.task_arns.unwrap_or_default(),
            next: answer.next_token.filter(|token| !token.is_empty()),
        })
    }

    async fn stop_task(&self, arn: &str, reason: &str) -> Result<(), ApiError> {
        let call = self.client.stop_task().cluster(&self.config.cluster);
        let answer = call.task(arn).reason(reason).send().await;
        answer.map(drop).map_err(|error| told::error(&error))
    }

    async fn cluster(&self) -> Result<Option<Cluster>, ApiError> {
        let answer = self
            .client
            .describe_clusters()
            .clusters(&self.config.cluster)
            .send()
            .await
            .map_err(|error| told::error(&error))?;
        let clusters = answer.clusters.unwrap_or_default();
        Ok(clusters.into_iter().find_map(told::cluster))
    }

    async fn task_definition(&self) -> Result<Option<Definition>, ApiError> {
        let call = self.client.describe_task_definition();
        let answer = call.task_definition(&self.config.task_definition);
        match answer.send().await.map_err(|error| told::error(&error)) {
            Ok(answer) => Ok(answer.task_definition.and_then(told::definition)),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The tasks that a refused token stands for.
fn conflict<R>(error: &SdkError<RunTaskError, R>) -> Vec<String> {
    match error.as_service_error() {
        Some(RunTaskError::ConflictException(conflict)) => conflict.resource_ids().to_vec(),
        _ => Vec::new(),
    }
}
