//! The one implementation of TLS that all connections of a process use.

/// Chooses it. Called first by every `main`; calling it again changes nothing.
pub fn init() {
    // An error means that one was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
