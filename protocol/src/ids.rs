//! Ids as types of their own, so that a job's id is never taken for a session's.
//!
//! All are UUIDs; new ones are version 7 and therefore sort by creation time within one process.
//! Their order between processes means nothing: a session is ordered by `seq` alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id (UUIDv7).
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

id! {
    /// One generation in a session, from one prompt.
    JobId
}
id! {
    /// One app being built, owned by one user; it has one event stream.
    SessionId
}
id! {
    /// An account.
    UserId
}
id! {
    /// One worker process, from its start to its end. A restarted worker has a new id.
    WorkerId
}
id! {
    /// The place where containers run: what a restarted worker on the same machine can still reach.
    HostId
}
id! {
    /// One installation of Leo (one database). Labels containers and prefixes Redis keys.
    InstanceId
}
id! {
    /// The kept result of a job.
    ArtifactId
}
id! {
    /// Something that a job does to the outside, once.
    EffectId
}
id! {
    /// An API key.
    KeyId
}
id! {
    /// A browser that is signed in.
    SignInId
}
id! {
    /// An address that a user has told, which hears of his jobs.
    WebhookId
}
id! {
    /// One try to deliver to a webhook.
    DeliveryId
}
