//! The queues that are compared.

/// What is measured in one environment, because it shares a backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    Leo,
    BullMq,
    Graphile,
    PgBoss,
}

/// One way to use a queue: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contender {
    /// Submitted by the call to the store that the API uses.
    Leo,
    /// Submitted over HTTP.
    LeoHttp,
    /// Redis keeps nothing.
    BullMq,
    /// Redis appends to a file and syncs it each second.
    BullMqAof,
    /// As it comes.
    Graphile,
    /// With its preset for throughput.
    GraphileLocalQueue,
    /// Fetches as many as there are slots.
    PgBoss,
    /// Fetches many.
    PgBossMany,
}

/// Jobs that [`Contender::PgBossMany`] fetches at once.
const FETCH_BATCH: &str = "500";

impl Maker {
    pub(super) const ALL: [Self; 4] = [Self::Leo, Self::BullMq, Self::Graphile, Self::PgBoss];

    /// The rows, in the order of the table.
    pub(super) fn contenders(self) -> &'static [Contender] {
        match self {
            Self::Leo => &[Contender::Leo, Contender::LeoHttp],
            Self::BullMq => &[Contender::BullMq, Contender::BullMqAof],
            Self::Graphile => &[Contender::Graphile, Contender::GraphileLocalQueue],
            Self::PgBoss => &[Contender::PgBoss, Contender::PgBossMany],
        }
    }

    /// The file of `bench/peers/queues`.
    pub(super) const fn module(self) -> &'static str {
        match self {
            Self::Leo => "",
            Self::BullMq => "bullmq",
            Self::Graphile => "graphile-worker",
            Self::PgBoss => "pg-boss",
        }
    }
}

impl Contender {
    /// For the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Leo => "leo",
            Self::LeoHttp => "leo, over HTTP",
            Self::BullMq => "bullmq 6.7, redis keeps nothing",
            Self::BullMqAof => "bullmq 6.7, AOF everysec",
            Self::Graphile => "graphile-worker 0.17",
            Self::GraphileLocalQueue => "graphile-worker 0.17, localQueue 500",
            Self::PgBoss => "pg-boss 10.4, fetches its slots",
            Self::PgBossMany => "pg-boss 10.4, fetches 500",
        }
    }

    /// What its process is told by its environment.
    pub(super) const fn environment(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::GraphileLocalQueue => Some(("LOCAL_QUEUE", "1")),
            Self::PgBossMany => Some(("FETCH_BATCH", FETCH_BATCH)),
            Self::Leo
            | Self::LeoHttp
            | Self::BullMq
            | Self::BullMqAof
            | Self::Graphile
            | Self::PgBoss => None,
        }
    }

    /// Whether it differs from the row before it in how its jobs are drained.
    pub(super) fn drains(self) -> bool {
        self != Self::LeoHttp
    }

    /// Whether its Redis writes what it is told to a file.
    pub(super) fn appends(self) -> bool {
        self == Self::BullMqAof
    }
}
