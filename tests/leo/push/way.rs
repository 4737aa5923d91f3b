//! The way of a result to GitHub, and on.

use leo_protocol::JobStatus;
use leo_tests::github::{Hub, LOGIN, git};

use super::*;

#[tokio::test]
async fn a_result_is_pushed_and_cloned_back() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).demo().start().await;
    let client = leo.client();
    let session = session(&client, "A pond diary, für frogs!").await;
    let job = generated(&client, session, "A pond diary for frogs").await;
    assert_eq!(job.status, JobStatus::Completed);
    let name = "a-pond-diary-f-r-frogs";
    let url = hub.page(LOGIN, name);
    assert_eq!(job.github_url.as_deref(), Some(&*url));
    assert_eq!(url_at_the_end(&client, &job).await, Some(url));
    let (_folder, files) = cloned(&hub, name, "main").await;
    assert_eq!(files, client.zip(job.id).await);
    for file in client.files(job.id).await.files {
        assert_eq!(client.file(job.id, &file.path).await, files[&file.path]);
    }
    let transcript = client.events(session, 500).await;
    let designed = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::PhaseDesigned { phase }) => Some(phase.name.clone()),
            _ => None,
        });
    assert_eq!(titles(&hub, name, "main"), designed.collect::<Vec<_>>());
    assert!(published(&client, session).await.is_empty());
    assert_sound(&hub, name);
    leo.cleared().await;
}

#[tokio::test]
async fn each_phase_is_a_commit_and_what_follows_goes_on_top() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "House").await;
    // A file that no event tells of, too.
    let script = two_phases() + "write untold.txt here";
    let first = generated(&client, session, &script).await;
    assert_eq!(first.github_url, Some(hub.page(LOGIN, "house")));
    assert_eq!(titles(&hub, "house", "main"), ["Ground", "Walls"]);
    let folder = hub.folder(LOGIN, "house");
    let show = |what: &str| git::run(&folder, &["show", what]);
    assert_eq!(show("main~1:index.html"), "<h1>one</h1>");
    assert_eq!(show("main:index.html"), "<h1>two</h1>");
    let body = git::run(&folder, &["show", "-s", "--format=%an%n%b", "main"]);
    assert_eq!(
        body,
        format!("Leo\nWhat Walls does.\n\nLeo-Job: {}", first.id)
    );
    let head = git::run(&folder, &["rev-parse", "main"]);

    let more = phase(1, "Roof", &[("roof.txt", "red")]);
    let second = generated(&client, session, &more).await;
    assert_eq!(second.github_url, first.github_url);
    assert_eq!(titles(&hub, "house", "main"), ["Ground", "Walls", "Roof"]);
    assert_eq!(git::run(&folder, &["rev-parse", "main~1"]), head);
    let (_folder, files) = cloned(&hub, "house", "main").await;
    assert_eq!(files, client.zip(second.id).await);
    assert!(files.contains_key("untold.txt"));
    assert_eq!(hub.repositories().len(), 1);
    assert_sound(&hub, "house");
    leo.cleared().await;
}

#[tokio::test]
async fn phases_that_cannot_be_told_apart_are_one_commit_that_says_so() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "Dark").await;
    // Its bytes in between stand nowhere.
    let lost = event(&json!({"type": "file_end", "path": "a.txt", "size": 3, "sha256": "00"}));
    let saved = event(&json!({"type": "checkpoint", "phase": 1, "state": {}}));
    let script = format!(
        "write a.txt one; {lost}{saved}{}",
        phase(2, "Light", &[("a.txt", "two")])
    );
    let job = generated(&client, session, &script).await;
    assert_eq!(job.github_url, Some(hub.page(LOGIN, "dark")));
    assert_eq!(titles(&hub, "dark", "main").len(), 1);
    let body = git::run(
        &hub.folder(LOGIN, "dark"),
        &["show", "-s", "--format=%b", "main"],
    );
    assert!(
        body.contains("All phases in one commit") && body.contains("`a.txt`"),
        "{body}"
    );
    let (_folder, files) = cloned(&hub, "dark", "main").await;
    assert_eq!(files, client.zip(job.id).await);
    assert_sound(&hub, "dark");
}

#[tokio::test]
async fn modes_and_names_that_git_does_not_take() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "Odd").await;
    let script = "write .git/config x; write ok.txt fine; write empty.txt ";
    let job = generated(&client, session, script).await;
    assert_eq!(job.status, JobStatus::Completed);
    let (_folder, files) = cloned(&hub, "odd", "main").await;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["empty.txt", "ok.txt"]);
    let notes = notes(&client, &job).await;
    assert!(notes.contains(".git/config"), "{notes}");
    assert_sound(&hub, "odd");
}

#[tokio::test]
async fn a_taken_name_is_counted_on() {
    let hub = Hub::start().await;
    hub.occupy(LOGIN, "house");
    hub.occupy(LOGIN, "house-2");
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!(job.github_url, Some(hub.page(LOGIN, "house-3")));
    for others in ["house", "house-2"] {
        let refs = git::run(&hub.folder(LOGIN, others), &["for-each-ref"]);
        assert_eq!(refs, "", "{others} is somebody else's");
    }
    assert_sound(&hub, "house-3");
}

#[tokio::test]
async fn what_others_have_pushed_is_not_overwritten() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "Shared").await;
    generated(&client, session, &two_phases()).await;
    let (folder, _) = cloned(&hub, "shared", "main").await;
    let theirs = somebody_pushes(&hub, "shared", &folder.path().join("clone"));

    let job = generated(&client, session, &phase(1, "Roof", &[("roof.txt", "red")])).await;
    assert_eq!(job.status, JobStatus::Completed);
    let url = job.github_url.clone().unwrap();
    let page = format!("{}/tree/", hub.page(LOGIN, "shared"));
    let branch = url.strip_prefix(&page).expect("a branch's page").to_owned();
    assert!(branch.starts_with("leo/"), "{url}");
    let repository = hub.folder(LOGIN, "shared");
    assert_eq!(git::run(&repository, &["rev-parse", "main"]), theirs);
    assert_eq!(titles(&hub, "shared", &branch), ["Ground", "Walls", "Roof"]);
    let (_folder, files) = cloned(&hub, "shared", &branch).await;
    assert_eq!(files, client.zip(job.id).await);
    let notes = notes(&client, &job).await;
    assert!(
        notes.contains("moved on") && notes.contains(&branch),
        "{notes}"
    );
    assert_sound(&hub, "shared");
}
