//! With what somebody comes to an installation.

use leo_common::runner_token::RunnerTokens;
use leo_protocol::JobId;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Leo, SECRET_KEY};
use crate::client::Client;
use crate::secrets;

impl Leo {
    /// A client of the first API as the user of this name, who is nobody else in this installation.
    ///
    /// # Panics
    /// When no token can be made.
    #[must_use]
    pub fn user(&self, name: &str) -> Client {
        self.user_for(name, "1h")
    }

    /// As [`Self::user`], with a token that is good for this time.
    ///
    /// # Panics
    /// When no token can be made.
    #[must_use]
    pub fn user_for(&self, name: &str, time: &str) -> Client {
        self.holder(name, &["--ttl", time])
    }

    /// As [`Self::user`], but an operator.
    ///
    /// # Panics
    /// When no token can be made.
    #[must_use]
    pub fn operator(&self, name: &str) -> Client {
        self.holder(name, &["--operator"])
    }

    /// Whoever has a token that `leo-api token` makes with these options.
    fn holder(&self, name: &str, options: &[&str]) -> Client {
        let mut command = self.command("leo-api");
        command.args(["token", "--subject", name]).args(options);
        let output = command.output().expect("run leo-api token");
        assert!(output.status.success(), "{output:?}");
        let token = String::from_utf8(output.stdout).expect("a token is text");
        self.client().with_token(token.trim())
    }

    /// What a container of this attempt would be told to dial, at the API with this number.
    #[must_use]
    pub fn runner_url(&self, api: usize, job: JobId, attempt: u32) -> String {
        let tokens = RunnerTokens::new(&SecretString::from(SECRET_KEY));
        let token = tokens.issue(job, attempt, chrono::Utc::now());
        secrets::remember(token.expose_secret());
        let base = self.apis[api].1.base().replacen("http", "ws", 1);
        format!("{base}/ws/jobs/{job}?token={}", token.expose_secret())
    }
}
