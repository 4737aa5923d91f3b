//! A feed under everything that may be heard; what its task would read is given by hand.

use super::*;
use leo_protocol::JobId;
use leo_protocol::batch::Place;
use uuid::Uuid;

fn session() -> SessionId {
    Uuid::nil().into()
}

fn batch(first: u64, last: u64) -> Batch {
    batch_of(None, first, last)
}

fn batch_of(job_id: Option<JobId>, first: u64, last: u64) -> Batch {
    let events = (first..=last).map(|seq| format!(r#"{{"type":"info","message":"{seq}"}}"#));
    Batch {
        place: Place {
            session_id: session(),
            job_id,
            first,
        },
        last,
        body: format!("[{}]", events.collect::<Vec<_>>().join(",\n")).into(),
    }
}

fn feed(head: u64) -> Feed {
    let feed = Feed::new(session(), Arc::default());
    feed.saw_head(head);
    feed
}

/// The events that a viewer at `next` would be given, when the window is over.
fn held(feed: &Feed, next: u64) -> Vec<u64> {
    end_window(feed);
    let burst = feed.burst(next);
    let events = burst.iter().flat_map(Piece::singles);
    events.map(|(seq, _)| seq).collect()
}

/// First and last event of each frame that there is.
fn frames(feed: &Feed) -> Vec<(u64, u64)> {
    let burst = feed.burst(1);
    let span = |piece: &Piece| (piece.singles().next().unwrap().0, piece.last());
    burst.iter().map(span).collect()
}

/// What the task does when the window is over.
fn end_window(feed: &Feed) {
    let mut state = lock(&feed.state);
    state.call_at = Instant::now();
    feed.call(&mut state);
}

fn all(seqs: std::ops::RangeInclusive<u64>) -> Vec<u64> {
    seqs.collect()
}

fn reads(feed: &Feed) -> Option<u64> {
    feed.hole()
}

/// What the task does when a read succeeds.
fn read(feed: &Feed, batch: &Batch) {
    feed.take(&mut lock(&feed.state), std::slice::from_ref(batch));
}

#[tokio::test]
async fn nothing_is_taken_before_the_head_is_known() {
    let feed = Feed::new(session(), Arc::default());
    let tip = feed.enter();
    feed.offer(&batch(1, 3));
    assert_eq!((*tip.borrow(), held(&feed, 1)), (Tip::Unknown, vec![]));
    feed.saw_head(0);
    assert_eq!(reads(&feed), Some(0), "what was heard is remembered");
}

#[tokio::test]
async fn what_follows_is_taken_as_it_is() {
    let feed = feed(0);
    for (first, last) in [(1, 2), (3, 3), (4, 9)] {
        feed.offer(&batch(first, last));
    }
    assert_eq!((held(&feed, 1), reads(&feed)), (all(1..=9), None));
}

#[tokio::test]
async fn doubles_are_dropped() {
    let feed = feed(0);
    for (first, last) in [(1, 2), (1, 2), (3, 4), (1, 2), (3, 4)] {
        feed.offer(&batch(first, last));
    }
    assert_eq!((held(&feed, 1), reads(&feed)), (all(1..=4), None));
}

#[tokio::test]
async fn nothing_is_delivered_past_a_hole() {
    let feed = feed(0);
    feed.offer(&batch(1, 2));
    feed.offer(&batch(5, 6));
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![1, 2], Some(2)));
    read(&feed, &batch(3, 4));
    assert_eq!((held(&feed, 1), reads(&feed)), (all(1..=4), Some(4)));
    // The lost batch comes late and the one after it is published once more.
    feed.offer(&batch(3, 4));
    feed.offer(&batch(5, 6));
    assert_eq!((held(&feed, 1), reads(&feed)), (all(1..=6), None));
}

#[tokio::test]
async fn a_lost_last_batch_is_found_by_the_check() {
    let feed = feed(0);
    feed.offer(&batch(1, 2));
    feed.saw_head(2);
    assert_eq!(reads(&feed), None);
    feed.saw_head(7);
    assert_eq!(reads(&feed), Some(2));
}

#[tokio::test]
async fn nonsense_is_not_taken() {
    let feed = feed(0);
    let mut backwards = batch(1, 1);
    backwards.last = 0;
    feed.offer(&backwards);
    feed.offer(&batch(0, 1));
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![], None));
}

#[tokio::test]
async fn a_feed_begins_with_the_tail() {
    let feed = feed(1000);
    assert_eq!(reads(&feed), Some(1000 - TAIL));
    read(&feed, &batch(700, 800));
    read(&feed, &batch(801, 1000));
    assert_eq!((held(&feed, 790), reads(&feed)), (all(790..=1000), None));
}

