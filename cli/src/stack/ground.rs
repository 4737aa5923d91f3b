//! What the services of a stack stand on: the folder, the lock on it, the record of what runs, and
//! where programs are found.

use std::ffi::OsString;
use std::path::Path;

use super::Report;
use super::account::Account;
use super::layout::Layout;
use super::leftovers;
use super::lock::Lock;
use super::programs::Programs;
use super::record::Record;

/// The common ground of one stack's services.
pub(crate) struct Ground {
    pub(crate) programs: Programs,
    /// Who the servers run as that refuse root; `None` if this process is not root.
    pub(crate) account: Option<Account>,
    pub(crate) record: Record,
    pub(crate) layout: Layout,
    _lock: Lock,
}

impl Ground {
    /// Takes the folder, and ends what a killed stack has left running in it.
    pub(crate) async fn prepare(
        data_dir: &Path,
        search_path: Option<OsString>,
        report: &Report<'_>,
    ) -> anyhow::Result<Self> {
        let programs = Programs::new(search_path);
        let account = Account::for_servers()?;
        let data_dir = Layout::make_data_dir(data_dir)?;
        let lock = Lock::take(&data_dir).await?;
        let record = Record::open(&data_dir)?;
        leftovers::end(&record, &programs, report).await?;
        let layout = Layout::new(data_dir, account.as_ref())?;
        record.begin(layout.temporary_run_dir())?;
        Ok(Self {
            programs,
            account,
            record,
            layout,
            _lock: lock,
        })
    }
}

impl Drop for Ground {
    /// Goes after the services, which have ended by then, or else are still in the record.
    fn drop(&mut self) {
        if let Err(error) = self.record.clear_if_over() {
            tracing::debug!(%error, "failed to remove the record of an ended stack");
        }
    }
}
