//! Uploads: what containers put into the store without a credential of ours, and what they fetch.
//!
//! A bucket is given the bytes by the container itself, with a request that was signed for it: for
//! one place, for some minutes, and for one SHA-256, which S3 compares before it keeps anything. As
//! only one content has that hash, its size is bound with it. A folder cannot be reached from a
//! container; there the api takes the bytes ([`UploadWriter`]) and compares the same.
//!
//! What was uploaded is untrusted; whoever takes it compares it again and unpacks it with care.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use leo_protocol::{JobId, SessionId};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use object_store::signer::{HeaderName, HeaderValue, Method, SignedUrlOptions, Signer as _};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{ArtifactError, ArtifactStore, ObjectWriter};

/// The header in which S3 is told the hash.
const CHECKSUM: &str = "x-amz-checksum-sha256";

/// What is to be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// Bytes.
    pub size: u64,
    /// Of the bytes.
    pub sha256: [u8; 32],
}

/// A request that somebody without a credential may make.
#[derive(Debug, Clone)]
pub struct SignedPut {
    /// Where; the signature is in it.
    pub url: Url,
    /// With this header, and the size in `Content-Length`.
    pub header: (&'static str, String),
}

/// What an attempt brings and fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parcel {
    /// The job, as JSON.
    Job,
    /// The files that the workspace begins with, as `tar.gz`.
    Files,
    /// The workspace at its end, as `tar.gz`.
    Upload,
}

impl ArtifactStore {
    /// Where the parcel of an attempt lies for some time.
    #[must_use]
    pub fn parcel(session: SessionId, job: JobId, attempt: u32, parcel: Parcel) -> String {
        let name = match parcel {
            Parcel::Job => "job.json",
            Parcel::Files => "files.tar.gz",
            Parcel::Upload => "upload.tar.gz",
        };
        format!("{}/{job}/{attempt}-{name}", Self::folder(session))
    }

    /// Signs a request that puts exactly this content at a place, within `valid`; `None` where the
    /// store is no bucket.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn sign_upload(
        &self,
        location: &str,
        upload: &Upload,
        valid: Duration,
    ) -> Result<Option<SignedPut>, ArtifactError> {
        let Some(bucket) = &self.bucket else {
            return Ok(None);
        };
        let checksum = STANDARD.encode(upload.sha256);
        // Base64 is ASCII; this cannot fail.
        let value = HeaderValue::from_str(&checksum).map_err(std::io::Error::other);
        let value = value.map_err(super::store::store_io)?;
        let options =
            SignedUrlOptions::new().with_signed_header(HeaderName::from_static(CHECKSUM), value);
        let place = bucket.place(location);
        let signed = bucket
            .s3
            .signed_url_opts(Method::PUT, &place, valid, &options);
        Ok(Some(SignedPut {
            url: signed.await?,
            header: (CHECKSUM, checksum),
        }))
    }

    /// Signs a request that downloads an object within `valid` and calls it `name`; `None` where the
    /// store is no bucket. Names are letters, digits, dots and dashes.
    ///
    /// # Errors
    /// When there are no credentials to sign with.
    pub async fn sign_download(
        &self,
        location: &str,
        name: &str,
        valid: Duration,
    ) -> Result<Option<Url>, ArtifactError> {
        let Some(bucket) = &self.bucket else {
            return Ok(None);
        };
        let named = format!("attachment;filename={name}");
        let options =
            SignedUrlOptions::new().with_query([("response-content-disposition", named.as_str())]);
        let place = bucket.place(location);
        let signed = bucket
            .s3
            .signed_url_opts(Method::GET, &place, valid, &options);
        Ok(Some(signed.await?))
    }

    /// Begins an upload that passes through this process.
    #[must_use]
    pub fn receive(&self, location: &str, upload: Upload) -> UploadWriter {
        UploadWriter {
            writer: self.write(location),
            hash: Sha256::new(),
            written: 0,
            upload,
        }
    }

    /// A whole object and its size, which the caller bounds and checks; `None` where there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn fetch(
        &self,
        location: &str,
    ) -> Result<Option<(u64, BoxStream<'static, Result<Bytes, ArtifactError>>)>, ArtifactError>
    {
        match self.store.get(&Path::from(location)).await {
            Ok(found) => {
                let size = found.meta.size;
                let bytes = found.into_stream().map_err(ArtifactError::from);
                Ok(Some((size, bytes.boxed())))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// An upload on its way through this process: it appears if it is what was announced.
pub struct UploadWriter {
    writer: ObjectWriter,
    hash: Sha256,
    written: u64,
    upload: Upload,
}

/// Why an upload does not appear.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is not what was announced.
    #[error("what arrived is not what was announced")]
    Different,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] ArtifactError),
}

impl UploadWriter {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// When they are more than announced, or the store fails.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), UploadError> {
        self.written += bytes.len() as u64;
        if self.written > self.upload.size {
            return Err(UploadError::Different);
        }
        self.hash.update(&bytes);
        Ok(self.writer.write(bytes).await?)
    }

    /// Makes the object appear. One that is dropped before never does.
    ///
    /// # Errors
    /// When it is not what was announced, or the store fails.
    pub async fn finish(self) -> Result<(), UploadError> {
        let hash: [u8; 32] = self.hash.finalize().into();
        if self.written != self.upload.size || hash != self.upload.sha256 {
            self.writer.abort().await;
            return Err(UploadError::Different);
        }
        Ok(self.writer.finish().await?)
    }
}
