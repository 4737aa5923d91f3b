//! The places that `ARTIFACT_STORE` can name.
//!
//! A folder of this machine, or of a file system that api and workers share; or a bucket, for which
//! credentials and region come from the usual settings of AWS ([`Aws`]).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey as Key};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use secrecy::ExposeSecret as _;
use url::Url;

use super::{ArtifactError, ArtifactStore};
use crate::config::Aws;
use crate::error_chain::Chain;

/// How long S3 may take for a request that is not a long download, or to send its next bytes. There
/// is no limit for the whole: a person's slow line decides how long a download takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How often a request that may do better is made again.
const RETRIES: usize = 5;
/// When the last of these begins; what then fails is the caller's to try again.
const RETRY_FOR: Duration = Duration::from_secs(30);
/// The longest reason that is told, in characters.
const MAX_REASON: usize = 300;

/// A bucket, as itself: it can sign requests for others.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    pub(super) s3: Arc<AmazonS3>,
    /// What stands before every location.
    prefix: Path,
    name: String,
}

impl Bucket {
    /// A location as the bucket itself has it.
    pub(super) fn place(&self, location: &str) -> Path {
        let location = Path::from(location);
        self.prefix.parts().chain(location.parts()).collect()
    }
}

impl ArtifactStore {
    /// Opens the store that a URL names; a local folder is made where it is missing. Whether a
    /// bucket can be used is not asked yet; see [`Self::check`].
    ///
    /// # Errors
    /// When the URL is none that Leo can use, or a setting that it needs is missing.
    pub fn open(url: &str, aws: &Aws) -> Result<Self, ArtifactError> {
        let unusable = || ArtifactError::Unusable(url.to_owned());
        let parsed = Url::parse(url).map_err(|_| unusable())?;
        match parsed.scheme() {
            "file" => folder(&parsed.to_file_path().map_err(|()| unusable())?),
            "s3" => bucket(&parsed, aws),
            _ => Err(unusable()),
        }
    }

    /// Whether it is a bucket, to which requests can be signed for others.
    #[must_use]
    pub const fn is_bucket(&self) -> bool {
        self.bucket.is_some()
    }

    /// Asks whether the store is there and ours, which a folder has shown by being opened.
    ///
    /// # Errors
    /// One line that says what is wrong with the bucket.
    pub async fn check(&self) -> Result<(), ArtifactError> {
        let Some(bucket) = &self.bucket else {
            return Ok(());
        };
        match self.store.list(None).next().await {
            None | Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(ArtifactError::Bucket {
                name: bucket.name.clone(),
                why: reason(&error),
            }),
        }
    }
}

fn folder(folder: &std::path::Path) -> Result<ArtifactStore, ArtifactError> {
    std::fs::create_dir_all(folder).map_err(|source| ArtifactError::File {
        path: folder.to_owned(),
        source,
    })?;
    let store = LocalFileSystem::new_with_prefix(folder)?
        .with_automatic_cleanup(true)
        .with_fsync(true);
    Ok(ArtifactStore {
        store: Arc::new(store),
        bucket: None,
        folder: Some(folder.into()),
    })
}

fn bucket(url: &Url, aws: &Aws) -> Result<ArtifactStore, ArtifactError> {
    let unusable = || ArtifactError::Unusable(url.to_string());
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let name = url
        .host_str()
        .filter(|name| !name.is_empty() && bare && url.port().is_none());
    let name = name.ok_or_else(unusable)?;
    let prefix = Path::from_url_path(url.path()).map_err(|_| unusable())?;
    if aws.region().is_none() && aws.s3_endpoint().is_none() {
        return Err(ArtifactError::Bucket {
            name: name.to_owned(),
            why: "AWS_REGION is not set, expected one like eu-central-1".to_owned(),
        });
    }
    let s3 = Arc::new(client(name, aws)?);
    let store: Arc<dyn ObjectStore> = match prefix.as_ref() {
        "" => s3.clone(),
        _ => Arc::new(PrefixStore::new(s3.clone(), prefix.clone())),
    };
    let name = name.to_owned();
    let bucket = Some(Bucket { s3, prefix, name });
    Ok(ArtifactStore {
        store,
        bucket,
        folder: None,
    })
}

