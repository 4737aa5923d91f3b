//! What is said of one's own account: its keys, its model provider, its account at GitHub.

use clap::{Args, Subcommand};
use leo_common::config::Span;
use leo_protocol::KeyId;
use leo_protocol::account::Scope;
use secrecy::SecretString;

#[derive(Args)]
pub(crate) struct KeysArgs {
    /// Print each as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<KeysAction>,
}

#[derive(Subcommand)]
pub(crate) enum KeysAction {
    /// Make a key and print it, this once
    Create(CreateKeyArgs),
    /// Take a key back, at once and for ever
    Revoke {
        /// Its id
        key: KeyId,
    },
}

#[derive(Args)]
pub(crate) struct CreateKeyArgs {
    /// What it is for
    pub(crate) name: String,
    /// What it is good for: read, run or admin, each with those before it
    #[arg(long, default_value_t = Scope::Run)]
    pub(crate) scope: Scope,
    /// How long it is good, as in 30d; without it for ever
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Span>,
}

#[derive(Args)]
pub(crate) struct GithubArgs {
    /// Print the answer as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<GithubAction>,
}

#[derive(Subcommand)]
pub(crate) enum GithubAction {
    /// Show what is connected; the token is never shown
    Show,
    /// Connect an account, or change what is done with it
    Set(SetGithubArgs),
    /// Forget the account and its token
    Unset,
}

#[derive(Args)]
pub(crate) struct SetGithubArgs {
    /// The organisation in which repositories are made; the token's own user if not given
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Push every result, without being asked for
    #[arg(long)]
    pub(crate) auto_push: bool,
    /// Read the token from stdin; without it the one that is stored stays
    #[arg(long)]
    pub(crate) token_stdin: bool,
}

#[derive(Args)]
pub(crate) struct ProviderArgs {
    /// Print the answer as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) action: Option<ProviderAction>,
}

#[derive(Subcommand)]
pub(crate) enum ProviderAction {
    /// Show what is set; the key is never shown
    Show,
    /// Have your jobs use this provider
    Set(SetProviderArgs),
    /// Have your jobs use the installation's provider again
    Unset,
    /// Test step by step whether jobs can use a provider, and what to change where they cannot; without
    /// arguments the one that is set
    Test(TestProviderArgs),
}

#[derive(Args)]
pub(crate) struct SetProviderArgs {
    /// demo, openrouter, lmstudio, ollama or openai (and whatever speaks like it)
    pub(crate) provider: String,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Args)]
pub(crate) struct TestProviderArgs {
    /// demo, openrouter, lmstudio, ollama or openai (and whatever speaks like it)
    #[arg(long)]
    pub(crate) provider: Option<String>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

/// Where a provider is, and what is used of it.
#[derive(Args)]
pub(crate) struct PlaceArgs {
    /// Where it is, as in `http://localhost:11434/v1`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The model's name there
    #[arg(long)]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

/// The key of a provider: not as an argument, which everybody on the machine could read.
#[derive(Args)]
pub(crate) struct KeyArgs {
    /// Read the provider's key from stdin; else `LLM_API_KEY` holds it, where the command names a provider
    /// or address
    #[arg(long)]
    pub(crate) key_stdin: bool,
    #[arg(long, env = "LLM_API_KEY", hide = true, hide_env_values = true)]
    pub(crate) api_key: Option<SecretString>,
}
