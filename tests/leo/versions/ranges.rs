//! Parts of a file, byte by byte.

use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode};
use reqwest::Method;

use super::made;

/// More than two blocks of a pack.
const SIZE: usize = 2_500_001;

fn pattern() -> Vec<u8> {
    (0..SIZE)
        .map(|n| u8::try_from(n * 31 / 7 % 251).unwrap())
        .collect()
}

async fn asked(client: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = client.request(Method::GET, path);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    Answer::of(request).await
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_range_is_exactly_the_bytes_asked_for() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let script = format!("pattern big.mp4 {SIZE}; write small.txt 0123456789; write none.txt ");
    let job = made(&client, session, &script).await;
    let bytes = pattern();
    let big = format!("/api/jobs/{}/files/big.mp4", job.id);
    let block = 1 << 20;
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=0-1048576".to_owned(), 0, block + 1),
        (
            format!("bytes={}-{}", block - 1, block),
            block - 1,
            block + 1,
        ),
        ("bytes=1048576-2097151".to_owned(), block, 2 * block),
        ("bytes=2097152-".to_owned(), 2 * block, SIZE),
        ("bytes=-7".to_owned(), SIZE - 7, SIZE),
        ("bytes=5-99999999999".to_owned(), 5, SIZE),
    ] {
        let answer = asked(&client, &big, &[("range", &range)]).await;
        assert!(answer.bytes(206) == bytes[from..to], "{range}");
        let place = format!("bytes {from}-{}/{SIZE}", to - 1);
        assert_eq!(header(&answer, "content-range"), place);
        assert_eq!(header(&answer, "content-type"), "video/mp4");
        assert!(header(&answer, "content-security-policy").starts_with("sandbox"));
    }
    let small = format!("/api/jobs/{}/files/small.txt", job.id);
    let answer = asked(&client, &small, &[("range", "bytes=2-4")]).await;
    assert_eq!(answer.bytes(206), b"234");
    for path in [&small, &format!("/api/jobs/{}/files/none.txt", job.id)] {
        let answer = asked(&client, path, &[("range", "bytes=10-")]).await;
        let size = if path == &small { 10 } else { 0 };
        assert_eq!(answer.problem().code, "range_not_satisfiable");
        assert_eq!(
            (answer.status, header(&answer, "content-range")),
            (416, &*format!("bytes */{size}"))
        );
    }
}

#[tokio::test]
async fn what_is_no_single_range_gets_the_whole() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let job = made(&client, session, "write a.txt 0123456789").await;
    let path = format!("/api/jobs/{}/files/a.txt", job.id);
    let whole = asked(&client, &path, &[]).await;
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    let tag = header(&whole, "etag").to_owned();
    for range in ["bytes=0-1,3-4", "lines=0-1", "bytes=4-2", "bytes=x"] {
        let answer = asked(&client, &path, &[("range", range)]).await;
        assert_eq!(answer.bytes(200), b"0123456789", "{range}");
    }
    let range = ("range", "bytes=0-1");
    let same = asked(&client, &path, &[range, ("if-range", &tag)]).await;
    assert_eq!(same.bytes(206), b"01");
    let other = asked(&client, &path, &[range, ("if-range", "\"other\"")]).await;
    assert_eq!(other.bytes(200), b"0123456789");
    let known = asked(&client, &path, &[range, ("if-none-match", &tag)]).await;
    assert_eq!(known.status, 304);
    let head = client
        .request(Method::HEAD, &path)
        .header("range", "bytes=0-1");
    let head = Answer::of(head).await;
    assert_eq!((head.status, header(&head, "content-length")), (200, "10"));
    assert_eq!(
        (header(&head, "accept-ranges"), head.body.len()),
        ("bytes", 0)
    );
}

#[tokio::test]
async fn a_changed_byte_is_not_passed_on() {
    let leo = Leo::in_mode(Mode::Process).complains().start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let job = made(&client, session, &format!("pattern big.bin {SIZE}")).await;
    let folder = leo
        .artifacts()
        .join(format!("sessions/{session}/{}", job.id));
    let pack = std::fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = std::fs::read(&pack).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&pack, bytes).unwrap();
    let path = format!("/api/jobs/{}/files/big.bin", job.id);
    let good = asked(&client, &path, &[("range", "bytes=0-9")]).await;
    assert_eq!(good.bytes(206), pattern()[..10]);
    for range in ["bytes=-1", "bytes=2097152-2097153", "bytes=0-"] {
        let request = client.request(Method::GET, &path).header("range", range);
        let broken = match request.send().await {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "{range}");
    }
}
