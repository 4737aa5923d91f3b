//! What the fuzz targets share, and the modules that they are aimed at.
//!
//! The modules are compiled from their sources in `model/`, rather than linked: `leo-model` also
//! speaks HTTP, and a fuzzer that builds a TLS library would take minutes.

#[path = "../../model/src/format/mod.rs"]
pub mod format;
#[path = "../../model/src/path.rs"]
pub mod path;
#[path = "../../model/src/chat/sse/mod.rs"]
mod sse;

mod events;
mod input;
mod pieces;

pub use events::{Read, read};
pub use input::Input;
pub use pieces::{check, collect};
