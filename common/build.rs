//! The migrations are part of this crate: it is built anew when one comes, goes or changes.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
