//! Who Leo is at AWS, by the names that all of AWS's own tools use.
//!
//! On AWS nothing of this is set by hand: a task's or an instance's role gives the credentials, and
//! the platform the region. Profiles in `~/.aws` are not read.

use secrecy::SecretString;
use url::Url;

/// Region, address and credentials of AWS. Cheap enough to clone.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Aws {
    /// The region, as in `eu-central-1`.
    #[arg(long, env = "AWS_REGION")]
    pub aws_region: Option<String>,
    /// The region where `AWS_REGION` is not set.
    #[arg(long, env = "AWS_DEFAULT_REGION")]
    pub aws_default_region: Option<String>,
    /// Another address than AWS's own, for a stand-in; plain http is accepted.
    #[arg(long, env = "AWS_ENDPOINT_URL")]
    pub aws_endpoint_url: Option<Url>,
    /// The same for S3 alone.
    #[arg(long, env = "AWS_ENDPOINT_URL_S3")]
    pub aws_endpoint_url_s3: Option<Url>,
    /// The name of a key; a role is better.
    #[arg(long, env = "AWS_ACCESS_KEY_ID")]
    pub aws_access_key_id: Option<String>,
    /// That key.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub aws_secret_access_key: Option<SecretString>,
    /// What comes with a key that is valid for some time only.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide_env_values = true)]
    pub aws_session_token: Option<SecretString>,
    /// Where the role of an ECS task is handed out; set by ECS.
    #[arg(long, env = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")]
    pub aws_container_credentials_relative_uri: Option<String>,
    /// Where the role of a pod is handed out; set by EKS.
    #[arg(long, env = "AWS_CONTAINER_CREDENTIALS_FULL_URI")]
    pub aws_container_credentials_full_uri: Option<String>,
    /// What opens that; set by EKS.
    #[arg(long, env = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")]
    pub aws_container_authorization_token_file: Option<String>,
    /// A token that is exchanged for a role; set by EKS.
    #[arg(long, env = "AWS_WEB_IDENTITY_TOKEN_FILE")]
    pub aws_web_identity_token_file: Option<String>,
    /// That role.
    #[arg(long, env = "AWS_ROLE_ARN")]
    pub aws_role_arn: Option<String>,
}

impl Aws {
    /// The region, whichever variable names it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        let region = self.aws_region.as_ref();
        region
            .or(self.aws_default_region.as_ref())
            .map(String::as_str)
    }

    /// Where S3 is, if not at AWS.
    #[must_use]
    pub fn s3_endpoint(&self) -> Option<&Url> {
        let own = self.aws_endpoint_url_s3.as_ref();
        own.or(self.aws_endpoint_url.as_ref())
    }
}
