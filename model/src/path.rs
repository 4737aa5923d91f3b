//! Paths below an app's folder.
