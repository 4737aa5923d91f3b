//! An installation whose settings change.

use super::Leo;

impl Leo {
    /// Ends all processes and starts an API again, with these settings beside the others; it is
    /// the first one from then on. Workers are the caller's to start.
    ///
    /// # Panics
    /// When one does not end, or the new one does not come up.
    pub async fn restart_with(&mut self, settings: &[(&str, &str)]) {
        let apis = self.apis.iter_mut().map(|(api, _)| api);
        for program in apis.chain(&mut self.workers) {
            if program.is_running() {
                assert!(program.terminate().await.success(), "{}", program.log());
            }
        }
        let changed = |name: &str| settings.iter().any(|(changed, _)| *changed == name);
        self.wishes.settings.retain(|(name, _)| !changed(name));
        let settings = settings.iter();
        let settings = settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.wishes.settings.extend(settings);
        self.start_api().await;
        let newest = self.apis.len() - 1;
        self.apis.swap(0, newest);
    }

    /// Runs `leo-api reencrypt`; what it says.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn reencrypt(&self) -> String {
        let output = self.command("leo-api").arg("reencrypt").output();
        let output = output.expect("run leo-api reencrypt");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
