//! How often somebody may try a password or make an account.
//!
//! An attempt is taken before it is judged and given back when it succeeds, so that many at once
//! count as many. Accounts are counted by their address, whether there is one or not: being refused
//! tells nothing either. Whoever knows an address can keep its owner from signing in anew with a
//! password for some minutes; that is the price of guessing being slow from however many machines.

use std::net::IpAddr;
use std::time::Duration;

use leo_common::buckets::{Buckets, Rate};

use super::AccountError;

/// Attempts to sign in, for one account.
const OF_ACCOUNT: (&str, Rate) = (
    "sign-in of account",
    Rate::new(20, Duration::from_secs(900)),
);
/// Attempts to sign in, from one place.
const FROM_PLACE: (&str, Rate) = (
    "sign-in from place",
    Rate::new(100, Duration::from_secs(900)),
);
/// Accounts asked for, from one place.
const REGISTRATIONS: (&str, Rate) = ("registration", Rate::new(30, Duration::from_secs(3600)));

/// An attempt to sign in.
#[must_use]
pub(super) struct Attempt<'a> {
    buckets: &'a Buckets,
    account: &'a str,
    place: Option<String>,
}

impl<'a> Attempt<'a> {
    /// Begins an attempt at an account, named by its address.
    ///
    /// # Errors
    /// When there were too many.
    pub(super) async fn begin(
        buckets: &'a Buckets,
        account: &'a str,
        client: Option<IpAddr>,
    ) -> Result<Self, AccountError> {
        let place = client.map(place);
        if let Some(place) = &place {
            take(buckets, FROM_PLACE, place).await?;
        }
        take(buckets, OF_ACCOUNT, account).await?;
        Ok(Self {
            buckets,
            account,
            place,
        })
    }

    /// It has succeeded: the account has all its attempts again, the place this one.
    pub(super) async fn succeeded(self) {
        let (kind, rate) = OF_ACCOUNT;
        let all = rate.capacity();
        self.buckets.give_back(kind, self.account, rate, all).await;
        if let Some(place) = &self.place {
            let (kind, rate) = FROM_PLACE;
            self.buckets.give_back(kind, place, rate, 1).await;
        }
    }
}

/// Counts somebody who comes back from another site to sign in.
///
/// # Errors
/// When there were too many.
pub(super) async fn arrival(buckets: &Buckets, client: Option<IpAddr>) -> Result<(), AccountError> {
    match client {
        Some(client) => take(buckets, FROM_PLACE, &place(client)).await,
        None => Ok(()),
    }
}

/// Counts somebody who wants an account.
///
/// # Errors
/// When there were too many.
pub(super) async fn registration(
    buckets: &Buckets,
    client: Option<IpAddr>,
) -> Result<(), AccountError> {
    match client {
        Some(client) => take(buckets, REGISTRATIONS, &place(client)).await,
        None => Ok(()),
    }
}

async fn take(
    buckets: &Buckets,
    (kind, rate): (&str, Rate),
    key: &str,
) -> Result<(), AccountError> {
    let decision = buckets.take(kind, key, rate, 1).await;
    match decision.allowed {
        true => Ok(()),
        false => Err(AccountError::TooManyAttempts(decision.retry_after)),
    }
}

/// Where a client is. In IPv6 one customer has 2^64 addresses, which are one place.
fn place(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_common::redis_link::RedisLink;
    use leo_protocol::InstanceId;

    fn buckets() -> Buckets {
        let nowhere = RedisLink::new("redis://127.0.0.1:1", InstanceId::generate()).unwrap();
        Buckets::new(&nowhere).unwrap()
    }

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    async fn fails(buckets: &Buckets, account: &str, client: Option<IpAddr>) -> bool {
        Attempt::begin(buckets, account, client).await.is_ok()
    }

    #[tokio::test]
    async fn an_account_is_tried_so_often_from_wherever() {
        let buckets = buckets();
        for number in 0..20 {
            let client = Some(IpAddr::from([10, 0, 0, number]));
            assert!(fails(&buckets, "ada", client).await);
        }
        assert!(!fails(&buckets, "ada", HERE).await);
        assert!(fails(&buckets, "bob", HERE).await);
    }

    #[tokio::test]
    async fn a_place_tries_so_often_at_whomever() {
        let buckets = buckets();
        for number in 0..100 {
            assert!(fails(&buckets, &format!("user-{number}"), HERE).await);
        }
        let refused = Attempt::begin(&buckets, "ada", HERE).await.err();
        let Some(AccountError::TooManyAttempts(wait)) = refused else {
            panic!("{refused:?}");
        };
        assert!(
            !wait.is_zero() && wait <= Duration::from_secs(10),
            "{wait:?}"
        );
        assert!(fails(&buckets, "ada", None).await);
    }

    #[tokio::test]
    async fn a_success_gives_all_back() {
        let buckets = buckets();
        for _ in 0..3 {
            for _ in 0..19 {
                assert!(fails(&buckets, "ada", None).await);
            }
            let good = Attempt::begin(&buckets, "ada", None).await.unwrap();
            good.succeeded().await;
        }
    }

    #[test]
    fn the_addresses_of_one_customer_are_one_place() {
        let at = |text: &str| place(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2:3::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert_ne!(at("10.0.0.1"), at("10.0.0.2"));
    }
}