pub(super) fn client(bucket: &str, aws: &Aws) -> Result<AmazonS3, ArtifactError> {
    let endpoint = aws.s3_endpoint();
    let options = ClientOptions::new()
        .with_allow_http(endpoint.is_some_and(|url| url.scheme() == "http"))
        .with_connect_timeout(CONNECT)
        .with_read_timeout(PATIENCE)
        .with_timeout_disabled();
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: RETRY_FOR,
        ..RetryConfig::default()
    };
    let builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_client_options(options)
        .with_retry(retry);
    let secret = |secret: &Option<secrecy::SecretString>| {
        secret
            .as_ref()
            .map(|secret| secret.expose_secret().to_owned())
    };
    let settings = [
        (Key::Region, aws.region().map(str::to_owned)),
        (Key::Endpoint, endpoint.map(ToString::to_string)),
        (Key::AccessKeyId, aws.aws_access_key_id.clone()),
        (Key::SecretAccessKey, secret(&aws.aws_secret_access_key)),
        (Key::Token, secret(&aws.aws_session_token)),
        (
            Key::ContainerCredentialsRelativeUri,
            aws.aws_container_credentials_relative_uri.clone(),
        ),
        (
            Key::ContainerCredentialsFullUri,
            aws.aws_container_credentials_full_uri.clone(),
        ),
        (
            Key::ContainerAuthorizationTokenFile,
            aws.aws_container_authorization_token_file.clone(),
        ),
        (
            Key::WebIdentityTokenFile,
            aws.aws_web_identity_token_file.clone(),
        ),
        (Key::RoleArn, aws.aws_role_arn.clone()),
    ];
    let given = settings
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)));
    let builder = given.fold(builder, |builder, (key, value)| {
        builder.with_config(key, value)
    });
    Ok(builder.build()?)
}

/// Why a bucket cannot be used, in one line: answers of S3 are XML over many.
fn reason(error: &object_store::Error) -> String {
    let text = Chain(error).to_string();
    let has = |code: &str| text.contains(code);
    let known = if has("NoSuchBucket") {
        "there is no such bucket"
    } else if has("InvalidAccessKeyId") || has("SignatureDoesNotMatch") {
        "the credentials are not accepted (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"
    } else if has("AccessDenied") || has("AllAccessDisabled") {
        "it is not ours, or the role may not list it (s3:ListBucket)"
    } else if has("PermanentRedirect") || has("AuthorizationHeaderMalformed") {
        "it is in another region than AWS_REGION says"
    } else {
        let line: Vec<_> = text.split_whitespace().collect();
        return line.join(" ").chars().take(MAX_REASON).collect();
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str, aws: &Aws) -> Result<ArtifactStore, String> {
        ArtifactStore::open(url, aws).map_err(|error| Chain(&error).to_string())
    }

    #[test]
    fn other_places_are_refused() {
        for url in [
            "/plain/path",
            "file://host/x",
            "nonsense",
            "s3:///x",
            "s3://me@bucket",
            "s3://bucket/x?y=1",
            "gs://bucket",
        ] {
            let opened = ArtifactStore::open(url, &Aws::default());
            assert!(matches!(opened, Err(ArtifactError::Unusable(_))), "{url}");
        }
    }

    #[test]
    fn a_bucket_needs_a_region_or_an_address() {
        crate::tls::init();
        let error = open("s3://bucket/prefix", &Aws::default()).unwrap_err();
        assert!(
            error.contains("`bucket`") && error.contains("AWS_REGION"),
            "{error}"
        );
        let aws = Aws {
            aws_region: Some("eu-central-1".into()),
            ..Aws::default()
        };
        let store = open("s3://bucket/a/b/", &aws).unwrap();
        assert_eq!(store.bucket.unwrap().prefix.as_ref(), "a/b");
    }
}
