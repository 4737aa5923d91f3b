//! What Leo may ask on behalf of users.

/// Requests to addresses that users name.
#[derive(Debug, Clone, clap::Args)]
pub struct Outgoing {
    /// Whether users may have Leo ask addresses of private networks, its own machine among them:
    /// model providers by the api, webhooks by the workers. Where it is not set, they may have the api
    /// do so as long as nobody but its machine can reach it, and the workers of `leo dev` as that one;
    /// other workers do not. The address in `LLM_BASE_URL` is always asked.
    #[arg(long, env = "PRIVATE_ADDRESSES")]
    pub private_addresses: Option<PrivateAddresses>,
}

/// What is done with addresses of private networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PrivateAddresses {
    /// They are asked like any other.
    Allow,
    /// They are not asked.
    Refuse,
}

impl Outgoing {
    /// What holds on a server that `private` says only its own machine can reach.
    #[must_use]
    pub fn policy(&self, private: bool) -> PrivateAddresses {
        let usual = match private {
            true => PrivateAddresses::Allow,
            false => PrivateAddresses::Refuse,
        };
        self.private_addresses.unwrap_or(usual)
    }
}
