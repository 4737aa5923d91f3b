//! The fan-out of stored batches, over Redis.
//!
//! A [`Publisher`] sends what has been committed; a [`Subscriber`] hears it, one subscription per
//! session and process. Both may lose, double or reorder anything: whoever listens holds a cursor,
//! takes a batch that begins at cursor + 1, and reads everything else from Postgres.

use bytes::Bytes;
use leo_protocol::SessionId;
use leo_protocol::batch::Place;

use crate::store::events::Batch;

mod calls;
mod identities;
mod listen;
mod publish;
mod subscribe;

pub use calls::{Call, CallListener};
pub use identities::{IdentityChange, IdentityListener};
pub use publish::Publisher;
pub use subscribe::{BusEvent, Subscriber};

/// The version of the message format; a message of another one is ignored (and so read from
/// Postgres).
const VERSION: &str = "1";

/// A batch as it travels: a line with its place, then the stored bytes.
fn encode(batch: &Batch) -> Vec<u8> {
    let job = batch
        .place
        .job_id
        .map_or_else(|| "-".to_owned(), |job| job.to_string());
    let mut message =
        format!("{VERSION} {} {} {job}\n", batch.place.first, batch.last).into_bytes();
    message.extend_from_slice(&batch.body);
    message
}

fn decode(session: SessionId, message: Vec<u8>) -> Option<Batch> {
    let end = memchr::memchr(b'\n', &message)?;
    let mut words = std::str::from_utf8(&message[..end]).ok()?.split(' ');
    if words.next()? != VERSION {
        return None;
    }
    let first = words.next()?.parse().ok()?;
    let last = words.next()?.parse().ok()?;
    let job_id = match words.next()? {
        "-" => None,
        job => Some(job.parse().ok()?),
    };
    let body = Bytes::from(message).slice(end + 1..);
    Some(Batch {
        place: Place {
            session_id: session,
            job_id,
            first,
        },
        last,
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use leo_protocol::JobId;

    #[test]
    fn a_batch_arrives_as_it_was_sent() {
        for job_id in [None, Some(JobId::generate())] {
            let place = Place {
                session_id: SessionId::generate(),
                job_id,
                first: 7,
            };
            let batch = Batch {
                place,
                last: 8,
                body: Bytes::from_static(b"[{},\n{}]"),
            };
            assert_eq!(decode(place.session_id, encode(&batch)), Some(batch));
        }
    }

    #[test]
    fn nonsense_is_ignored() {
        let session = SessionId::generate();
        for message in ["", "1", "2 1 1 -\n[]", "1 x 1 -\n[]", "1 1 1 nobody\n[]"] {
            assert_eq!(
                decode(session, message.as_bytes().to_vec()),
                None,
                "{message}"
            );
        }
    }
}
