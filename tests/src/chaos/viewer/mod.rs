//! Those who watch: at every door, with every habit.
//!
//! A viewer believes the server: it goes on behind the last event that came, whatever was before
//! it, and writes down what it gets. Whether that was right is judged afterwards.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::jobs::{self, Stage};

mod pages;
pub(crate) mod record;
mod socket;
mod sse;
mod ws;

use record::Record;
use socket::Socket;

/// A server from which nothing comes for so long is dead; a quiet stream is kept alive more often.
const SILENCE: Duration = Duration::from_secs(45);
/// The pause before a connection is made again, in milliseconds.
const BACKOFF: std::ops::RangeInclusive<u64> = 50..=500;
/// How long a restless viewer stays, in milliseconds.
const STAY: std::ops::RangeInclusive<u64> = 100..=4000;
/// How many bytes a second a slow viewer reads.
const SLOW: std::ops::RangeInclusive<u32> = 2000..=6000;
/// How long a viewer that has everything goes on listening: nothing more must come.
const AFTERWARDS: Duration = Duration::from_millis(500);
/// How often a viewer looks whether it has everything.
const LOOK: Duration = Duration::from_millis(50);

/// How events are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Ws,
    Batches,
    Sse,
    Pages,
}

/// How a viewer behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Stays as long as it is let.
    Steady,
    /// Leaves at random and comes back to the same replica.
    Reconnecting,
    /// Leaves at random and comes back to another replica.
    Hopping,
}

/// What a viewer wants to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// All, from the beginning on.
    First,
    /// All, but comes late.
    Late,
    /// What follows a place in the middle of what is there when it comes.
    Middle,
    /// What comes after it has come.
    Head,
}

/// One who watches a session.
#[derive(Debug)]
pub(crate) struct Viewer {
    number: usize,
    door: Door,
    habit: Habit,
    beginning: Beginning,
    /// Bytes a second; `None` for a fast one.
    rate: Option<u32>,
    stage: Stage,
    addresses: Vec<SocketAddr>,
    record: Mutex<Record>,
}

/// What all viewers are told.
#[derive(Debug, Clone)]
pub(crate) struct Signals {
    /// The place of the last event of the viewer's session, once it is known.
    pub(crate) target: watch::Receiver<Option<u64>>,
    /// Set when slow viewers are to read as fast as they can.
    pub(crate) hurry: Arc<AtomicBool>,
}

impl Viewer {
    /// The viewer with this number: the kinds take turns.
    pub(crate) fn draw(
        number: usize,
        rng: &mut StdRng,
        stage: Stage,
        addresses: Vec<SocketAddr>,
    ) -> Self {
        let door = [Door::Ws, Door::Batches, Door::Sse, Door::Pages][number % 4];
        let habit = [Habit::Steady, Habit::Reconnecting, Habit::Hopping][(number / 4) % 3];
        let beginning = match (number / 2) % 8 {
            3 => Beginning::Late,
            5 => Beginning::Middle,
            // Only there can one join without a place.
            7 if matches!(door, Door::Ws | Door::Batches) => Beginning::Head,
            _ => Beginning::First,
        };
        let slow = door != Door::Pages && number % 5 == 4;
        let rate = slow.then(|| rng.random_range(SLOW));
        let after = (!matches!(beginning, Beginning::Middle | Beginning::Head)).then_some(0);
        let record = Mutex::new(Record {
            after,
            ..Record::default()
        });
        Self {
            number,
            door,
            habit,
            beginning,
            rate,
            stage,
            addresses,
            record,
        }
    }

    /// What it has received so far.
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether events come to it as fast as the server can send them, from the first one on.
    pub(crate) fn is_prompt(&self) -> bool {
        self.rate.is_none()
            && self.door != Door::Pages
            && self.habit == Habit::Steady
            && self.beginning == Beginning::First
    }

    /// Whether it has everything up to `target`.
    pub(crate) fn has(&self, target: u64) -> bool {
        self.record()
            .cursor()
            .is_some_and(|cursor| cursor >= target)
    }

    /// Watches until everything up to the target has come.
    pub(crate) async fn watch(&self, seed: u64, length: Duration, signals: Signals) {
        let mut rng = StdRng::seed_from_u64(seed ^ (self.number as u64 + 1));
        let http = jobs::client();
        if matches!(
            self.beginning,
            Beginning::Late | Beginning::Middle | Beginning::Head
        ) {
            sleep(length.mul_f64(rng.random_range(0.1..0.8))).await;
        }
        tokio::select! {
            () = self.come_and_go(&mut rng, &http, &signals) => {}
            () = self.complete(&signals) => {}
        }
    }

    /// Comes when the viewer has everything, and has listened for a while longer.
    async fn complete(&self, signals: &Signals) {
        loop {
            let target = *signals.target.borrow();
            if target.is_some_and(|target| self.has(target)) {
                return sleep(AFTERWARDS).await;
            }
            sleep(LOOK).await;
        }
    }

    async fn come_and_go(&self, rng: &mut StdRng, http: &reqwest::Client, signals: &Signals) {
        let mut replica = self.number;
        loop {
            let address = self.addresses[replica % self.addresses.len()];
            let end = match self.habit {
                // In the end everybody stays, or a slow one would never get to the head.
                _ if signals.hurry.load(Ordering::Relaxed) => None,
                Habit::Steady => None,
                Habit::Reconnecting | Habit::Hopping => Some(rng.random_range(STAY)),
            };
            let end = end.map(|stay| Instant::now() + Duration::from_millis(stay));
            let left = tokio::select! {
                done = self.follow(rng, http, address, signals) => {
                    self.record().trouble = done.err().map(|error| format!("{error:#}")).unwrap_or_default();
                    false
                }
                () = until(end) => true,
            };
            // Whoever was not served goes elsewhere too.
            if self.habit == Habit::Hopping || !left {
                replica = rng.random_range(0..self.addresses.len());
            }
            sleep(Duration::from_millis(rng.random_range(BACKOFF))).await;
        }
    }

    /// Follows the session at one replica, until the connection ends.
    async fn follow(
        &self,
        rng: &mut StdRng,
        http: &reqwest::Client,
        address: SocketAddr,
        signals: &Signals,
    ) -> Result<()> {
        let base = format!("http://{address}");
        if self.beginning == Beginning::Middle && self.record().after.is_none() {
            let head = pages::head(self, http, &base).await?;
            self.record().after = Some(rng.random_range(0..=head));
        }
        if self.door == Door::Pages {
            self.record().connections += 1;
            return pages::follow(self, http, &base).await;
        }
        let socket = Socket::connect(address, self.rate, &signals.hurry).await?;
        self.record().connections += 1;
        match self.door {
            Door::Ws => ws::follow(self, socket, false).await,
            Door::Batches => ws::follow(self, socket, true).await,
            Door::Sse | Door::Pages => sse::follow(self, socket).await,
        }
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => sleep_until(end).await,
        None => std::future::pending().await,
    }
}

impl fmt::Display for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pace = if self.rate.is_some() { "slow" } else { "fast" };
        let words = format!(
            "{:?} {:?} {:?} {pace}",
            self.door, self.habit, self.beginning
        );
        write!(f, "{} #{}", words.to_lowercase(), self.number)
    }
}
