//! Versions of an app over HTTP: their files, what has changed between two, and what is made of one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::JobId;

/// `GET /api/jobs/{id}/files`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileList {
    /// By path.
    pub files: Vec<FileEntry>,
    /// Whether the job ended before its app was complete.
    pub partial: bool,
}

/// One file of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// Relative to the app's folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Of the bytes, in lower-case hex.
    pub sha256: String,
    /// Whether it may be executed.
    #[serde(default)]
    pub executable: bool,
    /// By its name; nothing is guessed from the bytes.
    #[serde(default)]
    pub content_type: String,
}

/// `POST /api/jobs/{id}/fork`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForkVersion {
    /// The new session's title; absent: that of the session, marked as a fork.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// `POST /api/jobs/{id}/link`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkVersion {
    /// For how many seconds it is good, a week at most; an hour if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
}

/// The answer to it. Whoever has the address may download the zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VersionLink {
    /// The zip; needs no credential.
    pub url: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// `GET /api/jobs/{id}/diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diff {
    /// The job that has made the earlier version; absent where there is none, and everything is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<JobId>,
    /// The job that has made the later one.
    pub to: JobId,
    /// By path, where they are after the change.
    pub changes: Vec<FileChange>,
    /// Of all changes, also of those that are left out.
    pub totals: DiffTotals,
    /// Whether changes are left out, because the answer has its limits.
    pub truncated: bool,
}

/// How many files have changed, and lines, as far as they were compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffTotals {
    /// Files.
    pub added: u64,
    /// Files.
    pub removed: u64,
    /// Files.
    pub modified: u64,
    /// Files.
    pub renamed: u64,
    /// Lines.
    pub additions: u64,
    /// Lines.
    pub deletions: u64,
}

/// What has become of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileChange {
    /// Where it is, or was when it is removed.
    pub path: String,
    /// Where it was, when it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// What has become of it.
    pub change: Change,
    /// As it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<FileSide>,
    /// As it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<FileSide>,
    /// Whether it is no text, where it was looked at.
    pub binary: bool,
    /// Lines, where it was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additions: Option<u64>,
    /// Lines, where it was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletions: Option<u64>,
    /// What has changed in it, as unified hunks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// Why there are no hunks, where the bytes are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub omitted: Option<Omitted>,
}

/// A file in one of the two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileSide {
    /// Bytes.
    pub size: u64,
    /// Of the bytes, in lower-case hex.
    pub sha256: String,
    /// Whether it may be executed.
    pub executable: bool,
}

/// What has become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its bytes or its rights are others.
    Modified,
    /// The same bytes are somewhere else.
    Renamed,
}

/// Why a change comes without hunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Omitted {
    /// It is no text.
    Binary,
    /// The file is too large to be compared.
    TooLarge,
    /// The answer has as many hunks as it may have.
    AnswerFull,
    /// Comparing took too long.
    Time,
}
