//! Accounts with a password: made, signed in to and out of, and given another password.

use leo_common::store::accounts::{Made, Terms};
use leo_common::store::audit::Deed;
use leo_common::store::sign_ins::NewSignIn;
use leo_protocol::UserId;
use leo_protocol::account::SignInMethods;
use leo_protocol::http::Me;
use leo_tests::client::Answer;
use leo_tests::{Browser, Leo, Mode, secrets};
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

pub(super) const PASSWORD: &str = "correct horse battery staple";
pub(super) const COOKIE: &str = "leo_session";

/// A server that more than this machine can reach, so that nobody is its developer.
pub(super) async fn installation() -> Leo {
    let leo = Leo::in_mode(Mode::Process).workers(0);
    leo.set("LEO_PUBLIC_URL", "http://leo.example")
        .start()
        .await
}

pub(super) fn credentials(name: &str, password: &str) -> Value {
    secrets::remember(password);
    json!({"email": format!("{name}@leo.example"), "password": password})
}

pub(super) async fn register(browser: &mut Browser, name: &str) -> Answer {
    let body = credentials(name, PASSWORD);
    browser.post("/api/auth/register", &body).await
}

pub(super) async fn login(browser: &mut Browser, name: &str, password: &str) -> Answer {
    let body = credentials(name, password);
    browser.post("/api/auth/login", &body).await
}

pub(super) async fn me(browser: &mut Browser) -> Answer {
    browser.get("/api/auth/me").await
}

pub(super) fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

pub(super) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// What was done, the oldest first, and to whom; all of it from this machine.
async fn deeds(leo: &Leo) -> Vec<(String, Option<UserId>)> {
    let deeds = leo.database().stores().deeds(None, None, 100).await;
    let deeds = deeds.unwrap().into_iter().rev();
    deeds
        .map(|deed| {
            assert_eq!(deed.address.as_deref(), Some("127.0.0.1"), "{deed:?}");
            (deed.action, deed.user)
        })
        .collect()
}

#[tokio::test]
async fn an_account_is_made_signed_in_to_and_out_of() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    assert_eq!(code(&me(&mut ada).await), refused(401, "unauthorized"));
    let made = register(&mut ada, "  Ada").await;
    let set = made.headers[SET_COOKIE].to_str().unwrap().to_owned();
    let attributes = "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax";
    assert!(set.ends_with(attributes), "{set}");
    let account: Me = made.expect(201);
    assert_eq!(account.email.as_deref(), Some("ada@leo.example"));
    assert_eq!(me(&mut ada).await.expect::<Me>(200), account);

    let held = ada.clone();
    assert_eq!(ada.post("/api/auth/logout", &json!({})).await.status, 204);
    assert_eq!(ada.cookie(COOKIE), None);
    // Whoever has kept the cookie has nothing, and may still be rid of it.
    let mut held = held;
    assert_eq!(code(&me(&mut held).await), refused(401, "unauthorized"));
    assert_eq!(held.post("/api/auth/logout", &json!({})).await.status, 204);

    let back: Me = login(&mut ada, "ADA", PASSWORD).await.expect(200);
    assert_eq!(back, account);
    let wrong = login(&mut ada, "ada", "another password").await;
    assert_eq!(code(&wrong), refused(401, "bad_credentials"));
    let id = Some(account.user_id);
    let expected = [
        ("account.registered", id),
        ("sign_in", id),
        ("sign_out", id),
        ("sign_in", id),
        ("sign_in.failed", id),
    ];
    let expected = expected.map(|(deed, user)| (deed.to_owned(), user));
    assert_eq!(deeds(&leo).await, expected);
}

#[tokio::test]
async fn a_new_sign_in_ends_the_one_before() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    register(&mut ada, "ada").await;
    let (mut before, mut elsewhere) = (ada.clone(), Browser::at(&leo.client()));
    assert_eq!(login(&mut elsewhere, "ada", PASSWORD).await.status, 200);
    assert_eq!(login(&mut ada, "ada", PASSWORD).await.status, 200);
    assert_ne!(ada.cookie(COOKIE), before.cookie(COOKIE));
    assert_eq!(code(&me(&mut before).await), refused(401, "unauthorized"));
    assert_eq!(me(&mut ada).await.status, 200);
    assert_eq!(me(&mut elsewhere).await.status, 200);
}

