//! A user's own model provider: bodies of the HTTP interface.

use serde::{Deserialize, Serialize};

/// `PUT /api/settings/provider`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetProvider {
    /// As `LLM_PROVIDER` has it: `demo`, `openrouter`, `lmstudio`, `ollama` or `openai`.
    pub provider: String,
    /// Where it is; absent: at its usual place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Its key. Absent: the one before, if provider and address are the same as before, else none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The model's name there, for jobs that ask for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl std::fmt::Debug for SetProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetProvider")
            .field("provider", &self.provider)
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// What a user has set. The key itself is never told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderSettings {
    /// As `LLM_PROVIDER` has it; absent: jobs use the installation's provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where it is, if not at its usual place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The model's name there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether a key is stored.
    pub has_key: bool,
    /// The end of the key, by which its owner knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_hint: Option<String>,
}

/// `POST /api/providers/test`. What is absent is as the user has set it, or else the installation.
///
/// A key that is kept is sent to no other server than it is kept for, and the installation's to none
/// that a user names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestProvider {
    /// As `LLM_PROVIDER` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The model's name there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl std::fmt::Debug for TestProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestProvider")
            .field("provider", &self.provider)
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// What a test of a provider has found. It holds no key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderTest {
    /// Whether no step has failed.
    pub ok: bool,
    /// The steps, in order.
    pub steps: Vec<ProviderTestStep>,
    /// The model that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Milliseconds until the first piece of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<u64>,
    /// Tokens a second from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f64>,
    /// Tokens that prompt and answer may have together, as the server is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u64>,
}

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderTestStep {
    /// What is tested: `settings`, `reachable`, `model_listed`, `streams`, `usage`, `speed`, `context`,
    /// `format` or `tools`. There may be others one day.
    pub name: String,
    /// What came of it.
    pub status: StepStatus,
    /// What was found, for people.
    pub message: String,
    /// What to change, or to know, where there is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// What was found, for programs; which fields depends on the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub details: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// As it should be.
    Passed,
    /// Jobs will run, but not as well as they could.
    Warning,
    /// Jobs will fail.
    Failed,
    /// It was not tried, because of what went before or because there is nothing to try.
    Skipped,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_shown() {
        let test = TestProvider {
            api_key: Some("geheim".to_owned()),
            ..TestProvider::default()
        };
        assert!(!format!("{test:?}").contains("geheim"));
    }

    #[test]
    fn a_test_is_written_like_this() {
        let test: ProviderTest = serde_json::from_str(
            r#"{"ok":true,"steps":[{"name":"streams","status":"passed","message":"it streams","durationMs":7}],"firstTokenMs":5}"#,
        )
        .unwrap();
        let written = serde_json::to_value(&test).unwrap();
        assert_eq!(written["steps"][0]["durationMs"], 7);
        assert!(written.get("tokensPerSecond").is_none());
    }
}