#[tokio::test]
async fn a_feed_goes_on_behind_what_cannot_be_read() {
    let feed = feed(1000);
    let tip = feed.enter();
    read(&feed, &batch(700, 800));
    feed.skip();
    assert_eq!((held(&feed, 790), reads(&feed)), (vec![], None));
    let over = lock(&feed.state).call_at;
    tokio::time::sleep_until(over).await;
    feed.offer(&batch(1001, 1002));
    assert_eq!((held(&feed, 1001), reads(&feed)), (vec![1001, 1002], None));
    assert_eq!(*tip.borrow(), Tip::At(1002), "viewers ask, and are told");
}

#[tokio::test]
async fn what_comes_to_a_quiet_feed_is_sealed_and_told_at_once() {
    let feed = feed(0);
    let tip = feed.enter();
    end_window(&feed);
    lock(&feed.state).call_at = Instant::now();
    feed.offer(&batch(1, 3));
    assert_eq!((*tip.borrow(), frames(&feed)), (Tip::At(3), vec![(1, 3)]));
    assert_eq!(feed.window_end(), None);
}

#[tokio::test]
async fn what_comes_within_the_window_is_sealed_together_at_its_end() {
    let feed = feed(0);
    let mut tip = feed.enter();
    let end = Instant::now() + Duration::from_secs(3600);
    lock(&feed.state).call_at = end;
    for (first, last) in [(1, 1), (2, 2), (3, 7)] {
        feed.offer(&batch(first, last));
    }
    tip.mark_unchanged();
    assert_eq!((frames(&feed), feed.window_end()), (vec![], Some(end)));
    end_window(&feed);
    assert_eq!((*tip.borrow(), frames(&feed)), (Tip::At(7), vec![(1, 7)]));
    assert_eq!(feed.window_end(), None);
}

#[tokio::test]
async fn the_window_ends_by_itself_even_while_a_hole_is_read() {
    let feed = feed(0);
    let mut tip = feed.enter();
    feed.offer(&batch(1, 1));
    feed.offer(&batch(2, 2));
    feed.offer(&batch(9, 9));
    let reached = tip.wait_for(|tip| *tip == Tip::At(2));
    tokio::select! {
        reached = tokio::time::timeout(Duration::from_secs(30), reached) => drop(reached.unwrap()),
        () = feed.end_windows() => panic!("the feed is not closed"),
    }
    assert_eq!(reads(&feed), Some(2));
}

#[tokio::test]
async fn jobs_are_sealed_apart_and_a_hole_ends_a_frame() {
    let feed = feed(0);
    lock(&feed.state).call_at = Instant::now() + Duration::from_secs(3600);
    let [one, other] = [Some(JobId::generate()), Some(JobId::generate())];
    for (job, first, last) in [
        (one, 1, 2),
        (one, 3, 3),
        (other, 4, 5),
        (None, 6, 6),
        (one, 7, 7),
    ] {
        feed.offer(&batch_of(job, first, last));
    }
    feed.offer(&batch_of(one, 9, 9));
    end_window(&feed);
    let jobs = [(1, 3), (4, 5), (6, 6), (7, 7)];
    assert_eq!(frames(&feed), jobs);
    lock(&feed.state).call_at = Instant::now() + Duration::from_secs(3600);
    read(&feed, &batch_of(one, 8, 8));
    feed.offer(&batch_of(one, 9, 9));
    end_window(&feed);
    assert_eq!(frames(&feed), [&jobs[..], &[(8, 9)]].concat());
}

#[tokio::test]
async fn a_late_publish_during_a_read_doubles_nothing() {
    let feed = feed(0);
    feed.offer(&batch(4, 9));
    feed.offer(&batch(1, 3));
    // The read began behind 0 and brings one archived piece that nobody published like that.
    read(&feed, &batch(1, 9));
    assert_eq!((held(&feed, 1), reads(&feed)), (all(1..=9), None));
}

#[tokio::test]
async fn the_window_grows_with_the_viewers() {
    let windows = [0, 1, 1000, 5000, 1_000_000].map(|viewers| window(viewers).as_millis());
    assert_eq!(windows, [10, 10, 10, 50, 100]);
}

#[tokio::test]
async fn a_feed_with_viewers_is_not_closed() {
    let feed = feed(0);
    let tip = feed.enter();
    assert!(!feed.close_if_idle(Duration::ZERO));
    feed.leave();
    drop(tip);
    assert!(!feed.close_if_idle(Duration::from_secs(60)), "it lingers");
    assert!(feed.close_if_idle(Duration::ZERO));
    feed.end_windows().await;
}
