//! The OpenAPI document as a program reads it that nobody of us wrote: schemathesis makes requests
//! of every kind from it, good ones and bad ones, and compares what comes back with what is said.

use std::process::{Command, Stdio};

use leo_tests::{Leo, Mode, config};

/// Its command line, however it was installed.
const PROGRAM: &str = "from schemathesis.cli import schemathesis; schemathesis()";
/// Takes an archive, which it cannot make.
const UPLOAD: &str = "/api/runner/{id}/upload";
/// Requests per operation and phase. More find more; these take a minute.
const EXAMPLES: &str = "25";
/// What is compared. Not `ignored_auth`, which reads the document's security as if one missing
/// credential were all that can be refused; that is what the table of routes is for.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method";

#[tokio::test]
async fn the_server_does_what_its_document_says() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .set("LEO_PUBLIC_URL", "https://leo.example")
        .set("RATE_LIMIT", "0")
        .start()
        .await;
    let operator = leo.operator("olga");
    let token = operator.token().expect("a token").to_owned();
    let base = leo.client().base().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(config::python())
            .args(["-c", PROGRAM, "run"])
            .arg(format!("{base}/api/openapi.json"))
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--checks", CHECKS, "--max-examples", EXAMPLES])
            .args(["--phases", "examples,coverage,fuzzing", "--seed", "4711"])
            .args(["--no-color", "--no-shrink"])
            .args(["--exclude-path", UPLOAD])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .output()
            .expect("run schemathesis")
    })
    .await
    .expect("wait for schemathesis");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
