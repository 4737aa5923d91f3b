//! What Leo asks other servers by HTTP.
//!
//! Whoever answers is trusted neither to be quick nor to be short, so every client here has time
//! limits and follows no redirect, and [`read`] ends a body at a limit. Where a user names the address,
//! [`Outgoing`] decides besides whether it may be asked: addresses of private networks may not, unless
//! `PRIVATE_ADDRESSES` allows them. What the installation's own settings name is always asked.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

use crate::config::PrivateAddresses;

mod address;
mod body;
mod resolver;

pub use body::{BodyError, read};
pub use resolver::Private;

use address::is_private_literal;
use resolver::PublicOnly;

/// How long a server that a user names may take for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// Connections that nobody uses are kept for so long, and one of them to a server: users name many.
const UNUSED: Duration = Duration::from_secs(15);

/// Prepares a client whose requests take `whole` at most, answers included, and that goes nowhere else
/// than it was told. Whom it asks is for the caller to know: it judges no address.
pub fn bounded(whole: Duration) -> ClientBuilder {
    steady().timeout(whole)
}

/// The same for answers that go on for as long as they like; whoever reads them keeps the time.
fn steady() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECTING)
        .pool_idle_timeout(UNUSED)
        .pool_max_idle_per_host(1)
        .redirect(redirect::Policy::none())
}

/// Asks servers that users name. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Outgoing {
    policy: PrivateAddresses,
    /// A server that is asked whatever the policy says: host and port.
    own: Option<(String, u16)>,
    anywhere: Client,
    public: Client,
}

impl Outgoing {
    /// Asks `own` whatever `policy` says: the address of the installation's model, if it has one. Needs
    /// [`tls::init`](crate::tls::init).
    ///
    /// # Errors
    /// When this machine cannot make requests.
    pub fn new(policy: PrivateAddresses, own: Option<&Url>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            policy,
            own: own.and_then(place),
            // A proxy would resolve the name anew, and what was looked at here would not count.
            public: steady().no_proxy().dns_resolver(PublicOnly).build()?,
            anywhere: steady().build()?,
        })
    }

    /// A client to ask this address with, and no other.
    ///
    /// # Errors
    /// When it must not be asked. A name is looked at when it is resolved; requests then fail with
    /// [`Private`] among their causes.
    pub fn client(&self, to: &Url) -> Result<Client, Private> {
        if self.may_be_private(to) {
            return Ok(self.anywhere.clone());
        }
        self.look_at(to)?;
        Ok(self.public.clone())
    }

    /// Looks at an address that is to be asked later.
    ///
    /// # Errors
    /// When it can be told already that it must not be.
    pub fn look_at(&self, url: &Url) -> Result<(), Private> {
        if !self.may_be_private(url) && is_private_literal(url) {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(Private { host });
        }
        Ok(())
    }

    fn may_be_private(&self, url: &Url) -> bool {
        let own = self.own.is_some() && place(url) == self.own;
        own || self.policy == PrivateAddresses::Allow
    }
}

/// Where a server is.
fn place(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(policy: PrivateAddresses) -> Outgoing {
        crate::tls::init();
        Outgoing::new(policy, Some(&url("http://10.0.0.5:8000/v1"))).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn private_addresses_are_refused_unless_they_are_the_installations() {
        let careful = outgoing(PrivateAddresses::Refuse);
        let inside = [
            "http://10.0.0.5:8001/v1",
            "http://[::1]:8000",
            "http://localhost",
        ];
        for refused in inside {
            assert!(careful.client(&url(refused)).is_err(), "{refused}");
        }
        for asked in ["http://10.0.0.5:8000/v2", "https://llm.example"] {
            assert!(careful.client(&url(asked)).is_ok(), "{asked}");
        }
        let open = outgoing(PrivateAddresses::Allow);
        assert!(inside.iter().all(|text| open.look_at(&url(text)).is_ok()));
    }

    #[tokio::test]
    async fn a_name_of_a_private_address_is_refused_when_it_is_resolved() {
        let careful = outgoing(PrivateAddresses::Refuse);
        // No name of this machine that can be told by its look.
        let asked = careful.public.get("http://localhost:9/").send().await;
        let error = asked.unwrap_err();
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.is::<Private>() {
                return;
            }
            cause = error.source();
        }
        panic!("{error:?}");
    }
}
