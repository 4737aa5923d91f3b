//! Whom the client trusts: the roots of Mozilla, which it brings along because the generator's
//! image has no certificates, and those of the machine, where a company may have put its own.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::ModelError;

/// TLS as everywhere in Leo, by rustls and ring, whatever the process has chosen as its default.
pub(super) fn config() -> Result<ClientConfig, ModelError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    // A machine without any, or with some that cannot be read, is not a reason to fail.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| ModelError::Setup {
        why: format!("TLS cannot be set up: {error}"),
    })?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_brought_along() {
        assert!(webpki_roots::TLS_SERVER_ROOTS.len() > 100);
        let config = config().unwrap();
        assert!(!config.crypto_provider().cipher_suites.is_empty());
    }
}
