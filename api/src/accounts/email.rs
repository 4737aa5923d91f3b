//! Addresses, as accounts are known by them. Whether an address receives anything is not known: Leo
//! sends no mail.

use crate::error::ApiError;

/// The longest address that mail can be sent to, in bytes.
const MAX: usize = 254;
/// What an address may not hold beside space and control characters.
const UNFIT: [char; 9] = ['"', '<', '>', '(', ')', ',', ';', ':', '\\'];

/// An address, without space around it and in lower case.
///
/// # Errors
/// When it is none.
pub(super) fn normal(given: &str) -> Result<String, ApiError> {
    let email = given.trim().to_lowercase();
    let unfit =
        |letter: char| letter.is_whitespace() || letter.is_control() || UNFIT.contains(&letter);
    let halves = email.split_once('@');
    let fit = halves.is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !email.contains(unfit)
    });
    match fit && email.len() <= MAX {
        true => Ok(email),
        false => {
            let message =
                format!("must be an address like ada@example.org, at most {MAX} bytes long");
            Err(ApiError::invalid("email", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_space_do_not_count() {
        assert_eq!(normal(" Ada@Example.ORG\n").unwrap(), "ada@example.org");
        assert_eq!(normal("ada+leo@localhost").unwrap(), "ada+leo@localhost");
        assert_eq!(
            normal("jürgen@straße.example").unwrap(),
            "jürgen@straße.example"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(243));
        for wrong in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.org",
            "a@b@c",
            "a b@c",
            "a\0@c",
            "<a@c>",
            &long,
        ] {
            assert!(normal(wrong).is_err(), "{wrong:?}");
        }
        assert!(normal(&long[1..]).is_ok());
    }
}
