//! The lines of git's wire format: four hex digits say how long each is, themselves included.

/// Ends a list.
pub(super) const FLUSH: &[u8] = b"0000";
/// The digits of a length.
const HEAD: usize = 4;
/// The longest line that the format has, in bytes.
const MAX_LINE: usize = 65_520;

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// With these bytes.
    Data(&'a [u8]),
    /// The end of a list.
    Flush,
}

/// What arrived is not in the format, or ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read what git sent")]
pub(super) struct Malformed;

/// Writes a line; a text of ours is never too long for one.
pub(super) fn write(out: &mut Vec<u8>, data: &[u8]) {
    let data = &data[..data.len().min(MAX_LINE - HEAD)];
    out.extend_from_slice(format!("{:04x}", data.len() + HEAD).as_bytes());
    out.extend_from_slice(data);
}

/// Takes the next line; `None` at the end.
pub(super) fn next<'a>(rest: &mut &'a [u8]) -> Result<Option<Line<'a>>, Malformed> {
    if rest.is_empty() {
        return Ok(None);
    }
    let (head, behind) = rest.split_at_checked(HEAD).ok_or(Malformed)?;
    let digits = head.iter().all(u8::is_ascii_hexdigit);
    let head = std::str::from_utf8(head).ok().filter(|_| digits);
    let length = usize::from_str_radix(head.ok_or(Malformed)?, 16).map_err(|_| Malformed)?;
    if length == 0 {
        *rest = behind;
        return Ok(Some(Line::Flush));
    }
    let data = length.checked_sub(HEAD).ok_or(Malformed)?;
    let (data, behind) = behind.split_at_checked(data).ok_or(Malformed)?;
    *rest = behind;
    Ok(Some(Line::Data(data)))
}

/// A line as text, without its line break.
pub(super) fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut out = Vec::new();
        write(&mut out, b"a line\n");
        out.extend_from_slice(FLUSH);
        write(&mut out, b"");
        assert_eq!(out, b"000ba line\n00000004");
        let mut rest = &out[..];
        assert_eq!(next(&mut rest), Ok(Some(Line::Data(b"a line\n"))));
        assert_eq!(next(&mut rest), Ok(Some(Line::Flush)));
        assert_eq!(next(&mut rest), Ok(Some(Line::Data(b""))));
        assert_eq!(next(&mut rest), Ok(None));
    }

    #[test]
    fn anything_else_is_noticed() {
        for wrong in [
            &b"00"[..],
            b"000bshort",
            b"0003",
            b"+00a123456",
            b"<htm",
            b"\xff\xff\xff\xff",
        ] {
            assert_eq!(next(&mut &wrong[..]), Err(Malformed), "{wrong:?}");
        }
    }
}
