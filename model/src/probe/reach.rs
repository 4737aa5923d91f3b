//! Whether something answers there that looks like the API of a model, and may be asked.

use reqwest::StatusCode;
use url::{Host, Url};

use super::failure::{place, refused, unreachable, wrong_path};
use super::http::{Asker, VERSION, bare, below, root};
use super::step::Finding;
use crate::chat::Provider;

/// What a server's list of models is called.
const MODELS: &str = "models";
/// By which name a container reaches what listens on its host.
const HOST_OF_CONTAINERS: &str = "host.docker.internal";

/// Asks for the list of models, for the sake of the answer.
pub(super) async fn reach(asker: &Asker, provider: Provider) -> Finding {
    let base = asker.base();
    let reply = match asker.get(MODELS).await {
        Ok(reply) => reply,
        Err(error) => return unreachable(&error, provider, base),
    };
    if let Some(finding) = refused(&reply, provider, base) {
        return finding;
    }
    let status = reply.status;
    let listed = status.is_success() && reply.is_object();
    let place = place(base);
    let finding = match status {
        _ if listed => Finding::passed(format!("{place} answers")),
        StatusCode::NOT_FOUND => match elsewhere(asker).await {
            Some(url) => {
                return Finding::failed(format!("there is no API below {}", base.path()))
                    .hint(format!("set the base URL to {url}"));
            }
            None => unlisted(&format!(
                "{place} answers, but not where a list of models would be"
            ))
            .hint(wrong_path(base)),
        },
        status if status.is_success() => {
            return Finding::failed(format!(
                "{place} answers with something else than a list of models"
            ))
            .hint(wrong_path(base));
        }
        status => unlisted(&format!(
            "{place} answers, but does not list its models (HTTP {})",
            status.as_u16()
        )),
    };
    noted(finding, base)
}

/// It may well have a chat nevertheless, which the next steps find out.
fn unlisted(message: &str) -> Finding {
    Finding::warning(message)
}

/// Where the API is, if not where it was looked for: at the usual path of the same server.
async fn elsewhere(asker: &Asker) -> Option<Url> {
    let usual = below(&root(asker.base()), VERSION);
    let origin = {
        let mut url = asker.base().clone();
        url.set_path(VERSION);
        url
    };
    for url in [usual, origin] {
        if url.path() == asker.base().path() {
            continue;
        }
        let reply = asker.get_at(below(&url, MODELS)).await.ok()?;
        if reply.status.is_success() && reply.is_object() {
            return Some(bare(url));
        }
    }
    None
}

/// What containers need to reach a server of Leo's own machine too.
fn noted(finding: Finding, base: &Url) -> Finding {
    if !is_loopback(base) || finding.hint.is_some() {
        return finding;
    }
    let port = base.port_or_known_default().unwrap_or_default();
    let within = format!("{HOST_OF_CONTAINERS}:{port}");
    finding
        .hint(format!(
            "jobs that run in containers reach it as {within}, so it must listen on more than the loopback address: {}",
            "on 0.0.0.0 or on the address of Docker's bridge"
        ))
        .with("inContainers", within)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_this_machine_is_told_how_containers_reach_it() {
        for (url, noticed) in [
            ("http://localhost:11434/v1", true),
            ("http://127.0.0.1:1234/v1", true),
            ("https://llm.example/v1", false),
        ] {
            let finding = noted(Finding::passed("x"), &Url::parse(url).unwrap());
            let hint = finding.hint.unwrap_or_default();
            assert_eq!(hint.contains(HOST_OF_CONTAINERS), noticed, "{url}: {hint}");
        }
    }
}
