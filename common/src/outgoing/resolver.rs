//! Names of the internet: what they resolve to, without what is of somebody's own network.
//!
//! The connection is made to the very addresses that were looked at, so a name that resolves to
//! something else a moment later gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// A name, or what stands for one, that must not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{host}` is an address of a private network, which this server does not ask (PRIVATE_ADDRESSES)"
)]
pub struct Private {
    /// As it was given.
    pub host: String,
}

/// The system's resolver, with a filter behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The connector puts the port of the URL in the place of this one.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            let public = public(name.as_str(), found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Those of the internet.
///
/// # Errors
/// When there are others only.
fn public(host: &str, mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Private> {
    let any = !found.is_empty();
    found.retain(|address| is_public(address.ip()));
    if any && found.is_empty() {
        let host = host.to_owned();
        return Err(Private { host });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_addresses_those_of_the_internet_are_left() {
        let [inside, outside] = ["127.0.0.1:0", "8.8.8.8:0"].map(|text| text.parse().unwrap());
        let mixed = public("name.example", vec![inside, outside]);
        assert_eq!(mixed.unwrap(), [outside]);
        let refused = public("name.example", vec![inside]).unwrap_err();
        assert!(refused.to_string().contains("name.example"));
        assert_eq!(public("name.example", Vec::new()).unwrap(), []);
    }

    #[tokio::test]
    async fn a_name_of_this_machine_resolves_to_nothing() {
        let name: Name = "localhost".parse().unwrap();
        let Err(error) = PublicOnly.resolve(name).await else {
            panic!("localhost was let through");
        };
        assert!(error.is::<Private>(), "{error}");
    }
}
