//! The test of a provider.
