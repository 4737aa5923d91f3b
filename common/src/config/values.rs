//! Values with a unit, as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time: `90`, `90s`, `10m`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(Duration);

impl Span {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a time like 90s, 10m or 1h".to_owned();
        let time = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => humantime::parse_duration(text).map_err(|_| wrong())?,
        };
        if time.is_zero() {
            Err("expected more than no time".to_owned())
        } else {
            Ok(Self(time))
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// A size: `65536`, `64KiB`, `512MiB`, `2GiB`; decimal units (`kB`, `MB`, `GB`) work too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(u64);

impl Bytes {
    /// Bytes.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Bytes, where memory is meant.
    #[must_use]
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl From<u64> for Bytes {
    fn from(bytes: u64) -> Self {
        Self(bytes)
    }
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a size like 65536, 64KiB or 2GiB".to_owned();
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
        let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kib" => 1 << 10,
            "m" | "mib" => 1 << 20,
            "g" | "gib" => 1 << 30,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            _ => return Err(wrong()),
        };
        number
            .checked_mul(unit)
            .filter(|bytes| *bytes > 0)
            .map(Self)
            .ok_or_else(wrong)
    }
}

/// In the largest unit that it reaches, with one decimal where it is no whole number of them.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| self.0 >= *unit) else {
            return write!(f, "{} bytes", self.0);
        };
        let (whole, tenths) = (self.0 / unit, self.0 % unit * 10 / unit);
        match tenths {
            0 => write!(f, "{whole} {name}"),
            _ => write!(f, "{whole}.{tenths} {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_written() {
        assert_eq!("30".parse::<Span>().unwrap().get(), Duration::from_secs(30));
        assert_eq!(
            "1h".parse::<Span>().unwrap().get(),
            Duration::from_secs(3600)
        );
        assert!("0".parse::<Span>().is_err() && "soon".parse::<Span>().is_err());
    }

    #[test]
    fn sizes_are_read_as_written() {
        assert_eq!("64KiB".parse::<Bytes>().unwrap().get(), 65_536);
        assert_eq!("2 GiB".parse::<Bytes>().unwrap().get(), 2 << 30);
        assert_eq!("10MB".parse::<Bytes>().unwrap().get(), 10_000_000);
        for wrong in ["", "x", "-1", "1TBx", "0", "99999999999GiB"] {
            assert!(wrong.parse::<Bytes>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_in_units_of_people() {
        let shown = |text: &str| text.parse::<Bytes>().unwrap().to_string();
        assert_eq!(shown("512MiB"), "512 MiB");
        assert_eq!(shown("1536MiB"), "1.5 GiB");
        assert_eq!(shown("200KiB"), "200 KiB");
        assert_eq!(shown("2000000"), "1.9 MiB");
        assert_eq!(shown("12"), "12 bytes");
    }
}
