//! Who may do what: credentials, ownership and limits.

use leo_protocol::UserId;
use leo_protocol::http::Page;
use leo_protocol::limits::{Account, UpdateAccount};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo};
use reqwest::Method;

mod accounts;
mod containers;
mod cookies;
mod headers;
mod keys;
mod limits;
mod masking;
mod oauth;
mod ownership;
mod pages;
mod provider;
mod provider_settings;
mod quotas;
mod revocation;
mod schema;
mod sockets;
mod table;
mod tokens;
mod users;

/// The account of this name, as the developer sees it; made where it is not there yet.
async fn account_of(leo: &Leo, name: &str) -> Account {
    if name != "developer" {
        leo.user(name).get("/api/quotas").await;
    }
    let path = format!("/api/users?search={name}");
    let found: Page<Account> = leo.client().get(&path).await.expect(200);
    let mut found = found.items.into_iter();
    found.find(|account| account.subject == name).unwrap()
}

/// Changes an account.
async fn change(operator: &Client, id: UserId, update: UpdateAccount) -> Account {
    let request = operator.request(Method::PATCH, &format!("/api/users/{id}"));
    Answer::of(request.json(&update)).await.expect(200)
}