#[tokio::test]
async fn exactly_one_account_is_the_first() {
    for registration in ["open", "closed"] {
        let leo = Leo::in_mode(Mode::Process).workers(0).apis(2);
        let leo = leo.set("REGISTRATION", registration).start().await;
        // The developer is nobody's first account.
        assert_eq!(leo.client().get("/api/auth/me").await.status, 200);
        let mut first = Browser::at(&leo.client());
        let methods: SignInMethods = first.get("/api/auth/methods").await.expect(200);
        assert!(methods.first_account && methods.registration && methods.password);
        let asking = (0..12).map(|number| {
            let mut browser = Browser::at(&leo.client_of(number % 2));
            async move { register(&mut browser, &format!("user-{number}")).await }
        });
        let answers = futures_util::future::join_all(asking).await;
        let (made, others): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 201);
        let made: Vec<Me> = made.iter().map(|it| it.expect(201)).collect();
        assert_eq!(made.iter().filter(|me| me.operator).count(), 1, "{made:?}");
        for other in &others {
            assert_eq!(code(other), refused(403, "registration_closed"));
        }
        let open = registration == "open";
        assert_eq!(made.len(), if open { 12 } else { 1 });
        let methods: SignInMethods = first.get("/api/auth/methods").await.expect(200);
        assert!(!methods.first_account && methods.registration == open);
    }
}

