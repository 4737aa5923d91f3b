//! Tickets of WebSockets: a page that cannot send a header asks for one and puts it into the
//! address of its socket, where it may be seen, because it opens one socket and only for seconds.

use std::time::Duration;

use leo_common::store::Db;
use leo_common::store::tickets::{TicketOwner, UsedTicket};
use leo_protocol::keys::Ticket;

use super::opaque::{digest, random};
use super::{AuthError, Principal, Proof};

/// What every ticket begins with.
const PREFIX: &str = "leo_ticket_";
/// Random letters of a ticket.
const RANDOM: usize = 40;
/// How long a ticket is good.
const LIFE: Duration = Duration::from_secs(15);

/// A ticket for somebody; what it opens ends when that with which he has asked ends.
///
/// # Errors
/// When he is not signed in any more, or the database fails.
pub(crate) async fn issue(db: &Db, who: &Principal) -> Result<Ticket, AuthError> {
    let (key, sign_in) = match who.proof {
        Proof::Key(key) => (Some(key), None),
        Proof::SignIn(sign_in) => (None, Some(sign_in)),
        Proof::Token | Proof::Developer => (None, None),
    };
    let owner = TicketOwner {
        user: who.user,
        scope: who.scope,
        operator: who.operator,
        key,
        sign_in,
        proof_ends: who.expires_at,
    };
    let ticket = format!("{PREFIX}{}", random(RANDOM));
    let created = db.create_ticket(digest(&ticket), &owner, LIFE).await?;
    let expires_at = created.ok_or(AuthError::SignedOut)?;
    Ok(Ticket { ticket, expires_at })
}

/// Uses a ticket up: who had asked for it.
///
/// # Errors
/// When it is not good (any more), or nothing can be looked up.
pub(super) async fn redeem(db: &Db, ticket: &str) -> Result<Principal, AuthError> {
    if !ticket.starts_with(PREFIX) {
        return Err(AuthError::Ticket);
    }
    let used = db.use_ticket(digest(ticket)).await?;
    let used = used.ok_or(AuthError::Ticket)?;
    if used.closed {
        return Err(AuthError::Closed);
    }
    if used.revoked {
        return Err(AuthError::Revoked);
    }
    Ok(principal(used))
}

fn principal(UsedTicket { owner, email, .. }: UsedTicket) -> Principal {
    let proof = match (owner.key, owner.sign_in) {
        (Some(key), _) => Proof::Key(key),
        (None, Some(sign_in)) => Proof::SignIn(sign_in),
        (None, None) => Proof::Token,
    };
    Principal {
        user: owner.user,
        email,
        operator: owner.operator,
        scope: owner.scope,
        expires_at: owner.proof_ends,
        proof,
    }
}
