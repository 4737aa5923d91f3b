//! What the provider says of the model, asked once: how much it reads, and whether it knows tools.

use leo_model::chat::ErrorKind;

use super::Model;
use super::talk::model_error;
use crate::error::Error;
use crate::run::Run;

impl Model {
    /// Asks the provider, where the settings leave something open. One that does not tell is taken as
    /// it comes, but one that does not let us in ends the job at once.
    pub(super) async fn survey(&mut self, run: &Run<'_>) -> Result<(), Error> {
        if std::mem::replace(&mut self.surveyed, true) {
            return Ok(());
        }
        let asked = self.talk.client().models();
        let models = match run
            .during("asking the provider for its models", asked)
            .await?
        {
            Ok(models) => models,
            Err(error) if error.kind() == ErrorKind::Settings => return Err(model_error(error)),
            Err(_) => return Ok(()),
        };
        let wanted = self.settings.endpoint.model.as_deref();
        let Some(info) = models
            .iter()
            .find(|info| wanted.is_none_or(|id| info.id == id))
        else {
            return Ok(());
        };
        self.window.tokens = self.window.tokens.or(info.context_length);
        if self.settings.tools.is_none() {
            self.uses_tools = info.tools == Some(true);
        }
        let reads = match self.window.tokens {
            Some(tokens) => format!("it reads {tokens} tokens"),
            None => "how much it reads is not told".to_owned(),
        };
        let tools = if self.uses_tools { "with" } else { "without" };
        run.info(format!("{reads}; it works {tools} tools"))
    }
}
