//! A feed under everything that may be heard; what its task would read is given by hand.

use super::*;
use leo_protocol::batch::Place;

fn batch(first: u64, last: u64) -> Batch {
    let events = (first..=last).map(|seq| format!(r#"{{"type":"info","message":"{seq}"}}"#));
    Batch {
        place: Place {
            session_id: SessionId::generate(),
            job_id: None,
            first,
        },
        last,
        body: format!("[{}]", events.collect::<Vec<_>>().join(",\n")).into(),
    }
}

fn feed(head: u64) -> Feed {
    let feed = Feed::new(SessionId::generate(), Arc::default());
    feed.saw_head(head);
    feed
}

fn held(feed: &Feed, next: u64) -> Vec<u64> {
    feed.burst(next).iter().map(Piece::last).collect()
}

fn reads(feed: &Feed) -> Option<u64> {
    match feed.chore() {
        Chore::Read { after } => Some(after),
        Chore::Call { .. } | Chore::Wait | Chore::End => None,
    }
}

/// What the task does when a read succeeds.
fn read(feed: &Feed, batch: &Batch) {
    feed.take(&mut lock(&feed.state), Frame::seal(batch));
}

#[tokio::test]
async fn nothing_is_taken_before_the_head_is_known() {
    let feed = Feed::new(SessionId::generate(), Arc::default());
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
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![2, 3, 9], None));
}

#[tokio::test]
async fn doubles_are_dropped() {
    let feed = feed(0);
    for (first, last) in [(1, 2), (1, 2), (3, 4), (1, 2), (3, 4)] {
        feed.offer(&batch(first, last));
    }
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![2, 4], None));
}

#[tokio::test]
async fn nothing_is_delivered_past_a_hole() {
    let feed = feed(0);
    feed.offer(&batch(1, 2));
    feed.offer(&batch(5, 6));
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![2], Some(2)));
    read(&feed, &batch(3, 4));
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![2, 4], Some(4)));
    // The lost batch comes late and the one after it is published once more.
    feed.offer(&batch(3, 4));
    feed.offer(&batch(5, 6));
    assert_eq!((held(&feed, 1), reads(&feed)), (vec![2, 4, 6], None));
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
    assert_eq!((held(&feed, 790), reads(&feed)), (vec![800, 1000], None));
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
    assert_eq!((held(&feed, 1001), reads(&feed)), (vec![1002], None));
    assert_eq!(*tip.borrow(), Tip::At(1002), "viewers ask, and are told");
}

#[tokio::test]
async fn viewers_are_called_at_once_and_then_once_per_window() {
    let feed = feed(0);
    let mut tip = feed.enter();
    let over = lock(&feed.state).call_at;
    tokio::time::sleep_until(over).await;
    feed.offer(&batch(1, 1));
    assert_eq!(*tip.borrow_and_update(), Tip::At(1));
    feed.offer(&batch(2, 2));
    feed.offer(&batch(3, 3));
    assert!(!tip.has_changed().unwrap());
    assert!(matches!(feed.chore(), Chore::Call { .. }));
    assert_eq!(window(10), MIN_WINDOW);
    assert_eq!(window(5000), Duration::from_millis(50));
    assert_eq!(window(1_000_000), MAX_WINDOW);
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
    assert!(matches!(feed.chore(), Chore::End));
}
