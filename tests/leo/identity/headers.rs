//! What browsers are told about answers, whatever generated code has written into them.

use leo_tests::client::Answer;
use leo_tests::{Leo, Mode};

fn header(answer: &Answer, name: &str) -> String {
    let value = answer.headers.get(name);
    let value = value.unwrap_or_else(|| panic!("no {name} in {answer:?}"));
    value.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn generated_files_run_nowhere_and_api_answers_are_no_pages() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let script = "write page.html <script>alert(1)</script>; write a.svg <svg/>; write a.txt x";
    let job = client.submit(script).await;
    client.ended(job.id).await;
    let file = |name: &str| format!("/api/jobs/{}/files/{name}", job.id);
    for (path, disposition) in [
        (file("page.html"), Some("attachment")),
        (file("a.svg"), Some("attachment")),
        (file("a.txt"), Some("inline")),
        (format!("/api/jobs/{}/download", job.id), Some("attachment")),
        (format!("/api/jobs/{}/log", job.id), None),
        (format!("/api/jobs/{}", job.id), None),
        ("/api/jobs/none".to_owned(), None),
        ("/api/openapi.json".to_owned(), None),
    ] {
        let answer = client.get(&path).await;
        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(
            path.contains("/files/"),
            policy.contains("sandbox"),
            "{path}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(header(&answer, name), value, "{path}");
        }
        if let Some(expected) = disposition {
            let found = header(&answer, "content-disposition");
            assert!(found.starts_with(expected), "{path}: {found}");
        }
    }
}
