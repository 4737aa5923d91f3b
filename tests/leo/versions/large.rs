//! Large files and large trees cost the server no memory.

use leo_protocol::versions::{Diff, FileList};
use leo_tests::client::Answer;
use leo_tests::{Leo, Mode, procfs};
use reqwest::Method;
use serde_json::json;

use super::made;

/// How much an answer may add to what the server holds, in KiB.
const ROOM: u64 = 48 << 10;

#[tokio::test]
async fn a_range_of_a_large_file_takes_no_memory() {
    let mut leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let size = 500_u64 << 20;
    let job = made(
        &client,
        session,
        &format!("sparse big.bin {size}; write a.txt x"),
    )
    .await;
    client.file(job.id, "a.txt").await;
    let process = leo.api(0).pid();
    let before = procfs::peak_kib(process);
    let path = format!("/api/jobs/{}/files/big.bin", job.id);
    let range = format!("bytes={}-{}", size / 2, size / 2 + 99);
    let request = client.request(Method::GET, &path).header("range", range);
    assert_eq!(Answer::of(request).await.bytes(206), [0; 100]);
    let request = client
        .request(Method::GET, &path)
        .header("range", "bytes=1-200000000");
    let mut answer = request.send().await.unwrap();
    let mut length = 0;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, 200_000_000);
    let more = procfs::peak_kib(process) - before;
    assert!(more < ROOM, "{more} KiB more");
}

#[tokio::test]
async fn a_large_tree_is_listed() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let script = "write index.html x; executable index.html";
    let job = made(&client, session, script).await;
    let list = client.files(job.id).await;
    let page = &list.files[0];
    assert_eq!((page.path.as_str(), page.executable), ("index.html", true));
    assert_eq!(page.content_type, "text/html; charset=utf-8");

    // As many as a workspace may have; making them takes longer than listing.
    let file = |n| {
        json!({"path": format!("app/deep/folder/of/files/{n:05}.txt"), "offset": 0, "size": 1,
               "sha256": page.sha256})
    };
    let files: Vec<_> = (0..50_000).map(file).collect();
    let mut database = leo.database().connection().await;
    let many = sqlx::query("update artifacts set manifest = $1 where job_id = $2");
    let many = many.bind(json!({"format": 1, "files": files}));
    many.bind(job.id.uuid())
        .execute(&mut database)
        .await
        .unwrap();
    let list: FileList = client.files(job.id).await;
    assert_eq!(list.files.len(), 50_000);
    assert!(list.files.is_sorted_by(|a, b| a.path < b.path));
    assert!(!list.files[0].executable);
    let none: Diff = client
        .get(&format!("/api/jobs/{0}/diff?from={0}", job.id))
        .await
        .expect(200);
    assert!(none.changes.is_empty());
}
