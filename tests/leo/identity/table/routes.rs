//! Every operation of the API, and what it takes to be let in.
//!
//! An operation that is in the OpenAPI document and not here fails the test, and the other way round.

use leo_protocol::account::Scope;

/// What an operation asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: everybody may.
    Nothing,
    /// A credential of this scope.
    Scope(Scope),
    /// The same of an operator.
    Operator(Scope),
    /// The token of a container, which no person has.
    Runner,
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// As in the document.
    pub(super) path: &'static str,
    pub(super) needs: Needs,
    /// With what it is answered to whoever may.
    pub(super) good: &'static [u16],
    /// The JSON that is sent.
    pub(super) body: Option<&'static str>,
    /// What it names is gone afterwards.
    pub(super) spends: bool,
}

impl Route {
    const fn new(
        method: &'static str,
        path: &'static str,
        needs: Needs,
        good: &'static [u16],
    ) -> Self {
        Self {
            method,
            path,
            needs,
            good,
            body: None,
            spends: false,
        }
    }

    const fn with(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    const fn spends(mut self) -> Self {
        self.spends = true;
        self
    }

    /// Whether it names something that somebody owns.
    pub(super) fn is_about_something(&self) -> bool {
        self.path.contains("{id}") && !matches!(self.needs, Needs::Operator(_))
    }
}

const READ: Needs = Needs::Scope(Scope::Read);
const RUN: Needs = Needs::Scope(Scope::Run);
const ADMIN: Needs = Needs::Scope(Scope::Admin);
const WATCH: Needs = Needs::Operator(Scope::Read);
const OPERATE: Needs = Needs::Operator(Scope::Admin);
const NOTHING: Needs = Needs::Nothing;
const RUNNER: Needs = Needs::Runner;

const WEBHOOK: &str = r#"{"url": "https://hooks.invalid/x", "events": ["job.failed"]}"#;
const PROMPT: &str = r#"{"prompt": "lines 1"}"#;
const NOBODY: &str = r#"{"email": "nobody@leo.example", "password": "not the password"}"#;

/// All of them.
pub(super) const ROUTES: &[Route] = &[
    Route::new("get", "/health", NOTHING, &[200]),
    Route::new("get", "/health/ready", NOTHING, &[200]),
    Route::new("get", "/metrics", WATCH, &[200]),
    // Accounts. What makes or ends a sign-in is for everybody, so that nobody is locked in.
    Route::new("get", "/api/auth/methods", NOTHING, &[200]),
    Route::new("post", "/api/auth/register", NOTHING, &[422]).with(r#"{"email": "no", "password": "no"}"#),
    Route::new("post", "/api/auth/login", NOTHING, &[401]).with(NOBODY),
    Route::new("post", "/api/auth/logout", NOTHING, &[204]).spends(),
    Route::new("get", "/api/auth/github", NOTHING, &[404]),
    Route::new("get", "/api/auth/github/callback", NOTHING, &[404]),
    Route::new("get", "/api/auth/me", READ, &[200]),
    Route::new("post", "/api/auth/ticket", READ, &[201]),
    Route::new("post", "/api/auth/password", ADMIN, &[401, 403, 404, 409, 422])
        .with(r#"{"currentPassword": "not the password", "newPassword": "another password"}"#),
    Route::new("post", "/api/keys", ADMIN, &[201]).with(r#"{"name": "a key", "scope": "read"}"#),
    Route::new("get", "/api/keys", ADMIN, &[200]),
    Route::new("delete", "/api/keys/{id}", ADMIN, &[204]).spends(),
    Route::new("get", "/api/settings/provider", READ, &[200]),
    Route::new("put", "/api/settings/provider", ADMIN, &[200]).with(r#"{"provider": "demo"}"#),
    Route::new("delete", "/api/settings/provider", ADMIN, &[204]),
    Route::new("get", "/api/settings/github", READ, &[200]),
    Route::new("put", "/api/settings/github", ADMIN, &[422]).with(r#"{"token": "none"}"#),
    Route::new("delete", "/api/settings/github", ADMIN, &[204]),
    Route::new("get", "/api/settings/github/connect", ADMIN, &[409]),
    Route::new("post", "/api/providers/test", RUN, &[200]).with("{}"),
    Route::new("get", "/api/quotas", READ, &[200]),
    // Webhooks, and deploys, which go to one.
    Route::new("post", "/api/webhooks", ADMIN, &[201]).with(WEBHOOK),
    Route::new("get", "/api/webhooks", READ, &[200]),
    Route::new("get", "/api/webhooks/{id}", READ, &[200]),
    Route::new("patch", "/api/webhooks/{id}", ADMIN, &[200]).with(r#"{"description": "mine"}"#),
    Route::new("delete", "/api/webhooks/{id}", ADMIN, &[204]).spends(),
    Route::new("post", "/api/webhooks/{id}/secret", ADMIN, &[200]),
    Route::new("post", "/api/webhooks/{id}/test", RUN, &[202]),
    Route::new("get", "/api/webhooks/{id}/deliveries", READ, &[200]),
    Route::new("post", "/api/webhooks/{id}/deliveries/{delivery}/retry", RUN, &[404]),
    Route::new("get", "/api/settings/deploy", READ, &[200]),
    Route::new("post", "/api/jobs/{id}/deploy", RUN, &[202]),
    // Sessions and jobs.
    Route::new("post", "/api/sessions", RUN, &[201]).with("{}"),
    Route::new("get", "/api/sessions", READ, &[200]),
    Route::new("get", "/api/sessions/{id}", READ, &[200]),
    Route::new("patch", "/api/sessions/{id}", RUN, &[200]).with(r#"{"title": "mine"}"#),
    Route::new("delete", "/api/sessions/{id}", RUN, &[204]).spends(),
    Route::new("get", "/api/sessions/{id}/messages", READ, &[200]),
    Route::new("get", "/api/sessions/{id}/events", READ, &[200]),
    Route::new("post", "/api/sessions/{id}/jobs", RUN, &[202]).with(PROMPT),
    Route::new("post", "/api/jobs", RUN, &[202]).with(PROMPT),
    Route::new("get", "/api/jobs", READ, &[200]),
    Route::new("get", "/api/jobs/{id}", READ, &[200]),
    Route::new("post", "/api/jobs/{id}/cancel", RUN, &[202]),
    Route::new("post", "/api/jobs/{id}/retry", RUN, &[202]),
    Route::new("post", "/api/jobs/{id}/push", RUN, &[409]).with("{}"),
    Route::new("get", "/api/jobs/{id}/log", READ, &[200]),
    Route::new("get", "/api/jobs/{id}/files", READ, &[200]),
    Route::new("get", "/api/jobs/{id}/files/{path}", READ, &[200]),
    Route::new("get", "/api/jobs/{id}/download", READ, &[200]),
    Route::new("get", "/api/jobs/{id}/diff", READ, &[200]),
    Route::new("post", "/api/jobs/{id}/restore", RUN, &[200]),
    Route::new("post", "/api/jobs/{id}/fork", RUN, &[201]).with("{}"),
    Route::new("post", "/api/jobs/{id}/link", RUN, &[201]).with("{}"),
    Route::new("get", "/api/links/{name}", NOTHING, &[422]),
    // What operators do.
    Route::new("get", "/api/fleet", WATCH, &[200]),
    Route::new("post", "/api/fleet/{worker}/drain", OPERATE, &[200]),
    Route::new("delete", "/api/fleet/{worker}/drain", OPERATE, &[200]),
    Route::new("get", "/api/users", WATCH, &[200]),
    Route::new("get", "/api/users/{id}", WATCH, &[200]),
    Route::new("patch", "/api/users/{id}", OPERATE, &[200]).with(r#"{"maxRunning": 3}"#),
    Route::new("get", "/api/audit", WATCH, &[200]),
    // What containers do.
    Route::new("get", "/api/runner/{id}/input", RUNNER, &[]),
    Route::new("get", "/api/runner/{id}/input/files", RUNNER, &[]),
    Route::new("post", "/api/runner/{id}/artifact", RUNNER, &[])
        .with(r#"{"size": 1, "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}"#),
    Route::new("put", "/api/runner/{id}/upload", RUNNER, &[]),
];