#[tokio::test]
async fn many_at_the_same_moment_make_one_first() {
    let leo = installation().await;
    let stores = leo.database().stores();
    let terms = Terms {
        open: true,
        max_running: 1,
        method: "password",
        address: None,
    };
    for _ in 0..5 {
        let asking = (0..16).map(|number| {
            let (stores, email) = (stores.clone(), format!("user-{number}@leo.example"));
            async move { stores.register(&email, "no hash", terms).await.unwrap() }
        });
        let made = futures_util::future::join_all(asking).await;
        let operators = made
            .iter()
            .filter(|made| matches!(made, Made::Account(user) if user.operator))
            .count();
        assert_eq!((made.len(), operators), (16, 1), "{made:?}");
        let forget = sqlx::query("delete from users");
        let mut database = leo.database().connection().await;
        forget.execute(&mut database).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_has_one_account() {
    let leo = installation().await;
    let client = leo.client();
    let asking = (0..6).map(|number| {
        let mut browser = Browser::at(&client);
        let name = if number % 2 == 0 { "ada" } else { " ADA" };
        async move { register(&mut browser, name).await }
    });
    let answers = futures_util::future::join_all(asking).await;
    let made = answers.iter().filter(|it| it.status == 201).count();
    assert_eq!(made, 1);
    for other in answers.iter().filter(|it| it.status != 201) {
        assert_eq!(code(other), refused(409, "account_exists"));
        assert!(!other.headers.contains_key(SET_COOKIE));
    }
}

#[tokio::test]
async fn addresses_and_passwords_have_bounds() {
    let leo = installation().await;
    let mut browser = Browser::at(&leo.client());
    for (email, password, field) in [
        ("ada", PASSWORD, "`email`"),
        ("a@b@c", PASSWORD, "`email`"),
        ("ada@leo.example", "1234567", "`password`"),
        ("ada@leo.example", "Ada@Leo.example", "`password`"),
        ("ada@leo.example", &"x".repeat(257), "`password`"),
    ] {
        let body = json!({"email": email, "password": password});
        let answer = browser.post("/api/auth/register", &body).await;
        let problem = answer.problem();
        assert_eq!(
            (answer.status, problem.code.as_str()),
            (422, "invalid_field")
        );
        assert!(problem.detail.starts_with(field), "{problem:?}");
        assert!(!problem.detail.contains(password), "{problem:?}");
    }
    let none = browser
        .post("/api/auth/register", &json!({"email": "a@b"}))
        .await;
    assert_eq!(none.status, 422);
}

#[tokio::test]
async fn a_changed_password_ends_other_sign_ins() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    register(&mut ada, "ada").await;
    let mut elsewhere = Browser::at(&leo.client());
    login(&mut elsewhere, "ada", PASSWORD).await;
    let mut before = ada.clone();
    let new = "another horse altogether";
    let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    for (current, new) in [
        (new, PASSWORD),
        (PASSWORD, "short"),
        (PASSWORD, "ada@leo.example"),
    ] {
        let body = change(current, new);
        let answer = ada.post("/api/auth/password", &body).await;
        assert_eq!(code(&answer), refused(422, "invalid_field"));
    }
    assert_eq!(me(&mut elsewhere).await.status, 200);
    let changed = ada.post("/api/auth/password", &change(PASSWORD, new)).await;
    assert_eq!(changed.status, 204);
    assert_ne!(ada.cookie(COOKIE), before.cookie(COOKIE));
    assert_eq!(me(&mut ada).await.status, 200);
    assert_eq!(me(&mut elsewhere).await.status, 401);
    assert_eq!(me(&mut before).await.status, 401);
    let old = login(&mut elsewhere, "ada", PASSWORD).await;
    assert_eq!(code(&old), refused(401, "bad_credentials"));
    assert_eq!(login(&mut elsewhere, "ada", new).await.status, 200);
    let anna = leo
        .user("anna")
        .post("/api/auth/password", &change(PASSWORD, new))
        .await;
    assert_eq!(code(&anna), refused(409, "no_password"));
}

#[tokio::test]
async fn a_password_that_has_changed_meanwhile_signs_nobody_in() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    let account: Me = register(&mut ada, "ada").await.expect(201);
    let stores = leo.database().stores();
    let stored = stores
        .password_at("ada@leo.example")
        .await
        .unwrap()
        .unwrap();
    let body = json!({"currentPassword": PASSWORD, "newPassword": "another horse altogether"});
    assert_eq!(ada.post("/api/auth/password", &body).await.status, 204);
    let late = NewSignIn {
        user: account.user_id,
        token: &[7; 32],
        held: &[],
        lasts: std::time::Duration::from_secs(60),
        password: Some(&stored.hash),
    };
    let deed = Deed {
        actor: None,
        user: None,
        action: "sign_in",
        address: None,
        detail: json!({}),
    };
    assert_eq!(stores.sign_in(late, &deed).await.unwrap(), None);
    assert_eq!(stores.signed_in(&[7; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn guessing_is_slow_and_tells_nothing() {
    let leo = installation().await;
    register(&mut Browser::at(&leo.client()), "ada").await;
    let mut guesser = Browser::at(&leo.client());
    let mut told = Vec::new();
    for name in ["ada", "nobody"] {
        let mut answers: Vec<(u16, serde_json::Value)> = Vec::new();
        while answers.last().is_none_or(|(status, _)| *status == 401) {
            // A token comes back in 45 s, and a slow Redis leaves the count to the process.
            assert!(answers.len() < 60, "nobody is refused");
            let answer = login(&mut guesser, name, "not the password").await;
            let mut problem = serde_json::to_value(answer.problem()).unwrap();
            problem["requestId"].take();
            // How long to wait differs by what has passed meanwhile.
            let detail = problem["detail"].as_str().unwrap();
            let detail = detail.replace(|letter: char| letter.is_ascii_digit(), "");
            problem["detail"] = detail.into();
            if answer.status == 429 {
                let wait = answer.headers["retry-after"].to_str().unwrap();
                assert!((1..=45).contains(&wait.parse::<u32>().unwrap()), "{wait}");
            }
            answers.push((answer.status, problem));
        }
        let wrong = answers.iter().filter(|(status, _)| *status == 401).count();
        assert!(wrong >= 20, "{answers:?}");
        let last = answers.pop().unwrap();
        assert_eq!(last.1["code"], "too_many_attempts", "{last:?}");
        told.push((answers.swap_remove(0), last));
        // The right password does not help either.
        let right = login(&mut guesser, name, PASSWORD).await;
        assert_eq!(code(&right), refused(429, "too_many_attempts"));
    }
    assert_eq!(told[0], told[1]);
    // Others are not concerned.
    assert_eq!(register(&mut guesser, "bob").await.status, 201);
    assert_eq!(login(&mut guesser, "bob", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_success_gives_the_attempts_back() {
    let leo = installation().await;
    let mut ada = Browser::at(&leo.client());
    register(&mut ada, "ada").await;
    for _ in 0..2 {
        for _ in 0..15 {
            assert_eq!(login(&mut ada, "ada", "not the password").await.status, 401);
        }
        assert_eq!(login(&mut ada, "ada", PASSWORD).await.status, 200);
    }
}
