//! How containers end, as the place where they run tells it.

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunExit {
    /// The generator ended by itself or by a signal (128 + its number).
    Exited {
        /// The exit code.
        code: i64,
        /// The engine reports that the memory limit was hit.
        out_of_memory: bool,
        /// There is evidence that it was not the generator that ended itself.
        loss: Option<Loss>,
    },
    /// The container is gone or its end cannot be told: the host's fault, not the generator's.
    Lost,
    /// The same, where the place tells what has become of it.
    Failed {
        /// What that means.
        what: RunFailure,
        /// A sentence for the user, without its stop.
        why: String,
    },
}

/// What has become of a container that has no exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunFailure {
    /// It has never run; another attempt may.
    NotStarted,
    /// It has never run, and no other attempt will, because its image cannot be had.
    ImageMissing,
    /// It was taken away.
    Lost,
}

/// What, other than itself, has ended a container. The caller knows whether it was the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The engine, or its host, went down or came up again.
    EngineRestart,
    /// Somebody sent it a signal through the engine.
    Signal,
    /// It ran on Spot capacity, which was taken back.
    Spot,
    /// The machine that it ran on was taken out of service.
    Machine,
}
