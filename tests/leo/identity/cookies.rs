//! The cookie of a browser that is signed in: what it is good for, for how long, and for whose pages.

use leo_protocol::http::Me;
use leo_tests::client::Answer;
use leo_tests::{Browser, Leo, Mode};
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::json;

use super::accounts::{
    COOKIE, PASSWORD, code, credentials, installation, login, me, refused, register,
};

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let leo = Leo::in_mode(Mode::Process).workers(0);
    let leo = leo.set("LEO_PUBLIC_URL", "http://leo.example");
    let leo = leo.set("LEO_CORS_ORIGINS", "https://console.example");
    let leo = leo.start().await;
    let mut ada = Browser::at(&leo.client());
    register(&mut ada, "ada").await;
    let own = leo.client().base().to_owned();
    for (origin, may) in [
        (Some(own.as_str()), true),
        (Some("http://leo.example"), true),
        (Some("https://console.example"), true),
        (None, true),
        (Some("https://evil.example"), false),
        (Some("http://leo.example.evil.example"), false),
        (Some("http://127.0.0.1:1"), false),
        (Some("null"), false),
    ] {
        let mut page = ada.on(origin);
        let written = page.post("/api/sessions", &json!({})).await;
        let mut login_page = Browser::at(&leo.client()).on(origin);
        let signed_in = login(&mut login_page, "ada", PASSWORD).await;
        let mut guest = Browser::at(&leo.client()).on(origin);
        let signed_out = guest.post("/api/auth/logout", &json!({})).await;
        let answers = [written, signed_in, signed_out];
        let statuses = answers.each_ref().map(|answer| answer.status);
        match may {
            true => assert_eq!(statuses, [201, 200, 204], "{origin:?}"),
            false => {
                assert_eq!(statuses, [403; 3], "{origin:?}");
                assert_eq!(answers[0].problem().code, "cross_origin");
                assert!(!answers[1].headers.contains_key(SET_COOKIE));
            }
        }
    }
    let form = leo.client().request(Method::POST, "/api/sessions");
    let form = form.header("cookie", ada.cookies());
    let form = form.header("sec-fetch-site", "same-site").json(&json!({}));
    assert_eq!(code(&Answer::of(form).await), refused(403, "cross_origin"));
    // Somebody with a token needs no page of ours.
    let anna = leo.user("anna").request(Method::POST, "/api/sessions");
    let anna = anna.header("origin", "https://evil.example");
    assert_eq!(Answer::of(anna.json(&json!({}))).await.status, 201);
}

#[tokio::test]
async fn a_cookie_is_good_for_its_time_once_and_for_an_open_account() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    register(&mut ada, "ada").await;
    let request = leo.client().request(Method::GET, "/api/auth/me");
    let two = format!("{}; {COOKIE}=planted", ada.cookies());
    let two = Answer::of(request.header("cookie", two)).await;
    assert_eq!(code(&two), refused(401, "unauthorized"));
    let mut planted = Browser::at(&leo.client());
    planted.plant(COOKIE, "planted");
    assert_eq!(code(&me(&mut planted).await), refused(401, "unauthorized"));

    let mut database = leo.database().connection().await;
    let close = sqlx::query("update users set closed_at = now()");
    close.execute(&mut database).await.unwrap();
    assert_eq!(code(&me(&mut ada).await), refused(403, "account_closed"));
    let mut elsewhere = Browser::at(&leo.client());
    let wrong = login(&mut elsewhere, "ada", "not the password").await;
    assert_eq!(code(&wrong), refused(401, "bad_credentials"));
    let right = login(&mut elsewhere, "ada", PASSWORD).await;
    assert_eq!(code(&right), refused(403, "account_closed"));
    assert_eq!(elsewhere.cookie(COOKIE), None);

    let expire = sqlx::query("update sign_ins set expires_at = now()");
    expire.execute(&mut database).await.unwrap();
    assert_eq!(code(&me(&mut ada).await), refused(401, "token_expired"));
    assert_eq!(ada.post("/api/auth/logout", &json!({})).await.status, 204);
}

#[tokio::test]
async fn what_is_over_is_swept_away() {
    let mut leo = installation().await;
    let (mut ada, mut bob) = (Browser::at(&leo.client()), Browser::at(&leo.client()));
    let account: Me = register(&mut ada, "ada").await.expect(201);
    register(&mut bob, "bob").await;
    let mut database = leo.database().connection().await;
    let expire = sqlx::query("update sign_ins set expires_at = now() where user_id = $1");
    let expire = expire.bind(account.user_id.uuid());
    expire.execute(&mut database).await.unwrap();
    leo.start_worker().await;
    leo_tests::wait_for("the sweep", async || {
        let left: i64 = sqlx::query_scalar("select count(*) from sign_ins")
            .fetch_one(&mut database)
            .await
            .unwrap();
        (left == 1).then_some(())
    })
    .await;
    assert_eq!(me(&mut bob).await.status, 200);
}

#[tokio::test]
async fn on_a_private_server_a_cookie_wins_over_being_there() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let mut ada = Browser::at(&leo.client());
    let developer: Me = me(&mut ada).await.expect(200);
    let account: Me = register(&mut ada, "ada").await.expect(201);
    assert_ne!(account.user_id, developer.user_id);
    assert_eq!(me(&mut ada).await.expect::<Me>(200), account);
    let mut stale = ada.clone();
    assert_eq!(ada.post("/api/auth/logout", &json!({})).await.status, 204);
    assert_eq!(me(&mut ada).await.expect::<Me>(200), developer);
    assert_eq!(code(&me(&mut stale).await), refused(401, "unauthorized"));
}

#[tokio::test]
async fn a_name_that_leads_here_is_not_ours() {
    // On a private server no name but localhost is; else that of the public address.
    for public in [None, Some("http://leo.example")] {
        let leo = Leo::in_mode(Mode::Process).workers(0);
        let leo = match public {
            Some(url) => leo.set("LEO_PUBLIC_URL", url),
            None => leo,
        };
        let leo = leo.start().await;
        let mut made = Vec::new();
        for name in ["rebound.example", "localhost", "leo.example"] {
            let request = leo.client().request(Method::POST, "/api/auth/register");
            let request = request
                .header("host", format!("{name}:5013"))
                .header("origin", format!("http://{name}:5013"));
            let answer = Answer::of(request.json(&credentials(name, PASSWORD))).await;
            made.push(answer.status);
        }
        let named = if public.is_some() { 201 } else { 403 };
        assert_eq!(made, [403, 201, named], "{public:?}");
    }
}

#[tokio::test]
async fn where_people_come_by_https_the_cookie_is_bound_to_the_host() {
    let leo = Leo::in_mode(Mode::Process).workers(0);
    let leo = leo
        .set("LEO_PUBLIC_URL", "https://leo.example")
        .start()
        .await;
    let mut ada = Browser::at(&leo.client()).on(Some("https://leo.example"));
    let made = register(&mut ada, "ada").await;
    let set = made.headers[SET_COOKIE].to_str().unwrap();
    assert!(set.starts_with("__Host-leo_session="), "{set}");
    assert!(
        set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{set}"
    );
    assert_eq!(me(&mut ada).await.status, 200);
    let value = ada.cookie("__Host-leo_session").unwrap().to_owned();
    let mut plain = Browser::at(&leo.client());
    plain.plant(COOKIE, &value);
    assert_eq!(me(&mut plain).await.status, 401);
}
