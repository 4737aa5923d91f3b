//! What a server says of a push.

use super::pkt::{self, Line, Malformed};

/// So much of what a server says besides is kept, in characters.
const MAX_SAID: usize = 400;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Report {
    /// The ref is where it was to be.
    Done,
    /// The server could not use the pack.
    Unusable(String),
    /// The ref is as it was.
    Refused(String),
}

/// Reads the server's answer to a command for one ref: in the bands of `side-band-64k`, or plain.
pub(super) fn read(body: &[u8], name: &str) -> Result<Report, Malformed> {
    let (mut status, mut said) = (Vec::new(), String::new());
    let mut rest = body;
    let mut banded = true;
    while let Some(line) = pkt::next(&mut rest)? {
        match line {
            Line::Data([1, data @ ..]) => status.extend_from_slice(data),
            Line::Data([2 | 3, data @ ..]) => said.push_str(&String::from_utf8_lossy(data)),
            Line::Data(_) => banded = false,
            Line::Flush => {}
        }
    }
    let status = if banded { &status[..] } else { body };
    judge(status, name, &line_of(&said))
}

fn judge(mut status: &[u8], name: &str, said: &str) -> Result<Report, Malformed> {
    let with = |text: &str| match said {
        "" => text.to_owned(),
        said => format!("{text} ({said})"),
    };
    let mut report = None;
    while let Some(line) = pkt::next(&mut status)? {
        let Line::Data(data) = line else { break };
        let line = pkt::text(data);
        if let Some(unpacked) = line.strip_prefix("unpack ") {
            if unpacked != "ok" {
                return Ok(Report::Unusable(with(&line_of(unpacked))));
            }
        } else if line == format!("ok {name}") {
            report = Some(Report::Done);
        } else if let Some(why) = line.strip_prefix(&format!("ng {name}")) {
            report = Some(Report::Refused(with(&line_of(why))));
        }
    }
    report.ok_or(Malformed)
}

/// What others say, as a line of bounded length.
fn line_of(text: &str) -> String {
    let plain = text.replace(char::is_control, " ");
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "refs/heads/main";

    fn plain(lines: &[&str]) -> Vec<u8> {
        let mut body = Vec::new();
        for line in lines {
            pkt::write(&mut body, format!("{line}\n").as_bytes());
        }
        body.extend_from_slice(pkt::FLUSH);
        body
    }

    fn banded(lines: &[&str], said: &str) -> Vec<u8> {
        let mut body = Vec::new();
        pkt::write(&mut body, &[b"\x02", said.as_bytes()].concat());
        // The status may be cut anywhere.
        let status = plain(lines);
        let (one, other) = status.split_at(status.len() / 2);
        for part in [one, other] {
            pkt::write(&mut body, &[b"\x01", part].concat());
        }
        body.extend_from_slice(pkt::FLUSH);
        body
    }

    #[test]
    fn a_push_that_was_taken_is_done() {
        let lines = ["unpack ok", "ok refs/heads/main"];
        assert_eq!(read(&plain(&lines), MAIN), Ok(Report::Done));
        assert_eq!(read(&banded(&lines, "Resolving\r"), MAIN), Ok(Report::Done));
    }

    #[test]
    fn a_refusal_has_its_reason() {
        let lines = ["unpack ok", "ng refs/heads/main pre-receive hook declined"];
        let report = read(&banded(&lines, "GH013: a secret\x1b[31m\n"), MAIN).unwrap();
        let why = "pre-receive hook declined (GH013: a secret [31m)";
        assert_eq!(report, Report::Refused(why.to_owned()));
        let lines = [
            "unpack index-pack abnormal exit",
            "ng refs/heads/main unpacker error",
        ];
        let report = read(&plain(&lines), MAIN).unwrap();
        assert_eq!(
            report,
            Report::Unusable("index-pack abnormal exit".to_owned())
        );
    }

    #[test]
    fn no_answer_is_no_success() {
        for body in [
            plain(&["unpack ok"]),
            plain(&["unpack ok", "ok refs/heads/other"]),
            plain(&[]),
            b"<html>".to_vec(),
            Vec::new(),
        ] {
            assert_eq!(read(&body, MAIN), Err(Malformed));
        }
    }
}
