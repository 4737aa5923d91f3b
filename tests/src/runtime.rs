//! Asynchronous work from destructors.

use std::panic::resume_unwind;
use std::thread;

/// Runs `work` on a thread and runtime of its own, and waits for it: a destructor can neither await
/// nor block the runtime that it happens to be on.
///
/// # Errors
/// What `work` has panicked with.
pub fn try_apart<T: Send>(work: impl AsyncFnOnce() -> T + Send) -> thread::Result<T> {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build().expect("make a runtime");
            runtime.block_on(work())
        });
        worker.join()
    })
}

/// As [`try_apart`], where nothing is to be done after a panic.
///
/// # Panics
/// Where `work` does.
pub fn run_apart<T: Send>(work: impl AsyncFnOnce() -> T + Send) -> T {
    try_apart(work).unwrap_or_else(|panic| resume_unwind(panic))
}
