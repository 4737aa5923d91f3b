//! `leo-bench format`: how fast files are read out of answers, beside what reading lines takes at all.
//!
//! One answer, some MiB of source files between prose, is read again and again by three readers in
//! turn, in chunks of the size of tokens and in chunks of 4 KiB. The benchmark fails when a file does not come
//! out byte for byte. It needs no server.

mod answer;
mod readers;

use std::time::{Duration, Instant};

use anyhow::ensure;

use self::answer::{Answer, cut};
use self::readers::{READERS, Reader};
use crate::table::{Table, percentile, ratio, short};

/// Chunks as a model's tokens, in bytes: four to eight in turn.
const TOKENS: &[usize] = &[4, 5, 6, 7, 8];
/// Chunks as a buffer brings them, in bytes.
const BUFFERS: &[usize] = &[4096];

/// Files out of answers.
#[derive(Debug, clap::Args)]
pub(crate) struct FormatArgs {
    /// How often each reader reads the answer
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// The length of the answer, in MiB
    #[arg(long, default_value_t = 4)]
    mib: usize,
}

/// Measures and prints the table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) fn run(args: &FormatArgs) -> anyhow::Result<()> {
    let answer = Answer::of(args.mib << 20);
    let mut table = Table::new(
        2,
        &[
            "chunks",
            "reader",
            "MB/s",
            "time a chunk",
            "of the floor's time",
        ],
    );
    for (words, sizes) in [("4 to 8 bytes", TOKENS), ("4 KiB", BUFFERS)] {
        let chunks = cut(&answer.text, sizes);
        let times = measure(&answer, &chunks, args.rounds)?;
        let floor = times.first().map(Duration::as_secs_f64);
        for (reader, time) in READERS.iter().zip(&times) {
            let seconds = time.as_secs_f64();
            table.row(vec![
                words.into(),
                reader.name.into(),
                short(megabytes(answer.text.len()) / seconds),
                format!("{} ns", short(seconds * 1e9 / count(chunks.len()))),
                ratio(seconds, floor),
            ]);
        }
    }
    println!("{}", table.render());
    Ok(())
}

/// The median time of each reader for the whole answer. They take turns, so that what else the
/// machine does falls on all of them.
fn measure(answer: &Answer, chunks: &[&str], rounds: usize) -> anyhow::Result<Vec<Duration>> {
    let mut times = vec![Vec::with_capacity(rounds); READERS.len()];
    for _ in 0..rounds.max(1) {
        for (reader, times) in READERS.iter().zip(&mut times) {
            times.push(timed(reader, answer, chunks)?);
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        Duration::from_secs_f64(percentile(times, 50))
    };
    Ok(times.iter_mut().map(median).collect())
}

fn timed(reader: &Reader, answer: &Answer, chunks: &[&str]) -> anyhow::Result<f64> {
    let began = Instant::now();
    let found = (reader.read)(chunks, &answer.marker);
    let took = began.elapsed();
    let expected = (reader.expects)(answer);
    ensure!(
        found == expected,
        "{} has found {found}, not {expected}",
        reader.name
    );
    Ok(took.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "small numbers, and only shown")]
fn count(number: usize) -> f64 {
    number as f64
}

fn megabytes(bytes: usize) -> f64 {
    count(bytes) / 1e6
}
