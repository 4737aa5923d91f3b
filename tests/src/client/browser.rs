//! A browser at one API: it keeps cookies, says which site its page is of, and goes on to another
//! address only when it is told to.

use std::collections::BTreeMap;

use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder, redirect};
use serde_json::Value;

use super::{Answer, Client};
use crate::secrets;

/// A browser. A clone has the same cookies, and goes its own way from then on.
#[derive(Debug, Clone)]
pub struct Browser {
    http: reqwest::Client,
    base: String,
    origin: Option<String>,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser that has a page of the client's API open, under that address.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn at(client: &Client) -> Self {
        leo_common::tls::init();
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(redirect::Policy::none()).build();
        Self {
            http: http.expect("make an HTTP client"),
            base: client.base().to_owned(),
            origin: Some(client.base().to_owned()),
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser with a page of this origin; `None` does not say.
    #[must_use]
    pub fn on(&self, origin: Option<&str>) -> Self {
        Self {
            origin: origin.map(str::to_owned),
            ..self.clone()
        }
    }

    /// What a cookie holds.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// All cookies, as they are sent.
    #[must_use]
    pub fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Somebody puts a cookie there.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// The answer to a GET of the address bar, to which browsers add no `Origin`.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// The same for a person.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request.header("accept", "text/html,*/*")).await
    }

    /// The answer to a write, as a page sends it.
    pub async fn write(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// The answer to a POST of JSON.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.write(Method::POST, path, Some(body)).await
    }

    /// Where an answer sends the browser. What another site answers leads back with a path.
    ///
    /// # Panics
    /// When it does not send it on.
    #[must_use]
    pub fn sent_to(&self, answer: &Answer) -> String {
        assert!([302, 303].contains(&answer.status), "{}", answer.text());
        let to = answer.headers[LOCATION].to_str().expect("an address");
        to.strip_prefix(&self.base).unwrap_or(to).to_owned()
    }

    /// The answer of another site, which gets no cookie of ours.
    pub async fn elsewhere(&self, url: &str) -> Answer {
        Answer::of(self.http.get(url)).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let request = match self.cookies.is_empty() {
            true => request,
            false => request.header("cookie", self.cookies()),
        };
        let answer = Answer::of(request).await;
        for set in answer.headers.get_all(SET_COOKIE) {
            self.set(set.to_str().expect("a cookie is text"));
        }
        answer
    }

    fn set(&mut self, header: &str) {
        let (pair, attributes) = header.split_once(';').expect("a cookie has attributes");
        let (name, value) = pair.split_once('=').expect("a cookie has a value");
        if attributes.contains("Max-Age=0;") {
            self.cookies.remove(name);
        } else {
            secrets::remember(value);
            self.plant(name, value);
        }
    }
}
