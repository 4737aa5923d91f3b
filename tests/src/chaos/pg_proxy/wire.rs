//! The little of Postgres' wire protocol that the proxy has to understand.
//!
//! Behind the start-up everything in both directions is a message: a letter, a length, a body. The
//! client's messages form groups that end with `Sync` (or are one simple `Query`); the server
//! answers each group with messages that end with `ReadyForQuery`.

use std::collections::HashMap;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// `SSLRequest` and `GSSENCRequest`, which ask for encryption before the start-up.
const ENCRYPTION_REQUESTS: [u32; 2] = [80_877_103, 80_877_104];
/// "No", to both.
const NO: &[u8] = b"N";
/// The longest message that is believed, in bytes; Leo's are much shorter.
const MAX_MESSAGE: u32 = 256 << 20;
/// What a statement says that changes something: the client cannot know whether it did when no
/// answer comes. Leo's functions, `leo_…`, all do.
const EFFECTS: [&str; 5] = ["insert into", "update ", "delete from", "leo_", "commit"];

/// A message of either side, as it was read.
#[derive(Debug)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// Reads one; `None` where the connection ends between two.
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut head = [0; 5];
        if from.read(&mut head[..1]).await? == 0 {
            return Ok(None);
        }
        from.read_exact(&mut head[1..]).await?;
        let length = length(&head[1..]);
        if !(4..=MAX_MESSAGE).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = head.to_vec();
        bytes.resize(1 + length as usize, 0);
        from.read_exact(&mut bytes[5..]).await?;
        Ok(Some(Self { bytes }))
    }

    pub(super) async fn write(&self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        to.write_all(&self.bytes).await
    }

    /// What kind it is.
    pub(super) fn letter(&self) -> u8 {
        self.bytes[0]
    }

    fn body(&self) -> &[u8] {
        &self.bytes[5..]
    }

    /// Of a `ReadyForQuery`: whether no transaction is open, so that what was asked for is durable.
    pub(super) fn is_idle(&self) -> bool {
        self.letter() == b'Z' && self.body() == b"I"
    }

    /// Replaces a piece of the text by one of the same length, wherever it stands.
    pub(super) fn replace(&mut self, old: &str, new: &str) {
        assert_eq!(old.len(), new.len(), "a message tells its length");
        let ends = self.bytes.windows(old.len()).enumerate();
        let found: Vec<_> = ends.filter(|(_, text)| *text == old.as_bytes()).collect();
        let places: Vec<usize> = found.into_iter().map(|(at, _)| at).collect();
        for at in places {
            self.bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
        }
    }
}

/// Reads the start-up of a client; encryption is declined.
pub(super) async fn startup<S>(client: &mut S) -> io::Result<Vec<u8>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let mut head = [0; 8];
        client.read_exact(&mut head).await?;
        if ENCRYPTION_REQUESTS.contains(&length(&head[4..])) {
            client.write_all(NO).await?;
            continue;
        }
        let length = length(&head);
        if !(8..=MAX_MESSAGE).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = head.to_vec();
        bytes.resize(length as usize, 0);
        client.read_exact(&mut bytes[8..]).await?;
        return Ok(bytes);
    }
}

fn length(bytes: &[u8]) -> u32 {
    bytes[..4]
        .iter()
        .fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// What the messages of a client amount to.
#[derive(Debug, Default)]
pub(super) struct Statements {
    prepared: HashMap<Vec<u8>, bool>,
    effect: bool,
}

impl Statements {
    /// Takes note of a message; where it ends a group, whether that changes something.
    pub(super) fn note(&mut self, message: &Message) -> Option<bool> {
        match message.letter() {
            b'P' => {
                let (name, rest) = text(message.body());
                let effect = has_effect(text(rest).0);
                self.prepared.insert(name.to_vec(), effect);
                None
            }
            b'B' => {
                let (_portal, rest) = text(message.body());
                let (statement, _) = text(rest);
                self.effect |= self.prepared.get(statement).copied().unwrap_or(false);
                None
            }
            b'Q' => {
                self.effect = false;
                Some(has_effect(text(message.body()).0))
            }
            b'S' => Some(std::mem::take(&mut self.effect)),
            _ => None,
        }
    }
}

/// A text that ends with a zero, and what follows it.
fn text(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    (&bytes[..end], bytes.get(end + 1..).unwrap_or_default())
}

fn has_effect(sql: &[u8]) -> bool {
    let sql = String::from_utf8_lossy(sql).to_lowercase();
    EFFECTS.iter().any(|effect| sql.contains(effect))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: u8, body: &[u8]) -> Message {
        let length = u32::try_from(body.len() + 4).unwrap();
        let mut bytes = vec![letter];
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(body);
        Message { bytes }
    }

    #[test]
    fn a_group_has_the_effect_of_what_it_binds() {
        let mut statements = Statements::default();
        assert_eq!(
            statements.note(&message(b'P', b"w\0with i as (x) INSERT INTO t\0")),
            None
        );
        assert_eq!(
            statements.note(&message(b'P', b"r\0select last_seq from t\0")),
            None
        );
        assert_eq!(statements.note(&message(b'S', b"")), Some(false));
        for (statement, effect) in [(&b"\0w\0"[..], true), (&b"\0r\0"[..], false)] {
            assert_eq!(statements.note(&message(b'B', statement)), None);
            assert_eq!(statements.note(&message(b'E', b"\0")), None);
            assert_eq!(statements.note(&message(b'S', b"")), Some(effect));
        }
        assert_eq!(statements.note(&message(b'Q', b"COMMIT\0")), Some(true));
        assert_eq!(statements.note(&message(b'Q', b"BEGIN\0")), Some(false));
    }

    #[tokio::test]
    async fn messages_are_read_one_by_one_and_written_as_they_were() {
        let (first, second) = (message(b'Q', b"select 1\0"), message(b'S', b""));
        let bytes = [first.bytes.clone(), second.bytes.clone()].concat();
        let mut from = &bytes[..];
        let mut to = Vec::new();
        while let Some(message) = Message::read(&mut from).await.unwrap() {
            message.write(&mut to).await.unwrap();
        }
        assert_eq!(to, bytes);
    }

    #[test]
    fn a_piece_is_replaced_in_place() {
        let mut changed = message(b'P', b"a\0where x = y and x = y\0");
        changed.replace("x = y", "true ");
        assert_eq!(changed.body(), b"a\0where true  and true \0");
    }
}
