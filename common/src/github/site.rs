//! Where GitHub's repositories are, told by where its API is.

use url::Url;

/// How the API's host of github.com and of its data residency begins.
const API_HOST: &str = "api.";
/// Where the API of a server of one's own is.
const API_PATH: &str = "/api/v3";

/// The site at which people and git find repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site(Url);

impl Site {
    /// The site of this API. What an answer of the API says of it is not asked, so that a token goes
    /// to no host but the one that is configured.
    #[must_use]
    pub fn of(api: &Url) -> Self {
        let mut site = api.clone();
        site.set_query(None);
        site.set_fragment(None);
        let path = api.path().trim_end_matches('/');
        let path = path.strip_suffix(API_PATH).unwrap_or(path).to_owned();
        site.set_path(&path);
        let host = api.domain().and_then(|host| host.strip_prefix(API_HOST));
        if let Some(host) = host.filter(|host| host.contains('.')) {
            // What is left of a name is one.
            let _ = site.set_host(Some(host));
        }
        Self(site)
    }

    /// Where people see a repository.
    #[must_use]
    pub fn repository(&self, owner: &str, name: &str) -> String {
        let base = self.0.as_str().trim_end_matches('/');
        format!("{base}/{owner}/{name}")
    }

    /// Where they see a branch of it.
    #[must_use]
    pub fn branch(&self, owner: &str, name: &str, branch: &str) -> String {
        format!("{}/tree/{branch}", self.repository(owner, name))
    }

    /// Where git finds it.
    ///
    /// # Errors
    /// When the name makes no address.
    pub fn git(&self, owner: &str, name: &str) -> Result<Url, url::ParseError> {
        Url::parse(&format!("{}.git", self.repository(owner, name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_github_has_its_site() {
        for (api, site) in [
            ("https://api.github.com", "https://github.com/o/n"),
            ("https://api.github.com/", "https://github.com/o/n"),
            ("https://api.acme.ghe.com", "https://acme.ghe.com/o/n"),
            ("https://git.example/api/v3", "https://git.example/o/n"),
            (
                "https://git.example/hub/api/v3/",
                "https://git.example/hub/o/n",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/o/n"),
        ] {
            let found = Site::of(&Url::parse(api).unwrap());
            assert_eq!(found.repository("o", "n"), site);
        }
        let site = Site::of(&Url::parse("https://api.github.com").unwrap());
        let git = site.git("o", "n").unwrap();
        assert_eq!(git.as_str(), "https://github.com/o/n.git");
        assert_eq!(
            site.branch("o", "n", "leo/1"),
            "https://github.com/o/n/tree/leo/1"
        );
    }
}
